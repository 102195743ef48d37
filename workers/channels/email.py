"""A notice as a mail: plain text and simple HTML, never answered by machines, sent again under the same id."""
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from troubleshoot.boards.notice import Message
from workers.outgoing import Failed


def send(message: Message, address: str, secret: str) -> None:
    """One mail to all mailboxes of the channel, none of which the mail server may refuse."""
    if not settings.EMAIL_HOST:
        raise Failed("No mail server is set: EMAIL_HOST is empty.")
    try:
        _mail(message, [one.strip() for one in address.split(",")]).send()
    except smtplib.SMTPRecipientsRefused as error:
        refused = "; ".join(f"{box}: {_said(*reply)}" for box, reply in error.recipients.items())
        raise Failed(f"The mail server refused {refused}") from error
    except smtplib.SMTPResponseException as error:
        raise Failed(f"The mail server answered {_said(error.smtp_code, error.smtp_error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise Failed(f"The mail server could not be used: {error}") from error


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


def _mail(message: Message, boxes: list[str]) -> EmailMultiAlternatives:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    mail = EmailMultiAlternatives(
        subject=message.subject, body=_text(message), to=boxes,
        headers={"Message-ID": f"<{message.reference}@{host}>", "References": f"<{message.thread}@{host}>",
                 "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"})
    mail.attach_alternative(render_to_string("mail/notice.html", {"message": message}), "text/html")
    return mail


def _text(message: Message) -> str:
    facts = [f"{label}: {text}" for label, text in message.facts]
    rows = [f"- {row.text}\n  {row.url}" for row in message.rows]
    links = [f"{link.text}: {link.url}" for link in message.links]
    end = f"Reference {message.reference}. Sent by Endpoint Triage; nobody reads answers to this address."
    return "\n\n".join("\n".join(part) for part in ([message.lead], facts, rows, links, [end]) if part) + "\n"
