from fastapi import FastAPI, HTTPException
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine("sqlite:///shop.db")

# A name of a column cannot be bound; it is taken from here.
ORDERS = {"name": "name", "price": "price"}


@app.get("/products")
def products(category: str, order: str = "name"):
    column = ORDERS.get(order)
    if column is None:
        raise HTTPException(400, "unknown order")
    query = text(f"SELECT id, name FROM product WHERE category = :category ORDER BY {column}")
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query, {"category": category})]
