import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/whois")
async def whois(domain: str):
    process = await asyncio.create_subprocess_shell(
        f"whois {domain}",
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return {"record": output.decode()}
