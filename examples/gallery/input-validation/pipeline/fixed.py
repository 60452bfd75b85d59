"""Takes readings of sensors and stores them."""

import psycopg2
from pydantic import BaseModel, Field, ValidationError


class Reading(BaseModel):
    sensor: str = Field(pattern=r"^[a-z]{2}[0-9]{4}$", max_length=6)
    value: float = Field(ge=-80, le=120, allow_inf_nan=False)


def handler(event, context):
    try:
        reading = Reading.model_validate_json(event["body"])
    except ValidationError as error:
        return {"statusCode": 400, "body": error.json(include_context=False)}
    connection = psycopg2.connect("dbname=readings")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reading (sensor, value) VALUES (%s, %s)",
            (reading.sensor, reading.value),
        )
    return {"statusCode": 204}
