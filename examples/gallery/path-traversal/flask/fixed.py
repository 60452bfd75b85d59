from flask import Flask, request, send_from_directory

app = Flask(__name__)


@app.get("/download")
def download():
    # Refuses what would lie outside of the directory.
    return send_from_directory("/var/app/uploads", request.args["file"])
