"""From the bytes of a file to its text, whatever the program that wrote it took for an encoding."""

import codecs

LOOKED_AT = 65_536  # characters by which text is told from binary
MOST_JUNK = 0.1  # of them that may be controls or no character at all
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_CONTROLS = {*map(chr, (*range(9), *range(14, 27), *range(28, 32), 127)), "\ufffd"}


class NotText(ValueError):
    """The bytes are no text; the message says why."""


def text(data: bytes) -> str:
    """The text of a file; `NotText` where it holds none, or is a picture, an archive or such."""
    if not data.strip():
        raise NotText("it is empty")
    found = _decoded(data)
    head = found[:LOOKED_AT]
    if sum(char in _CONTROLS for char in head) > max(4, MOST_JUNK * len(head)):
        raise NotText("it is binary, not text")
    return found


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    even, odd = data[:LOOKED_AT:2].count(0), data[1:LOOKED_AT:2].count(0)
    if max(even, odd) * 4 > min(len(data), LOOKED_AT):  # UTF-16 without its mark, as a shell of Windows redirects it
        return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _other(data)


def _other(data: bytes) -> str:
    """Bytes that are not UTF-8 throughout: with a few wrong ones it still is, else a code page of Windows."""
    lenient = data.decode(errors="replace")
    wrong = lenient.count("\ufffd")
    others = sum(not char.isascii() for char in lenient) - wrong
    return data.decode("cp1252", "replace") if wrong > others else lenient
