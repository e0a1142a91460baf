"""The bare handler that saves are compared with: same server, flags, bodies and JSON parser; answers 200 at once."""

import orjson

HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]


async def app(scope, receive, send):  # type: ignore[no-untyped-def]
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    read = orjson.loads(body.partition(b"\n")[2])
    answer = b'{"events":%d}' % len(read["events"])
    headers = [*HEADERS, (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
