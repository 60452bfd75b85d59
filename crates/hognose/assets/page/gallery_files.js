var e=Object.assign({"../../../examples/gallery/command-injection/django/fixed.py":`import ipaddress
import subprocess

from django.http import HttpResponseBadRequest, JsonResponse


def ping(request):
    try:
        address = ipaddress.ip_address(request.GET["host"])
    except (KeyError, ValueError):
        return HttpResponseBadRequest("host has to be an IP address")
    result = subprocess.run(["ping", "-c", "1", "--", str(address)], capture_output=True, text=True)
    return JsonResponse({"reachable": result.returncode == 0})
`,"../../../examples/gallery/command-injection/django/vulnerable.py":`import subprocess

from django.http import JsonResponse


def ping(request):
    host = request.GET["host"]
    result = subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True, text=True)
    return JsonResponse({"reachable": result.returncode == 0})
`,"../../../examples/gallery/command-injection/fastapi/fixed.py":`import asyncio
import re

from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/whois")
async def whois(domain: str):
    if not re.fullmatch(r"[a-z0-9][a-z0-9.]{0,252}", domain):
        raise HTTPException(400, "that is no domain")
    process = await asyncio.create_subprocess_exec(
        "whois",
        domain,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return {"record": output.decode()}
`,"../../../examples/gallery/command-injection/fastapi/vulnerable.py":`import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/whois")
async def whois(domain: str):
    process = await asyncio.create_subprocess_shell(
        f"whois {domain}",
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return {"record": output.decode()}
`,"../../../examples/gallery/command-injection/flask/fixed.py":`import subprocess

from flask import Flask, abort, request

app = Flask(__name__)
SIZES = {"small": "120x120", "large": "480x480"}


@app.post("/thumbnails")
def thumbnail():
    size = SIZES.get(request.form.get("size", ""))
    if size is None:
        abort(400)
    subprocess.run(["convert", "photo.jpg", "-resize", size, "thumbnail.jpg"], check=True)
    return {"done": True}
`,"../../../examples/gallery/command-injection/flask/vulnerable.py":`import os

from flask import Flask, request

app = Flask(__name__)


@app.post("/thumbnails")
def thumbnail():
    size = request.form["size"]
    os.system("convert photo.jpg -resize " + size + " thumbnail.jpg")
    return {"done": True}
`,"../../../examples/gallery/command-injection/pipeline/fixed.py":`import json
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
`,"../../../examples/gallery/command-injection/pipeline/vulnerable.py":`import json
import subprocess

import boto3


def work(queue_url):
    queue = boto3.client("sqs")
    answer = queue.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        job = json.loads(message["Body"])
        subprocess.run(f"ffmpeg -i {job['input']} out.mp4", shell=True, check=True)
`,"../../../examples/gallery/command-injection/script/fixed.py":`"""Packs a folder: pack.py FOLDER"""

import subprocess
import sys


def main():
    folder = sys.argv[1]
    subprocess.run(["tar", "-czf", "backup.tar.gz", "--", folder], check=True)


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/command-injection/script/vulnerable.py":`"""Packs a folder: pack.py FOLDER"""

import os
import sys


def main():
    folder = sys.argv[1]
    os.system(f"tar -czf backup.tar.gz {folder}")


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/hardcoded-secrets/django/fixed.py":`"""Settings of a shop."""

import os

DEBUG = False
ALLOWED_HOSTS = ["shop.example.org"]

SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": os.environ["DB_PASSWORD"],
        "HOST": os.environ.get("DB_HOST", "localhost"),
    }
}
`,"../../../examples/gallery/hardcoded-secrets/django/vulnerable.py":`"""Settings of a shop."""

import os

DEBUG = False
ALLOWED_HOSTS = ["shop.example.org"]

SECRET_KEY = "w3p9-vr7q-zt2m-kx5c-hn8d-yb4j"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": "t4bleClothRadish",
        "HOST": os.environ.get("DB_HOST", "localhost"),
    }
}
`,"../../../examples/gallery/hardcoded-secrets/fastapi/fixed.py":`import jwt
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: str


app = FastAPI()
settings = Settings()


@app.post("/token")
def token(user_id: int):
    return {"token": jwt.encode({"sub": str(user_id)}, settings.jwt_secret, algorithm="HS256")}
`,"../../../examples/gallery/hardcoded-secrets/fastapi/vulnerable.py":`import jwt
from fastapi import FastAPI

app = FastAPI()

JWT_SECRET = "quiet-otter-39-gathers-reeds"


@app.post("/token")
def token(user_id: int):
    return {"token": jwt.encode({"sub": str(user_id)}, JWT_SECRET, algorithm="HS256")}
`,"../../../examples/gallery/hardcoded-secrets/flask/fixed.py":`import os

from flask import Flask, session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["FLASK_SECRET_KEY"]


@app.get("/me")
def me():
    return {"user": session.get("user")}
`,"../../../examples/gallery/hardcoded-secrets/flask/vulnerable.py":`from flask import Flask, session

app = Flask(__name__)
app.config["SECRET_KEY"] = "blueHeron-walks-at-noon-77"


@app.get("/me")
def me():
    return {"user": session.get("user")}
`,"../../../examples/gallery/hardcoded-secrets/pipeline/fixed.py":`import pandas as pd
from airflow.decorators import dag, task
from airflow.hooks.base import BaseHook
from sqlalchemy import create_engine


@dag(schedule="@daily")
def daily_sales():
    @task
    def load():
        engine = create_engine(BaseHook.get_connection("warehouse").get_uri())
        frame = pd.read_csv("/data/sales.csv")
        frame.to_sql("sales", engine, if_exists="append")

    load()


daily_sales()
`,"../../../examples/gallery/hardcoded-secrets/pipeline/vulnerable.py":`import pandas as pd
from airflow.decorators import dag, task
from sqlalchemy import create_engine

WAREHOUSE = "postgresql://loader:n1ghtTrain88@warehouse.example.org/sales"


@dag(schedule="@daily")
def daily_sales():
    @task
    def load():
        engine = create_engine(WAREHOUSE)
        frame = pd.read_csv("/data/sales.csv")
        frame.to_sql("sales", engine, if_exists="append")

    load()


daily_sales()
`,"../../../examples/gallery/hardcoded-secrets/script/fixed.py":`"""Prints how many orders are open."""

import os

import requests

API_KEY = os.environ["ORDERS_API_KEY"]


def main():
    answer = requests.get(
        "https://orders.example.org/open",
        headers={"Authorization": f"Bearer {API_KEY}"},
        timeout=10,
    )
    print(len(answer.json()))


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/hardcoded-secrets/script/vulnerable.py":`"""Prints how many orders are open."""

import requests

API_KEY = "9f2c71d4a8be3065"


def main():
    answer = requests.get(
        "https://orders.example.org/open",
        headers={"Authorization": f"Bearer {API_KEY}"},
        timeout=10,
    )
    print(len(answer.json()))


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/input-validation/django/fixed.py":`from django import forms
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from bank.models import Account


class TransferForm(forms.Form):
    amount = forms.DecimalField(min_value=1, max_value=10_000, decimal_places=2)


@require_POST
def transfer(request):
    form = TransferForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    account = Account.objects.get(owner=request.user)
    account.balance -= form.cleaned_data["amount"]
    account.save()
    return JsonResponse({"balance": account.balance})
`,"../../../examples/gallery/input-validation/django/vulnerable.py":`import json

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from bank.models import Account


@require_POST
def transfer(request):
    data = json.loads(request.body)
    account = Account.objects.get(owner=request.user)
    account.balance -= data["amount"]
    account.save()
    return JsonResponse({"balance": account.balance})
`,"../../../examples/gallery/input-validation/fastapi/fixed.py":`import sqlite3

from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()


class Order(BaseModel):
    product: str = Field(max_length=40)
    quantity: int = Field(ge=1, le=100)


@app.post("/orders")
async def order(data: Order):
    total = data.quantity * 12
    db = sqlite3.connect("shop.db")
    db.execute("INSERT INTO orders (product, total) VALUES (?, ?)", (data.product, total))
    db.commit()
    return {"total": total}
`,"../../../examples/gallery/input-validation/fastapi/vulnerable.py":`import sqlite3

from fastapi import FastAPI, Request

app = FastAPI()


@app.post("/orders")
async def order(request: Request):
    data = await request.json()
    total = data["quantity"] * 12
    db = sqlite3.connect("shop.db")
    db.execute("INSERT INTO orders (product, total) VALUES (?, ?)", (data["product"], total))
    db.commit()
    return {"total": total}
`,"../../../examples/gallery/input-validation/flask/fixed.py":`import sqlite3

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
`,"../../../examples/gallery/input-validation/flask/vulnerable.py":`import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.post("/transfer")
def transfer():
    data = request.json
    db = sqlite3.connect("bank.db")
    db.execute("UPDATE account SET balance = balance - ? WHERE id = 1", (data["amount"],))
    db.execute("UPDATE account SET balance = balance + ? WHERE name = ?", (data["amount"], data["to"]))
    db.commit()
    return {"done": True}
`,"../../../examples/gallery/input-validation/pipeline/fixed.py":`"""Takes refunds from a queue's front end and books them."""

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
`,"../../../examples/gallery/input-validation/pipeline/vulnerable.py":`"""Takes refunds from a queue's front end and books them."""

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
`,"../../../examples/gallery/input-validation/script/fixed.py":`"""An endpoint with nothing but the standard library."""

import json
import math
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer

LENGTH_MAX = 10_000


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            amount = self.amount()
        except (KeyError, TypeError, ValueError) as error:
            self.send_error(400, str(error))
            return
        db = sqlite3.connect("bank.db")
        db.execute("UPDATE account SET balance = balance - ? WHERE id = 1", (amount,))
        db.commit()
        self.send_response(204)
        self.end_headers()

    def amount(self):
        length = int(self.headers["Content-Length"])
        if not 0 <= length <= LENGTH_MAX:
            raise ValueError("the body is too long")
        amount = float(json.loads(self.rfile.read(length))["amount"])
        if not math.isfinite(amount) or not 0 < amount <= 10_000:
            raise ValueError("the amount is out of bounds")
        return amount


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
`,"../../../examples/gallery/input-validation/script/vulnerable.py":`"""An endpoint with nothing but the standard library."""

import json
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        db = sqlite3.connect("bank.db")
        db.execute("UPDATE account SET balance = balance - ? WHERE id = 1", (data["amount"],))
        db.commit()
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
`,"../../../examples/gallery/path-traversal/django/fixed.py":`from pathlib import Path

from django.http import FileResponse, Http404

INVOICES = Path("/srv/invoices").resolve()


def invoice(request):
    path = (INVOICES / request.GET["file"]).resolve()
    if not path.is_relative_to(INVOICES):
        raise Http404
    return FileResponse(path.open("rb"))
`,"../../../examples/gallery/path-traversal/django/vulnerable.py":`import os

from django.http import FileResponse

INVOICES = "/srv/invoices"


def invoice(request):
    name = request.GET["file"]
    return FileResponse(open(os.path.join(INVOICES, name), "rb"))
`,"../../../examples/gallery/path-traversal/fastapi/fixed.py":`import shutil
import uuid

from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/photos")
def upload(photo: UploadFile):
    # The client's name for the file is not used at all.
    name = f"{uuid.uuid4()}.jpg"
    with open(f"/var/app/photos/{name}", "wb") as target:
        shutil.copyfileobj(photo.file, target)
    return {"saved": name}
`,"../../../examples/gallery/path-traversal/fastapi/vulnerable.py":`import shutil

from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/photos")
def upload(photo: UploadFile):
    with open(f"/var/app/photos/{photo.filename}", "wb") as target:
        shutil.copyfileobj(photo.file, target)
    return {"saved": True}
`,"../../../examples/gallery/path-traversal/flask/fixed.py":`from flask import Flask, request, send_from_directory

app = Flask(__name__)


@app.get("/download")
def download():
    # Refuses what would lie outside of the directory.
    return send_from_directory("/var/app/uploads", request.args["file"])
`,"../../../examples/gallery/path-traversal/flask/vulnerable.py":`from flask import Flask, request, send_file

app = Flask(__name__)


@app.get("/download")
def download():
    return send_file("/var/app/uploads/" + request.args["file"])
`,"../../../examples/gallery/path-traversal/pipeline/fixed.py":`"""Copies each new object of a bucket to the disk that the loader reads."""

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
`,"../../../examples/gallery/path-traversal/pipeline/vulnerable.py":`"""Copies each new object of a bucket to the disk that the loader reads."""

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
`,"../../../examples/gallery/path-traversal/script/fixed.py":`"""Unpacks an archive that somebody sent: unpack.py ARCHIVE"""

import sys
import tarfile


def main():
    with tarfile.open(sys.argv[1]) as archive:
        archive.extractall("incoming", filter="data")


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/path-traversal/script/vulnerable.py":`"""Unpacks an archive that somebody sent: unpack.py ARCHIVE"""

import sys
import tarfile


def main():
    with tarfile.open(sys.argv[1]) as archive:
        archive.extractall("incoming")


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/sql-injection/django/fixed.py":`from django.db import connection
from django.http import JsonResponse


def customers(request):
    name = request.GET.get("name", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM customer WHERE name LIKE %s", [f"%{name}%"])
        rows = cursor.fetchall()
    return JsonResponse({"customers": rows})
`,"../../../examples/gallery/sql-injection/django/vulnerable.py":`from django.db import connection
from django.http import JsonResponse


def customers(request):
    name = request.GET.get("name", "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name FROM customer WHERE name LIKE '%{name}%'")
        rows = cursor.fetchall()
    return JsonResponse({"customers": rows})
`,"../../../examples/gallery/sql-injection/fastapi/fixed.py":`from fastapi import FastAPI, HTTPException
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine("sqlite:///shop.db")

# A name of a column cannot be bound; it is taken from here.
ORDERS = {"name": "name", "price": "price"}


@app.get("/products")
def products(category: str, order: str = "name"):
    column = ORDERS.get(order)
    if column is None:
        raise HTTPException(400, "unknown order")
    query = text(f"SELECT id, name FROM product WHERE category = :category ORDER BY {column}")
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query, {"category": category})]
`,"../../../examples/gallery/sql-injection/fastapi/vulnerable.py":`from fastapi import FastAPI
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine("sqlite:///shop.db")


@app.get("/products")
def products(category: str, order: str = "name"):
    query = text(f"SELECT id, name FROM product WHERE category = '{category}' ORDER BY {order}")
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]
`,"../../../examples/gallery/sql-injection/flask/fixed.py":`import sqlite3

from flask import Flask, request

app = Flask(__name__)


def find_user(name):
    query = "SELECT id FROM users WHERE name = ?"
    return sqlite3.connect("app.db").execute(query, (name,)).fetchone()


@app.post("/login")
def login():
    user = find_user(request.form["username"])
    return {"found": user is not None}
`,"../../../examples/gallery/sql-injection/flask/vulnerable.py":`import sqlite3

from flask import Flask, request

app = Flask(__name__)


def find_user(name):
    query = "SELECT id FROM users WHERE name = '" + name + "'"
    return sqlite3.connect("app.db").execute(query).fetchone()


@app.post("/login")
def login():
    user = find_user(request.form["username"])
    return {"found": user is not None}
`,"../../../examples/gallery/sql-injection/pipeline/fixed.py":`import json

import psycopg2
from kafka import KafkaConsumer


def run():
    connection = psycopg2.connect("dbname=events")
    cursor = connection.cursor()
    for message in KafkaConsumer("clicks"):
        event = json.loads(message.value)
        cursor.execute(
            "INSERT INTO click (page, visitor) VALUES (%s, %s)",
            (event["page"], event["visitor"]),
        )
        connection.commit()
`,"../../../examples/gallery/sql-injection/pipeline/vulnerable.py":`import json

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
`,"../../../examples/gallery/sql-injection/script/fixed.py":`"""Removes a user: remove_user.py NAME"""

import sys

import psycopg2


def main():
    name = sys.argv[1]
    connection = psycopg2.connect("dbname=app")
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE name = %s", (name,))


if __name__ == "__main__":
    main()
`,"../../../examples/gallery/sql-injection/script/vulnerable.py":`"""Removes a user: remove_user.py NAME"""

import sys

import psycopg2


def main():
    name = sys.argv[1]
    connection = psycopg2.connect("dbname=app")
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE name = '%s'" % name)


if __name__ == "__main__":
    main()
`});export{e as files};