"""The ways to tell: one file a channel, each a `send(message, address, secret)` that raises outgoing.Failed."""
from collections.abc import Callable

from troubleshoot.boards.notice import Message
from workers.channels import email, slack, teams, webhook

CHANNELS: dict[str, Callable[[Message, str, str], None]] = {
    "email": email.send, "teams": teams.send, "slack": slack.send, "webhook": webhook.send}
