import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.post("/transfer")
def transfer():
    data = request.json
    db = sqlite3.connect("bank.db")
    db.execute("UPDATE account SET balance = balance - ? WHERE id = 1", (data["amount"],))
    db.execute("UPDATE account SET balance = balance + ? WHERE name = ?", (data["amount"], data["to"]))
    db.commit()
    return {"done": True}
