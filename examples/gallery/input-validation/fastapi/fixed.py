import sqlite3

from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()


class Order(BaseModel):
    product: str = Field(max_length=40)
    quantity: int = Field(ge=1, le=100)


@app.post("/orders")
async def order(data: Order):
    total = data.quantity * 12
    db = sqlite3.connect("shop.db")
    db.execute("INSERT INTO orders (product, total) VALUES (?, ?)", (data.product, total))
    db.commit()
    return {"total": total}
