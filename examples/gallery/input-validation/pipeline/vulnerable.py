"""Takes refunds from a queue's front end and books them."""

import json

import psycopg2


def handler(event, context):
    refund = json.loads(event["body"])
    connection = psycopg2.connect("dbname=shop")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE account SET balance = balance + %s WHERE id = %s",
            (refund["amount"], refund["account"]),
        )
    return {"statusCode": 204}
