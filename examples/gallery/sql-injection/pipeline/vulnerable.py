import json

import psycopg2
from kafka import KafkaConsumer


def run():
    connection = psycopg2.connect("dbname=events")
    cursor = connection.cursor()
    for message in KafkaConsumer("clicks"):
        event = json.loads(message.value)
        cursor.execute(
            "INSERT INTO click (page, visitor) VALUES ('{}', '{}')".format(event["page"], event["visitor"])
        )
        connection.commit()
