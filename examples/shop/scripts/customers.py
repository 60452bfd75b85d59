"""Show or delete customers: customers.py show NAME | delete ID."""

import argparse
import os
import sqlite3


def show(db, name):
    return db.execute("SELECT id, name, mail FROM customer WHERE name = '" + name + "'").fetchall()


def delete(db, number):
    db.execute("DELETE FROM customer WHERE id = ?", (number,))
    db.commit()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=os.environ.get("SHOP_DATABASE", "shop.db"))
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("show").add_argument("name")
    commands.add_parser("delete").add_argument("id", type=int)
    options = parser.parse_args()
    db = sqlite3.connect(options.database)
    if options.command == "show":
        for row in show(db, options.name):
            print(*row, sep="\t")
    else:
        delete(db, options.id)


if __name__ == "__main__":
    main()
