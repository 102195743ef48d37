"""The ways Azure writes a moment, one function for each."""
from datetime import datetime


def with_zone(moment: datetime) -> str:
    """`2026-10-28T19:16:36.7099402+00:00`, as systemData has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + str(moment.microsecond % 10) + "+00:00"


def zulu(moment: datetime, digits: int = 7) -> str:
    """`2026-11-23T10:00:00.1234567Z` with a given number of fraction digits."""
    if digits == 0:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    fraction = f"{moment.microsecond:06d}{moment.microsecond % 10}"[:digits]
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + fraction + "Z"


def compact_zone(moment: datetime) -> str:
    """`2026-04-17T16:55:44.738923+0000`, as the property map has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "+0000"


def event_2022(moment: datetime) -> str:
    """`20220519-03:11:59.750675`, the event time of 2022."""
    return moment.strftime("%Y%m%d-%H:%M:%S.%f")


def event_2025(moment: datetime) -> str:
    """RFC 3339 with as many fraction digits as are needed, the event time of 2025."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"


def server(moment: datetime) -> str:
    """`2026-11-23 17:39:54,624`, as the inference server prints it."""
    return moment.isoformat(" ", "milliseconds")[:23].replace(".", ",")


def access(moment: datetime) -> str:
    """`23/Nov/2026:17:42:11 +0000`, as gunicorn's access log has it."""
    return moment.strftime("%d/%b/%Y:%H:%M:%S +0000")


def fetcher(moment: datetime) -> str:
    """`Oct  16 11:51:37`, as the image fetcher writes it: no year, two blanks."""
    return moment.strftime("%b  %d %H:%M:%S")


def runit(moment: datetime) -> str:
    """`2022-05-19T03:12:55,102938475+00:00`, as the container's runit services print it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S,%f") + "475+00:00"
