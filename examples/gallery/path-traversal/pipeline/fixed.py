"""Copies each new object of a bucket to the disk that the loader reads."""

from pathlib import Path

import boto3

INBOX = Path("/data/inbox").resolve()


def handler(event, context):
    client = boto3.client("s3")
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = record["s3"]["object"]["key"]
        path = (INBOX / key).resolve()
        if not path.is_relative_to(INBOX):
            raise ValueError("the key leads out of the directory")
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        path.write_bytes(body.read())
