import subprocess

from flask import Flask, abort, request

app = Flask(__name__)
SIZES = {"small": "120x120", "large": "480x480"}


@app.post("/thumbnails")
def thumbnail():
    size = SIZES.get(request.form.get("size", ""))
    if size is None:
        abort(400)
    subprocess.run(["convert", "photo.jpg", "-resize", size, "thumbnail.jpg"], check=True)
    return {"done": True}
