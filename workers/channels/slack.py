"""A notice in Slack, through its incoming webhook: foreign text mentions nobody, links nowhere and formats nothing."""
from html import escape
from typing import Any

from apprise import NotifyFormat, NotifyType
from apprise.plugins.slack import NotifySlack

from troubleshoot.boards.notice import Link, Message
from troubleshoot.ranks import AFFECTED, RESOLVED
from workers.outgoing import Failed, guarded

LONGEST = 2900  # characters that one section takes (3,000)
TONES = {AFFECTED: NotifyType.FAILURE, RESOLVED: NotifyType.SUCCESS}


class Slack(NotifySlack):
    """Apprise's own, whose text is shown as it stands but for the links that we made."""

    def _send(self, url: str, payload: Any, *args: Any, **kwargs: Any) -> Any:
        for block in payload["attachments"][0]["blocks"]:
            if block["text"]["type"] == "mrkdwn":
                block["text"]["verbatim"] = True
        return super()._send(url, {**payload, "unfurl_links": False, "unfurl_media": False}, *args, **kwargs)


def send(message: Message, address: str, secret: str) -> None:
    """One post; Slack knows no key by which it could tell a second one, so the reference stands in the text."""
    base, *tokens = address.split("?")[0].rstrip("/").rsplit("/", 3)
    first, second, third = tokens
    plugin = Slack(token_a=first, token_b=second, token_c=third, include_image=False,
                   include_footer=False, use_blocks=True, redirect="no", retry=0)
    plugin.webhook_url = base
    with guarded("slack") as guard:
        told = plugin.notify(
            body=_body(message), title=message.subject[:140].replace("@", "@\u2060"), body_passthrough=True,
            body_format=NotifyFormat.MARKDOWN, notify_type=TONES.get(message.rank, NotifyType.WARNING))
    if not told:
        raise guard.failure or Failed("Slack did not answer with ok.")


def _body(message: Message) -> str:
    facts = [f"{label}: {_plain(text)}" for label, text in message.facts]
    links = " · ".join(_link(link) for link in message.links)
    kept, left = [], LONGEST - sum(len(line) + 1 for line in (*facts, links)) - 60
    for row in message.rows:
        line = f"• {_link(row)}"
        left -= len(line) + 1
        if left > 0:
            kept.append(line)
    return "\n".join((*facts, *kept, links, f"Reference {message.reference}"))


def _link(link: Link) -> str:
    return f"<{link.url}|{_plain(link.text).replace('|', '/')}>"


def _plain(text: str) -> str:
    """Text in which Slack sees no link, mention or style: each sign of one is followed by a mark without width."""
    return "".join(f"{sign}\u2060" if sign in "*_~`@#" else sign for sign in escape(text, quote=False))
