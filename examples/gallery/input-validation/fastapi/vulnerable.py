import sqlite3

from fastapi import FastAPI, Request

app = FastAPI()


@app.post("/orders")
async def order(request: Request):
    data = await request.json()
    total = data["quantity"] * 12
    db = sqlite3.connect("shop.db")
    db.execute("INSERT INTO orders (product, total) VALUES (?, ?)", (data["product"], total))
    db.commit()
    return {"total": total}
