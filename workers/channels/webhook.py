"""A notice as JSON to an address of one's own, signed as Standard Webhooks says (docs/notices.md)."""
import base64
import binascii
import hashlib
import hmac
import json
import time

import requests

from troubleshoot.boards.notice import Message
from workers.outgoing import AGENT, Failed, guarded


def send(message: Message, address: str, secret: str) -> None:
    """One post; its `webhook-id` stays the same when it is sent again."""
    body = json.dumps(payload(message), separators=(",", ":")).encode()
    name, at = f"msg_{message.reference}", str(int(time.time()))
    headers = {"Content-Type": "application/json", "User-Agent": AGENT, "webhook-id": name, "webhook-timestamp": at,
               "webhook-signature": signature(secret, name, at, body)}
    with guarded("webhook") as guard:
        try:
            requests.post(address, data=body, headers=headers, timeout=10, allow_redirects=False)
        except requests.exceptions.RequestException as error:
            raise guard.failure or Failed("This is not an address that can be called. Enter it again.") from error
    if guard.failure:
        raise guard.failure


def payload(message: Message) -> dict[str, object]:
    """What the body says."""
    return {"type": f"incident.{message.what}" if message.what != "test" else "test", "subject": message.subject,
            "reference": message.reference, "data": message.data or {}}


def signature(secret: str, name: str, at: str, body: bytes) -> str:
    """`v1,` and the signature of id, time and body under a secret of the form `whsec_…`."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise Failed("The secret of this webhook cannot be read. Make a new one.") from error
    signed = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
