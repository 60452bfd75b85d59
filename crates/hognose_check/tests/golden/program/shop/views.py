import os

from flask import Flask, request

from .db import Store, is_word

app = Flask(__name__)
store = Store("shop.db")


@app.route("/find/<int:page>")
def find(page):
    return store.find(request.args["name"])


@app.route("/show")
def show():
    name = request.args["name"]
    if not is_word(name):
        return "no"
    return open(os.path.join("/srv", name)).read()


def apply(function, value):
    return function(value)
