"""Pictures of products."""

import os
from uuid import uuid4

from flask import Blueprint, abort, current_app, jsonify, request, send_from_directory

bp = Blueprint("images", __name__)
EXTENSIONS = {".jpg", ".png", ".webp"}


def extension_of(name):
    return os.path.splitext(name)[1].lower()


@bp.get("/image/<path:name>")
def image(name):
    return send_from_directory(current_app.config["IMAGES"], name)


@bp.post("/image")
def upload():
    picture = request.files["picture"]
    extension = extension_of(picture.filename)
    if extension not in EXTENSIONS:
        abort(400)
    name = uuid4().hex + extension
    picture.save(os.path.join(current_app.config["IMAGES"], name))
    return jsonify({"name": name})


@bp.post("/image/original")
def upload_original():
    picture = request.files["picture"]
    if extension_of(picture.filename) not in EXTENSIONS:
        abort(400)
    picture.save(os.path.join(current_app.config["IMAGES"], picture.filename))
    return jsonify({"name": picture.filename})
