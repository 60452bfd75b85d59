import asyncio
import re

from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/whois")
async def whois(domain: str):
    if not re.fullmatch(r"[a-z0-9][a-z0-9.]{0,252}", domain):
        raise HTTPException(400, "that is no domain")
    process = await asyncio.create_subprocess_exec(
        "whois",
        domain,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return {"record": output.decode()}
