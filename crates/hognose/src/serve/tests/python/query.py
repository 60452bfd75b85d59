import sqlite3

from flask import request


def users():
    name = request.args["name"]
    db = sqlite3.connect("shop.db")
    return db.execute("SELECT id FROM users WHERE name = '" + name + "'").fetchall()
