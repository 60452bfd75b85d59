"""Copies each new object of a bucket to the disk that the loader reads."""

import boto3

INBOX = "/data/inbox"


def handler(event, context):
    client = boto3.client("s3")
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = record["s3"]["object"]["key"]
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        with open(f"{INBOX}/{key}", "wb") as target:
            target.write(body.read())
