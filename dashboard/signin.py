"""Signing in with a local account, and out again."""
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dashboard import frame


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """The form; after a right name and password, the page that was asked for."""
    wanted = own_path(request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated and request.method != "POST":
        return redirect(wanted or reverse("triage"))
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect(wanted or reverse("triage"))
    about = {"wanted": wanted, "failed": request.method == "POST", "username": request.POST.get("username", "")[:150]}
    return frame.page(request, "signin.html", about, status=403 if request.method == "POST" else 200)


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("signin")


def own_path(wanted: str) -> str:
    """A path of this host, or nothing."""
    fits = wanted.startswith("/") and wanted.isprintable() and len(wanted) < 2_000
    return wanted if fits and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
