import jwt
from fastapi import FastAPI

app = FastAPI()

JWT_SECRET = "quiet-otter-39-gathers-reeds"


@app.post("/token")
def token(user_id: int):
    return {"token": jwt.encode({"sub": str(user_id)}, JWT_SECRET, algorithm="HS256")}
