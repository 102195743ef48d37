"""Every setting: five helpers that read the environment, then plain assignments that run without any."""
import os
import secrets
from pathlib import Path

import plotly
from csp.constants import NONE, SELF

BASE = Path(__file__).resolve().parent.parent
WRONG: list[tuple[str, str]] = []  # (variable, hint): told by the system checks in troubleshoot/checks.py


def env_text(name: str, default: str = "") -> str:
    """The variable's text without blanks around it; the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_number(name: str, default: float, least: float = 0, most: float = 1e12) -> float:
    """The variable as a number between two others; a wrong one is told by a check and gives the default."""
    try:
        value = float(env_text(name, str(default)))
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        WRONG.append((name, f"Set {name} to a number from {least:g} to {most:g}, for example {default:g}."))
        return default
    return value


def env_flag(name: str, default: bool) -> bool:
    """The variable as yes or no: 1, true, yes, on, or 0, false, no, off."""
    value = env_text(name, "yes" if default else "no").lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        WRONG.append((name, f"Set {name} to yes or no."))
        return default
    return value in {"1", "true", "yes", "on"}


def env_choice(name: str, default: str, *others: str) -> str:
    """The variable as one of a few words, in capitals."""
    value = env_text(name, default).upper()
    if value not in (default, *others):
        WRONG.append((name, f"Set {name} to one of {', '.join((default, *others))}."))
        return default
    return value


def env_list(name: str) -> list[str]:
    """The variable's parts between commas, blanks and empty parts dropped."""
    return [part.strip() for part in env_text(name).split(",") if part.strip()]


def kept_secret(folder: Path) -> str:
    """The signing key kept in the data folder, made on the first start (mode 0600)."""
    path = folder / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        pass
    key = secrets.token_urlsafe(48)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(key)
    except FileExistsError:
        return path.read_text(encoding="ascii") or key
    except OSError as error:
        hint = f"Cannot write to {folder}: {error.strerror}. Point DATA_DIR to a folder of your own."
        WRONG.append(("DATA_DIR", hint))
    return key


# Where everything that is written lies
DATA_DIR = Path(env_text("DATA_DIR", str(BASE / "var"))).resolve()
SECRET_KEY = env_text("SECRET_KEY") or kept_secret(DATA_DIR)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
DEBUG = False

# Azure
ARM_ENDPOINT = env_text("ARM_ENDPOINT", "https://management.azure.com").rstrip("/")
AZURE_SUBSCRIPTIONS = env_list("AZURE_SUBSCRIPTIONS")

# The house clock: real time, unless the demo lets it run fast together with its Azure
CLOCK_BASE = env_text("CLOCK_BASE")  # the moment (ISO, UTC) that it showed …
CLOCK_REAL = env_number("CLOCK_REAL", 0)  # … at this real time (seconds since 1970)
CLOCK_SPEED = env_number("CLOCK_SPEED", 1, 0.01, 1000)

# Who may ask: absolute links and host checks
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = env_list("TRUSTED_ORIGINS")
SECURE_COOKIES = env_flag("SECURE_COOKIES", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env_flag("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
# Bodies are short (dashboard/bodies.py); only Explain takes a whole log, which never touches the disk
BODY_BYTES = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 17_000_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"],
    "font-src": [SELF], "connect-src": [SELF], "form-action": [SELF], "base-uri": [NONE],
    "frame-ancestors": [NONE], "object-src": [NONE],
}}

INSTALLED_APPS = [
    "troubleshoot",
    "dashboard",
    "workers",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.bodies.limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [BASE / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "dashboard.frame.context",
    ]},
}]

# Tables: SQLite unless DATABASE_HOST names a PostgreSQL
if env_text("DATABASE_HOST"):
    DATABASES = {"default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": env_text("DATABASE_HOST"),
        "PORT": int(env_number("DATABASE_PORT", 5432, 1, 65535)),
        "NAME": env_text("DATABASE_NAME", "postgres"),
        "USER": env_text("DATABASE_USER", "postgres"),
        "PASSWORD": env_text("DATABASE_PASSWORD"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "options": "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s",
        },
    }}
else:
    DATABASES = {"default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "triage.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
                "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000; PRAGMA foreign_keys=ON;"
                "PRAGMA wal_autocheckpoint=4000;"  # 16 MB: the word index writes many pages twice otherwise
            ),
        },
    }}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What is kept of log text where a workspace says nothing of its own (troubleshoot/retention.py)
LOG_KEEP_DAYS = int(env_number("LOG_KEEP_DAYS", 90, 1, 36500))
LOG_KEEP_MEGABYTES = int(env_number("LOG_KEEP_MEGABYTES", 500, 1, 1_000_000))

# Notices (troubleshoot/notices.py): how they name this dashboard, who carries mail, and what may be called inside
PUBLIC_URL = env_text("PUBLIC_URL", f"http://127.0.0.1:{env_text('PORT', '8000')}").rstrip("/")
NOTICE_ALLOW = env_list("NOTICE_ALLOW")
EMAIL_HOST = env_text("EMAIL_HOST")
EMAIL_PORT = int(env_number("EMAIL_PORT", 587, 1, 65535))
EMAIL_HOST_USER = env_text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env_text("EMAIL_PASSWORD")
DEFAULT_FROM_EMAIL = env_text("EMAIL_FROM", "Endpoint Triage <triage@localhost>")
_SECURITY = env_choice("EMAIL_SECURITY", "STARTTLS", "TLS", "NONE")
EMAIL_USE_TLS, EMAIL_USE_SSL = _SECURITY == "STARTTLS", _SECURITY == "TLS"
EMAIL_TIMEOUT = 10  # seconds for each step of the talk with the mail server

# People
AUTH_USER_MODEL = "troubleshoot.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "triage"
LOGOUT_REDIRECT_URL = "signin"

# Static files: only what pages use is collected from packages (see perf in docs/running.md)
STATIC_URL = "static/"
STATIC_ROOT = Path(env_text("STATIC_ROOT", str(DATA_DIR / "static"))).resolve()
try:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
except OSError as error:
    WRONG.append(("STATIC_ROOT", f"Cannot make {STATIC_ROOT}: {error.strerror}. Point it to a folder of your own."))
STATICFILES_DIRS = [BASE / "static", ("vendor/plotly", Path(plotly.__file__).parent / "package_data")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# Broker and worker (the reason of each is in docs/running.md)
CELERY_BROKER_URL = env_text("BROKER_URL", "redis://127.0.0.1:6379/0")
WORKER_THREADS = int(env_number("WORKER_THREADS", 16, 1, 256))

LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "troubleshoot.telemetry.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {name: {"level": "WARNING"} for name in (
        "azure", "urllib3", "msal", "apprise", "celery.app.trace", "celery.worker.strategy", "celery.beat")},
}
