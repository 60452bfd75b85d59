"""Pages for the people who run the shop."""

import functools

from flask import Blueprint, abort, jsonify, request, send_file, session

from . import db
from .services import reports

bp = Blueprint("admin", __name__)


def admin_required(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        if not session.get("admin"):
            abort(403)
        return view(*args, **kwargs)

    return wrapper


@bp.get("/log")
@admin_required
def log():
    return reports.count_lines(request.args.get("name", "access"))


@bp.get("/log/errors")
@admin_required
def log_errors():
    return reports.errors(request.args.get("name", "access"))


@bp.get("/sales/<int:year>")
@admin_required
def sales(year):
    return send_file(reports.sales(year, request.args.get("format", "pdf")))


@bp.get("/templates")
@admin_required
def templates():
    if "file" in request.args:
        return reports.changes_of_file(request.args["file"])
    return reports.changes(request.args.get("branch", "main"))


@bp.post("/product/<int:number>/price")
@admin_required
def price(number):
    db.change("UPDATE product SET price = ? WHERE id = ?", (request.form["price"], number))
    return jsonify({"id": number})
