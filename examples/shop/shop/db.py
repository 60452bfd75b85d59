"""The database: one connection for each request."""

import sqlite3

from flask import current_app, g


def connection():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


def close(error=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def rows(statement, values=()):
    """All rows of a statement, as dictionaries."""
    cursor = connection().execute(statement, values)
    return [dict(row) for row in cursor.fetchall()]


def row(statement, values=()):
    """The first row, or None."""
    found = rows(statement, values)
    return found[0] if found else None


def change(statement, values=()):
    db = connection()
    db.execute(statement, values)
    db.commit()
