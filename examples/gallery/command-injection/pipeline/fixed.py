import json
import re
import subprocess

import boto3

NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,80}")


def work(queue_url):
    queue = boto3.client("sqs")
    answer = queue.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        name = json.loads(message["Body"])["input"]
        if not NAME.fullmatch(name):
            raise ValueError("that is no name of a recording")
        subprocess.run(["ffmpeg", "-i", f"/data/recordings/{name}.mov", "out.mp4"], check=True)
