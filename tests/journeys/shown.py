"""What a page shows, read from its HTML: the lines of a log by number, and the whole as text."""
import re
from html.parser import HTMLParser

_LINE = re.compile(r"L(\d+)$")


class _Reader(HTMLParser):
    """Collects text, the text of log lines, and the names of elements and of their attributes."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.said, self.lines, self.elements, self.links = [], {}, set(), []
        self.line = self.code = 0

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.elements.add((tag, *sorted(name for name in found if name.startswith("on") or name == "style")))
        self.links += [found[name] or "" for name in ("href", "src", "action", "formaction") if name in found]
        if tag == "li":
            number = _LINE.match(found.get("id") or "")
            self.line = int(number[1]) if number else 0
        if tag == "code" and self.line:
            self.code += 1
            self.lines.setdefault(self.line, "")

    def handle_endtag(self, tag):
        if tag == "code" and self.code:
            self.code -= 1
        if tag == "li":
            self.line = self.code = 0

    def handle_data(self, data):
        self.said.append(data)
        if self.code:
            self.lines[self.line] += data


class Shown:
    """One page as its reader sees it."""

    def __init__(self, html):
        reader = _Reader()
        reader.feed(html)
        self.html, self.text = html, "".join(reader.said)
        self.lines, self.elements, self.links = reader.lines, reader.elements, reader.links


def page(client, path):
    """A page that was answered with status 200, on the way that the product sends its reader."""
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, (path, answer.status_code)
    return Shown(answer.content.decode())
