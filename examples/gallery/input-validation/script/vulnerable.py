"""An endpoint with nothing but the standard library."""

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
