import jwt
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: str


app = FastAPI()
settings = Settings()


@app.post("/token")
def token(user_id: int):
    return {"token": jwt.encode({"sub": str(user_id)}, settings.jwt_secret, algorithm="HS256")}
