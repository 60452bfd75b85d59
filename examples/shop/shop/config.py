"""Settings by environment."""

import os


class Base:
    DATABASE = os.environ.get("SHOP_DATABASE", "/srv/shop/shop.db")
    INVOICES = "/srv/shop/invoices"
    IMAGES = "/srv/shop/images"
    SESSION_COOKIE_NAME = "shop_session"
    PASSWORD_MIN_LENGTH = 12


class Production(Base):
    SECRET_KEY = os.environ.get("SHOP_SECRET_KEY")
    MAIL_SERVER = "mail.shop.example"
    MAIL_USERNAME = "orders@shop.example"
    MAIL_PASSWORD = "winter-sale-2023"


class Development(Base):
    SECRET_KEY = "not-so-secret-lantern"
    MAIL_SERVER = "localhost"
    MAIL_PASSWORD = ""
