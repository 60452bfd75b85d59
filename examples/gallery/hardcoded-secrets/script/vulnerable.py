"""Prints how many orders are open."""

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
