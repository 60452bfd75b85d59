import json
import subprocess

import boto3


def work(queue_url):
    queue = boto3.client("sqs")
    answer = queue.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        job = json.loads(message["Body"])
        subprocess.run(f"ffmpeg -i {job['input']} out.mp4", shell=True, check=True)
