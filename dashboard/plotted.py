"""Moments and words as plotly takes them."""
from datetime import UTC, datetime


def at(moment: datetime) -> str:
    """A moment on a date axis, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def plain(text: str) -> str:
    """Text without what plotly would read as markup or as a template."""
    cut = text[:120].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return cut.replace("%{", "% {")
