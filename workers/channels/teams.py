"""A notice in Microsoft Teams, through a workflow's webhook: an adaptive card whose foreign text is only text."""
from typing import Any
from urllib.parse import parse_qs, urlsplit

from apprise import NotifyType
from apprise.plugins.workflows import NotifyWorkflows

from troubleshoot import addresses
from troubleshoot.boards.notice import Message
from troubleshoot.ranks import AFFECTED, RESOLVED
from workers.outgoing import Failed, guarded

COLOURS = {AFFECTED: "Attention", RESOLVED: "Good"}


class Teams(NotifyWorkflows):
    """Apprise's own, with our card in its envelope: a rich text block reads no Markdown and mentions nobody."""

    def __init__(self, message: Message, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.told = message

    def gen_payload(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **kwargs: Any) -> Any:
        """The envelope with the card of this message."""
        payload = super().gen_payload(body="…", title="", notify_type=notify_type)
        card = payload["attachments"][0]["content"]
        card["fallbackText"] = ""
        card["body"], card["actions"] = _blocks(self.told), [
            {"type": "Action.OpenUrl", "title": link.text, "url": link.url} for link in self.told.links]
        return payload


def send(message: Message, address: str, secret: str) -> None:
    """One post; Teams knows no key by which it could tell a second one, so the reference stands in the text."""
    parts = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    found = addresses.TEAMS_PATH.fullmatch(parts.path)
    if found is None or "sig" not in query:
        raise Failed("This is not the address of a Teams workflow. Enter it again.")
    plugin = Teams(
        message, host=parts.hostname, port=parts.port, workflow=found["workflow"], signature=query["sig"],
        power_automate=bool(found[1]), routing_id=found["route"], version=query.get("api-version"),
        include_image=False, redirect="no", retry=0)
    with guarded("teams") as guard:
        told = plugin.notify(body=message.subject)
    if not told:
        raise guard.failure or Failed(f"Teams did not take it (status {guard.status or 'none'}).")


def _blocks(message: Message) -> list[dict[str, Any]]:
    title = _text(message.subject, weight="Bolder", size="Medium", color=COLOURS.get(message.rank, "Warning"))
    facts = [_text(f"{label}: ", text) for label, text in message.facts]
    rows = [{**_text(row.text), "inlines": [
        {"type": "TextRun", "text": row.text, "selectAction": {"type": "Action.OpenUrl", "url": row.url}}]}
        for row in message.rows]
    return [title, *facts, *rows, _text(f"Reference {message.reference}", isSubtle=True, size="Small")]


def _text(first: str, second: str = "", **style: Any) -> dict[str, Any]:
    runs = [{"type": "TextRun", "text": first, **style}]
    if second:
        runs = [{"type": "TextRun", "text": first, "isSubtle": True}, {"type": "TextRun", "text": second}]
    return {"type": "RichTextBlock", "inlines": runs}
