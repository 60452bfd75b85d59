"""The catalogue, for everybody."""

from flask import Blueprint, abort, jsonify, request

from . import db
from .services import search

bp = Blueprint("catalog", __name__)


@bp.get("/search")
def find():
    word = request.args.get("q", "").strip()
    if len(word) < 2:
        return jsonify([])
    return jsonify(search.by_word(word))


@bp.get("/category/<category>")
def category(category):
    products = search.by_category(
        category,
        request.args.get("order", "name"),
        request.args.get("limit", 20, type=int),
    )
    return jsonify(products)


@bp.get("/product/<int:number>")
def product(number):
    found = db.row("SELECT id, name, price FROM product WHERE id = ?", (number,))
    if found is None:
        abort(404)
    return jsonify(found)


@bp.get("/compare")
def compare():
    return jsonify(search.by_ids(request.args.getlist("id")))
