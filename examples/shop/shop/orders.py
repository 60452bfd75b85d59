"""Orders and their documents, for customers."""

from flask import Blueprint, abort, current_app, jsonify, request, send_file, session

from . import db
from .services import documents

bp = Blueprint("orders", __name__)


@bp.post("/login")
def login():
    customer = db.row("SELECT id FROM customer WHERE mail = ?", (request.form["mail"],))
    if customer is None:
        abort(401)
    session["customer"] = customer["id"]
    return jsonify(customer)


@bp.get("/orders")
def orders():
    found = db.rows("SELECT id, total FROM orders WHERE customer = ?", (session["customer"],))
    return jsonify(found)


@bp.get("/invoice")
def invoice():
    try:
        path = documents.invoice_path(current_app.config["INVOICES"], request.args["name"])
    except documents.NotFoundError:
        abort(404)
    return send_file(path)


@bp.get("/terms")
def terms():
    try:
        path = documents.terms_path("/srv/shop/terms", request.args.get("language", "en"))
    except documents.NotFoundError:
        abort(404)
    return send_file(path)


@bp.get("/receipt")
def receipt():
    return send_file(documents.receipt_path(current_app.config["INVOICES"], request.args["name"]))
