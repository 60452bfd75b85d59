import os

from flask import Flask, request

app = Flask(__name__)


@app.post("/thumbnails")
def thumbnail():
    size = request.form["size"]
    os.system("convert photo.jpg -resize " + size + " thumbnail.jpg")
    return {"done": True}
