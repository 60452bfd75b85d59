"""Removes a user: remove_user.py NAME"""

import sys

import psycopg2


def main():
    name = sys.argv[1]
    connection = psycopg2.connect("dbname=app")
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE name = '%s'" % name)


if __name__ == "__main__":
    main()
