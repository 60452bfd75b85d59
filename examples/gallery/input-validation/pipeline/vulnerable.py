"""Takes readings of sensors and stores them."""

import json

import psycopg2


def handler(event, context):
    reading = json.loads(event["body"])
    connection = psycopg2.connect("dbname=readings")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reading (sensor, value) VALUES (%s, %s)",
            (reading["sensor"], reading["value"]),
        )
    return {"statusCode": 204}
