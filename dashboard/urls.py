"""The table of contents."""
from urllib.parse import quote, unquote

from django.urls import path, register_converter

from dashboard import health, signin
from dashboard.pages import (
    account,
    attempt,
    causes,
    channel,
    endpoint,
    explain,
    fleet,
    incident,
    keys,
    log,
    me,
    news,
    quota,
    rule,
    scoring,
    search,
    triage,
    views,
    week,
    workspaces,
)


class Name:
    """A name of Azure's in a URL: whatever it holds, it stays one part of the path."""

    regex = r"[^/]{1,3600}"  # 300 signs, each of up to four octets written as ~XX

    def to_python(self, value: str) -> str:
        """The name; ValueError (and so 404) for what no name can hold."""
        name = unquote(value.replace("~", "%"), errors="strict")
        if any(ord(one) < 32 or ord(one) == 127 for one in name):
            raise ValueError(value)
        return name

    def to_url(self, value: str) -> str:
        """The name with all but plain letters, digits, dashes and inner dots written as ~XX."""
        safe = quote(value, safe="").replace("~", "%7E").replace("%", "~")
        return safe.replace(".", "~2E") if not safe.strip(".") else safe


class Number:
    """The number of an attempt."""

    regex = r"[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number in digits."""
        return str(value)


register_converter(Name, "name")
register_converter(Number, "number")

_END = "w/<slug:workspace>/e/<name:endpoint>/"
_ONE = _END + "d/<name:deployment>/"

urlpatterns = [
    path("", triage.home, name="home"),
    path("signin", signin.signin, name="signin"),
    path("signout", signin.signout, name="signout"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("triage", triage.page, name="triage"),
    path("fleet", fleet.page, name="fleet"),
    path("quota", quota.page, name="quota"),
    path("scoring", scoring.page, name="scoring"),
    path("explain", explain.page, name="explain"),
    path("causes/", causes.page, name="causes"),
    path("causes/<slug:slug>/", causes.cause, name="cause"),
    path("search", search.page, name="search"),
    path("keys", keys.page, name="keys"),
    path("views/save", views.save, name="view-save"),
    path("views/delete", views.delete, name="view-delete"),
    path("i/bulk", incident.bulk, name="bulk"),
    path("i/<number:number>", triage.incident, name="incident"),
    path("i/<number:number>/timeline", incident.timeline, name="incident-timeline"),
    path("i/<number:number>/<slug:action>", incident.do, name="incident-do"),
    path("workspaces/", workspaces.page, name="workspaces"),
    path("workspaces/check", workspaces.check, name="workspaces-check"),
    path("news/", news.page, name="news"),
    path("news/new", channel.new, name="news-new"),
    path("news/<number:number>/", channel.page, name="channel"),
    path("news/<number:number>/change", channel.change, name="channel-change"),
    path("news/<number:number>/test", channel.test, name="channel-test"),
    path("news/<number:number>/delete", channel.delete, name="channel-delete"),
    path("news/<number:number>/rules/new", rule.new, name="rule-new"),
    path("news/<number:number>/rules/<number:rule>", rule.change, name="rule"),
    path("news/<number:number>/rules/<number:rule>/delete", rule.delete, name="rule-delete"),
    path("account", me.page, name="me"),
    path("op/<str:operation>", attempt.jump, name="operation"),
    path("req/<str:named>", search.jump, name="request"),
    path("w/<slug:workspace>/", fleet.page, name="workspace"),
    path("w/<slug:workspace>/quota", quota.page, name="workspace-quota"),
    path("w/<slug:workspace>/week/", week.this, name="weeks"),
    path("w/<slug:workspace>/week/<name:name>/", week.page, name="week"),
    path("w/<slug:workspace>/week/<name:name>.csv", week.sheet, name="week-sheet"),
    path(_END, endpoint.page, name="endpoint"),
    path(_END + "timeline", account.page, name="timeline"),
    path(_END + "a/<number:number>", attempt.page, name="endpoint-attempt"),
    path(_END + "a/<number:number>/poll", attempt.poll, name="endpoint-poll"),
    path(_END + "a/<number:number>/correct", attempt.correct, name="endpoint-correct"),
    path(_ONE, attempt.page, name="deployment"),
    path(_ONE + "a/<number:number>", attempt.page, name="attempt"),
    path(_ONE + "a/<number:number>/poll", attempt.poll, name="poll"),
    path(_ONE + "a/<number:number>/correct", attempt.correct, name="correct"),
    path(_ONE + "a/<number:number>/logs/<name:container>", log.page, name="log"),
]
