from fastapi import FastAPI
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine("sqlite:///shop.db")


@app.get("/products")
def products(category: str, order: str = "name"):
    query = text(f"SELECT id, name FROM product WHERE category = '{category}' ORDER BY {order}")
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]
