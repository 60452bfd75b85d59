import sqlite3

from flask import Flask, request

app = Flask(__name__)


def find_user(name):
    query = "SELECT id FROM users WHERE name = '" + name + "'"
    return sqlite3.connect("app.db").execute(query).fetchone()


@app.post("/login")
def login():
    user = find_user(request.form["username"])
    return {"found": user is not None}
