import sqlite3

from flask import Flask, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

app = Flask(__name__)


class Transfer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: float = Field(gt=0, le=10_000, allow_inf_nan=False)
    to: str = Field(min_length=3, max_length=50, pattern=r"^[a-z0-9]+$")


@app.post("/transfer")
def transfer():
    try:
        data = Transfer.model_validate(request.json)
    except ValidationError as error:
        return {"errors": error.errors(include_context=False)}, 400
    db = sqlite3.connect("bank.db")
    db.execute("UPDATE account SET balance = balance - ? WHERE id = 1", (data.amount,))
    db.execute("UPDATE account SET balance = balance + ? WHERE name = ?", (data.amount, data.to))
    db.commit()
    return {"done": True}
