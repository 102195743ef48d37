"""The parts of image names and blob addresses that the texts of a case hold."""

from collections.abc import Iterator, Mapping

import re2

from troubleshoot.diagnosis import names, passages
from troubleshoot.diagnosis.cause import EVENTS, INFERENCE, OPERATION, STORAGE
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.scan import last_lines_with, lines_with
from troubleshoot.diagnosis.sheet import line_end


def image(case: Case, known: Mapping[str, str]) -> dict[str, str]:
    """Registry, repository and tag of the image that a message or the pull's log names."""
    for passage in passages.read(case):
        if passage.place in (OPERATION, INFERENCE, EVENTS):
            found = names.image_parts(passage.text)
            if found:
                return found
    return {}


def blob(case: Case, known: Mapping[str, str]) -> dict[str, str]:
    """Account, container and path of the blob that a message names, else those of the model's own address."""
    texts = [passage.text for passage in passages.read(case) if passage.place in (STORAGE, OPERATION)]
    texts += [asset.uri for asset in case.assets if asset.kind == "model"]
    for text in texts:
        found = names.blob_parts(text)
        if found:
            return found
    return {"account": known["storage_account"]} if "storage_account" in known else {}


_GONE = re2.compile(r"\bBlobNotFound\b|\bContainerNotFound\b|The specified (?:blob|container) does not exist")
_WHAT = re2.compile(r"(?i)\b(model|code)s?\b")


def missing_files(case: Case, what: str) -> Iterator[Evidence]:
    """What the storage account said of files it does not have, by the download that was named last."""
    for passage in passages.read(case):
        if passage.place == STORAGE and not passage.borrowed:
            for start in lines_with(_GONE, passage.text):
                if _named(passage.text, line_end(passage.text, start)) == what:
                    yield passage.quote_line(passage.at(start))


def _named(text: str, end: int) -> str:
    """Whether model or code was named last; a log that names neither speaks of the model."""
    line = next(last_lines_with(_WHAT, text, end), None)
    named = _WHAT.findall(text[line : line_end(text, line)]) if line is not None else ["model"]
    return str(named[-1]).lower()


_BUILD_LOG = re2.compile(
    r"build log under the storage account '(?P<storage_account>[^']+)' in the container "
    r"'(?P<log_container>[^']+)'"
    r" at the path '(?P<log_path>[^']+)'"
)


def build_log(case: Case) -> dict[str, str]:
    """Where the build log lies, as Azure's sentence of a failed build says."""
    for passage in passages.read(case):
        told = passage.place == OPERATION and "build log under the storage account" in passage.text
        found = _BUILD_LOG.search(passage.text) if told else None
        if found:
            return found.groupdict()
    return {}
