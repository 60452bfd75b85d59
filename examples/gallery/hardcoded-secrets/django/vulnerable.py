"""Settings of a shop."""

import os

DEBUG = False
ALLOWED_HOSTS = ["shop.example.org"]

SECRET_KEY = "w3p9-vr7q-zt2m-kx5c-hn8d-yb4j"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": "t4bleClothRadish",
        "HOST": os.environ.get("DB_HOST", "localhost"),
    }
}
