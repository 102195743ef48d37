"""The verdict of a text with no server: `python -m troubleshoot.diagnosis FILE`, or `--jsonl`."""

import argparse
import io
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from troubleshoot.diagnosis import outcome, paste, report
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import LIKELY, Case, Evidence, Text
from troubleshoot.diagnosis.outcome import Source
from troubleshoot.diagnosis.passages import KINDS

MAX_TEXT = 20_000_000


class BadLine(ValueError):
    """A line of the input that is no case; the message says what is wrong with it."""


def main(arguments: list[str] | None = None) -> int:
    """0 when every line or file was answered; 1 when one could not be read."""
    ask = argparse.ArgumentParser(prog="python -m troubleshoot.diagnosis", description=__doc__)
    ask.add_argument("file", nargs="?", help="a log or an error message; - for standard input")
    ask.add_argument(
        "--jsonl", action="store_true", help='read lines {"id","kind","http_status","text"}, write answers'
    )
    ask.add_argument(
        "--kind", choices=sorted(KINDS), help="what sort of text the file is; guessed when left out"
    )
    given = ask.parse_args(arguments)
    try:
        text = _input(given.file)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return 1
    if given.jsonl:
        return _answer_lines(text, sys.stdout, sys.stderr)
    found = outcome.of([Source(given.file or "-", paste.read(text, given.kind or ""))])
    for line in report.lines(found):
        print(line.text)
    return 0


def _input(name: str | None) -> str:
    if name in (None, "-"):
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    return Path(str(name)).read_bytes().decode("utf-8", "replace")


def _answer_lines(text: str, out: TextIO, err: TextIO) -> int:
    """Answers each line by itself; a wrong one is told on `err`, and no answer is made up for it."""
    wrong = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            print(json.dumps(answer(_case(line))), file=out)
        except BadLine as error:
            wrong += 1
            print(f"line {number}: {error}", file=err)
    return 1 if wrong else 0


def _case(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise BadLine("not a JSON object")
    if not isinstance(found.get("id"), str | int) or isinstance(found.get("id"), bool):
        raise BadLine("'id' is missing or is neither text nor number")
    if not isinstance(found.get("text"), str):
        raise BadLine("'text' is missing or is not text")
    if not isinstance(found.get("kind"), str) or found["kind"] not in KINDS:
        raise BadLine(f"'kind' is {found.get('kind')!r}; it must be one of {', '.join(sorted(KINDS))}")
    status = found.get("http_status")
    if status is not None and (not isinstance(status, int) or isinstance(status, bool)):
        raise BadLine("'http_status' is neither a whole number nor null")
    if len(found["text"]) > MAX_TEXT:
        raise BadLine(f"'text' is longer than {MAX_TEXT} characters")
    return found


def answer(found: Mapping[str, Any]) -> dict[str, Any]:
    """What is written for one line: label, cause, certainty and quotations."""
    case = Case(texts=(Text(found["kind"], found["text"]),), http_status=found.get("http_status"))
    verdict = diagnose(case)
    best = verdict.best
    if best:
        return _row(found["id"], best.label, best.cause, best.certainty, best.evidence)
    if verdict.healthy:
        return _row(found["id"], "HEALTHY", "", LIKELY, verdict.healthy)
    return _row(found["id"], "UNKNOWN", "", "undecided", ())


def _row(
    name: object, label: str, cause: str, certainty: str, evidence: tuple[Evidence, ...]
) -> dict[str, Any]:
    quotes = [{"text": one.text, "line": one.line} for one in evidence]
    return {"id": name, "label": label, "cause": cause or None, "certainty": certainty, "evidence": quotes}


def run() -> int:
    """`main`, quiet when the reader of its output has gone."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    raise SystemExit(run())
