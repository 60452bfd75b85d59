import sqlite3


class Store:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)

    def find(self, name):
        query = "SELECT id FROM product WHERE name = '" + name + "'"
        return self.connection.execute(query).fetchall()

    def count(self, shop):
        return self.connection.execute("SELECT 1 WHERE shop = ?", (int(shop),))


def is_word(text):
    return text.isalnum()
