import os
from flask import request


def run():
    os.system("ls " + request.args["x"])
