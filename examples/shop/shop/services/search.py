"""Looking for products."""

from .. import db

ORDER = {"name": "name ASC", "cheap": "price ASC", "new": "created DESC"}


def by_word(word):
    """Products whose name contains the word."""
    return db.rows(f"SELECT id, name, price FROM product WHERE name LIKE '%{word}%'")


def by_category(category, order, limit):
    """Products of a category, in one of the known orders."""
    statement = (
        "SELECT id, name, price FROM product WHERE category = ?"
        f" ORDER BY {ORDER.get(order, 'name ASC')} LIMIT {int(limit)}"
    )
    return db.rows(statement, (category,))


def by_ids(ids):
    marks = ", ".join("?" for _ in ids)
    return db.rows(f"SELECT id, name, price FROM product WHERE id IN ({marks})", ids)
