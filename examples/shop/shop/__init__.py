"""The shop's application factory."""

from flask import Flask

from . import admin, catalog, db, images, orders


def create_app(config="shop.config.Production"):
    app = Flask(__name__)
    app.config.from_object(config)
    app.teardown_appcontext(db.close)
    app.register_blueprint(catalog.bp)
    app.register_blueprint(orders.bp)
    app.register_blueprint(images.bp)
    app.register_blueprint(admin.bp, url_prefix="/admin")
    return app
