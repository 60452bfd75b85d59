from flask import request
from app.run import run


def show():
    run(request.args["x"])
