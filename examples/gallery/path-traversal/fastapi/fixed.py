import shutil
import uuid

from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/photos")
def upload(photo: UploadFile):
    # The client's name for the file is not used at all.
    name = f"{uuid.uuid4()}.jpg"
    with open(f"/var/app/photos/{name}", "wb") as target:
        shutil.copyfileobj(photo.file, target)
    return {"saved": name}
