from flask import Flask, session

app = Flask(__name__)
app.config["SECRET_KEY"] = "blueHeron-walks-at-noon-77"


@app.get("/me")
def me():
    return {"user": session.get("user")}
