"""The image build could not fetch packages: the channel or package index did not answer."""

from collections.abc import Iterator, Mapping

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import BUILD, Cause, build, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step
from troubleshoot.diagnosis.scan import lines_with
from troubleshoot.diagnosis.sheet import line_end

_BUILT = r"(?i)Successfully tagged|Run ID: \w+ was successful"
# pip's last try, and then that no index had any version of the same name.
_LAST_TRY = re2.compile(
    r"Retry\(total=0,.*connection broken by '?(?:NewConnection|ConnectTimeout|ReadTimeout|Protocol|SSL|Proxy)Error"
    r".*: /(?:\S+/)?(?P<name>[\w.-]+)/\s*$"
)
_FAULT = re2.compile(
    r"(?m)^pip\._vendor\.urllib3\.exceptions\.(?:ReadTimeout|NewConnection|ConnectTimeout|Protocol)Error: "
    r".*?(?:host='(?P<host>[\w.-]+)'|$)"
)
_INDEX = re2.compile(r"Looking in indexes: https?://(?:[^@/\s]+@)?(?P<host>[^/\s,]+)[^\s,]*\s*(?:\n|$)")
_NONE = re2.compile(
    r"Could not find a version that satisfies the requirement (?P<name>[\w.-]+).*\(from versions: none\)"
)

_OF_A_TRY = re2.compile(r"Retry\(total=0,|\(from versions: none\)")


def retries_used_up(case: Case) -> Iterator[Evidence]:
    """pip's last try for a package, where no index then had any version of it."""
    for passage in passages.read(case):
        if passage.place != BUILD or passage.borrowed:
            continue
        tried: dict[str, int] = {}
        for start in lines_with(_OF_A_TRY, passage.text):
            text = passage.text[start : line_end(passage.text, start)]
            last, none = _LAST_TRY.search(text), _NONE.search(text)
            if last:
                tried[_plain(last["name"])] = passage.at(start)
            elif none and _plain(none["name"]) in tried:
                yield passage.quote_line(tried[_plain(none["name"])])


def broken_off(case: Case) -> Iterator[Evidence]:
    """The fault of the network that ended pip itself: after "ERROR: Exception:" it does nothing more."""
    for passage in passages.read(case):
        ended = passage.text.find("ERROR: Exception:") if passage.place == BUILD and not passage.borrowed else -1
        found = _FAULT.search(passage.text, ended) if ended >= 0 else None
        if found:
            yield passage.quote(*found.span())


def more(case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """The host of the index, where a fault of pip's names it or pip looked in only one."""
    for passage in passages.read(case) if "host" not in names else ():
        if passage.place == BUILD and not passage.borrowed:
            found = _FAULT.search(passage.text) or _INDEX.search(passage.text)
            if found and found["host"]:
                return {"host": found["host"]}
    return {}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


cause = Cause(
    title="The image build could not reach {host}, where it fetches packages",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"CondaHTTPError: HTTP (?:000 CONNECTION FAILED|429 [A-Z ]+|5\d\d [A-Z ]+) for url "
            r"<?https?://(?P<host>[^/>\s]+)",
            unless=(_BUILT,),
        ),
        looks(retries_used_up, source="run"),
        looks(broken_off, source="run"),
    ),
    words=(("host", "the package index"),),
    more=more,
    gives=("host",),
    happened="The address did not answer, or answered with a fault of its own, and the tries were used up. "
    "That pip finds no version afterwards only follows from it.",
    fine="The package list could be read, and the base image was fetched.",
    steps=(
        Step("Deploy again once", "Such faults often pass by themselves."),
        Step(
            "If it fails again, let the build reach the address",
            "In a closed network allow the host of the channel or index by an outbound rule, or use a mirror inside.",
            "az ml workspace outbound-rule list --workspace-name {workspace} -g {group} -o table",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="yes",
    urgent="if serving",
    look_for="CondaHTTPError: HTTP 000 CONNECTION FAILED for url <address>",
    source="public reports; pip was run against addresses that do not answer",
    next_test="Open the address from a machine in the same network.",
    rivals=(
        ("build-pip-no-match", "the index answered, and does not have the package"),
        ("build-feed-needs-login", "the address answered, and asked for a login"),
    ),
    outranks=("environment-build-failed-unspecified", "build-pip-no-match", "build-conda-package-not-found"),
)
