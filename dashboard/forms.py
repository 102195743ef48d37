"""The forms of channels and rules: what was typed is checked, and told beside its field."""
import base64
import binascii
import zoneinfo
from functools import cache
from typing import Any

from django import forms

from troubleshoot import addresses, ranks
from troubleshoot.boards.rules import causes, severities
from troubleshoot.channels import Wanted
from troubleshoot.models import Channel, Rule

WHOLE = "*"  # instead of a workspace: the whole installation
KEY_BYTES = range(24, 65)  # as the Standard Webhooks specification asks


IN = forms.TextInput(attrs={"class": "in", "autocomplete": "off"})
IN_SELECT = forms.Select(attrs={"class": "in"})
IN_TIME = forms.TimeInput(attrs={"class": "in", "type": "time"}, format="%H:%M")


def _listed(name: str, **attrs: str) -> forms.TextInput:
    """A text box that offers the list of this name."""
    return forms.TextInput(attrs={"class": "in", "list": name, "autocomplete": "off", "spellcheck": "false", **attrs})


def printable(value: str) -> None:
    """A validator: no control characters."""
    if not all(one.isprintable() for one in value):
        raise forms.ValidationError("Leave out line breaks and control characters.")


class ChannelForm(forms.Form):
    """A channel, new or to be changed. Secrets are taken in, and never printed back."""

    kind = forms.ChoiceField(choices=tuple(addresses.KINDS.items()), widget=IN_SELECT,
                             error_messages={"required": "Choose a kind."})
    name = forms.CharField(max_length=80, validators=[printable], widget=IN,
                           error_messages={"required": "Give it a name."})
    address = forms.CharField(max_length=2000, required=False)
    secret = forms.CharField(max_length=200, required=False)
    on = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, places: tuple[tuple[str, str], ...] = (), row: Channel | None = None,
                 initial: Any = None) -> None:
        self.row, self.sealed, self.shown = row, "", ""
        if row:
            initial = {"name": row.name, "on": row.on}
        super().__init__(data, initial=initial)
        if row:
            del self.fields["kind"]
        else:
            self.fields["ws"] = forms.ChoiceField(
                choices=places, widget=IN_SELECT, error_messages={"required": "Choose where the channel belongs."})

    @property
    def kind_asked(self) -> str:
        """The kind that the channel has or is asked to have."""
        return self.row.kind if self.row else str(self["kind"].value() or "")

    def typed(self) -> str:
        """The address to print back: of mailboxes only, since every other is a secret."""
        return str(self["address"].value() or "") if self.kind_asked == "email" else ""

    def clean(self) -> dict[str, Any]:
        """Adds `sealed` and `shown` where an address was given; a webhook's new address needs its key again."""
        told = super().clean() or {}
        kind, address, secret = self.kind_asked, told.get("address", ""), told.get("secret", "")
        if address or not self.row:
            self._check_address(kind, address)
        if kind == "webhook":
            if not secret and (address or not self.row):
                self.add_error("secret", "Give the key that signs: a new address asks for it again.")
            elif secret and not _is_key(secret):
                self.add_error("secret", "The key is base64 of 24 to 64 bytes, as openssl rand -base64 32 prints it.")
        elif secret:
            self.add_error("secret", "Only a signed webhook has a key.")
        return told

    def _check_address(self, kind: str, address: str) -> None:
        if not address:
            self.add_error("address", "Give the address.")
        elif kind in addresses.KINDS:
            try:
                self.sealed, self.shown = addresses.checked(kind, address)
            except ValueError as error:
                self.add_error("address", str(error))

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        told = self.cleaned_data
        return Wanted(told["name"], self.kind_asked, told["on"], self.sealed, self.shown, told["secret"])


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) in KEY_BYTES
    except (binascii.Error, ValueError):
        return False


class RuleForm(forms.Form):
    """A rule of a channel; an empty field leaves nothing out."""

    endpoint = forms.CharField(max_length=100, required=False, validators=[printable], widget=forms.TextInput(
        attrs={"class": "in", "autocomplete": "off", "placeholder": "every endpoint"}))
    rank = forms.TypedChoiceField(choices=severities, coerce=int, widget=IN_SELECT)
    cause = forms.CharField(max_length=100, required=False, widget=_listed("causes", placeholder="every cause"))
    recoveries = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(required=False, widget=IN_TIME, error_messages={"invalid": "Write a time as 22:00."})
    quiet_until = forms.TimeField(required=False, widget=IN_TIME, error_messages={"invalid": "Write a time as 07:00."})
    zone = forms.CharField(max_length=64, required=False, widget=_listed("zones"))
    break_quiet = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, spaces: dict[str, int] | None = None, row: Rule | None = None) -> None:
        """`spaces` (slug to id) only for a channel of the whole installation."""
        self.spaces = spaces or {}
        super().__init__(data, initial=_as_typed(row) if row else {
            "rank": ranks.SLOW, "recoveries": True, "break_quiet": True, "zone": "UTC"})
        if spaces is not None:
            places = (("", "every workspace"), *((one, one) for one in spaces))
            self.fields["workspace"] = forms.ChoiceField(choices=places, required=False, widget=IN_SELECT)

    def clean_cause(self) -> str:
        """A slug of the handbook, or empty."""
        slug = self.cleaned_data["cause"]
        if slug and slug not in causes():
            raise forms.ValidationError("No cause of the handbook is called so; choose one from the list.")
        return slug

    def clean_zone(self) -> str:
        """A name of the IANA time zone database."""
        zone = self.cleaned_data["zone"] or "UTC"
        if zone not in zones():
            raise forms.ValidationError("No time zone is called so; write one as Europe/Stockholm.")
        return zone

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends, or none."""
        told = super().clean() or {}
        if {"quiet_from", "quiet_until"} <= told.keys():
            begin, end = told["quiet_from"], told["quiet_until"]
            if (begin is None) != (end is None):
                self.add_error("quiet_until" if end is None else "quiet_from", "Give both ends, or neither.")
            elif begin is not None and begin == end:
                self.add_error("quiet_until", "Both ends are the same time.")
        return told

    def wanted(self) -> dict[str, Any]:
        """The fields of the rule that a valid form asks for."""
        told = dict(self.cleaned_data)
        slug = told.pop("workspace", "")
        return told | {"workspace_id": self.spaces.get(slug)}


def _as_typed(row: Rule) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in (
        "endpoint", "rank", "cause", "recoveries", "quiet_from", "quiet_until", "zone", "break_quiet")}
    return told | {"workspace": row.workspace.slug if row.workspace else ""}


@cache
def zones() -> frozenset[str]:
    """Every time zone that this machine knows."""
    return frozenset(zoneinfo.available_timezones()) | {"UTC"}
