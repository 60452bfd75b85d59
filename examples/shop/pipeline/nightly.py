"""What happens every night: fetch the suppliers' data, load it, export the orders."""

import csv
import io
import json
import os
import sqlite3
import tarfile
from datetime import date

import requests
from celery import Celery

app = Celery("nightly", broker=os.environ.get("SHOP_BROKER", "redis://localhost/0"))
INCOMING = "/srv/shop/incoming"
DATABASE = os.environ.get("SHOP_DATABASE", "/srv/shop/shop.db")


@app.task
def fetch(supplier):
    """Download a supplier's archive and unpack it."""
    address = f"https://data.shop.example/suppliers/{int(supplier)}.tar.gz"
    response = requests.get(address, timeout=60)
    response.raise_for_status()
    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        archive.extractall(INCOMING)


@app.task
def fetch_checked(supplier):
    """The same, with the members checked while they are unpacked."""
    address = f"https://data.shop.example/suppliers/{int(supplier)}.tar.gz"
    response = requests.get(address, timeout=60)
    response.raise_for_status()
    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        archive.extractall(INCOMING, filter="data")


@app.task
def load(supplier):
    """Put the supplier's prices into the database."""
    db = sqlite3.connect(DATABASE)
    with open(f"{INCOMING}/{int(supplier)}.csv", newline="") as file:
        for row in csv.DictReader(file):
            db.execute("UPDATE product SET price = ? WHERE number = ?", (row["price"], row["number"]))
    db.commit()


@app.task
def export(day):
    """Write the orders of a day to a file for the accountants."""
    day = date.fromisoformat(day)
    db = sqlite3.connect(DATABASE)
    found = db.execute("SELECT id, total FROM orders WHERE day = ?", (day.isoformat(),)).fetchall()
    with open(f"/srv/shop/export/{day}.json", "w") as file:
        json.dump(found, file)
