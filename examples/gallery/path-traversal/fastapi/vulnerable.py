import shutil

from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/photos")
def upload(photo: UploadFile):
    with open(f"/var/app/photos/{photo.filename}", "wb") as target:
        shutil.copyfileobj(photo.file, target)
    return {"saved": True}
