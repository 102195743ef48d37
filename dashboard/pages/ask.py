"""What a page's query asks for: wrong values become the nearest valid ones, never an error."""
from django.http import HttpRequest


def text(request: HttpRequest, name: str, longest: int = 200) -> str:
    """A query value in printable characters, cut to a length."""
    value = request.GET.get(name, "")[:longest]
    return "".join(one for one in value if one.isprintable()).strip()


def whole(request: HttpRequest, name: str, least: int = 0, most: int = 10_000_000) -> int:
    """A query value as a whole number inside its bounds; the least for anything else."""
    value = request.GET.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        return least
    return max(least, min(most, int(value)))
