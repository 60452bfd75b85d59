"""Takes refunds from a queue's front end and books them."""

import psycopg2
from pydantic import BaseModel, Field, ValidationError


class Refund(BaseModel):
    account: int = Field(ge=1)
    amount: float = Field(gt=0, le=500, allow_inf_nan=False)


def handler(event, context):
    try:
        refund = Refund.model_validate_json(event["body"])
    except ValidationError as error:
        return {"statusCode": 400, "body": error.json(include_context=False, include_input=False)}
    connection = psycopg2.connect("dbname=shop")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE account SET balance = balance + %s WHERE id = %s",
            (refund.amount, refund.account),
        )
    return {"statusCode": 204}
