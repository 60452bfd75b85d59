"""Prints how many orders are open."""

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
