"""An endpoint with nothing but the standard library."""

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
