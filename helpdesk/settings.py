"""All settings, read from the environment; the embedded default needs none of it.

The README describes each of them, in the section on PostgreSQL, Redis and several workers.
"""

import atexit
import contextlib
import hashlib
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything the product writes on its own machine: database, uploads, sockets, the secret key.
HOME = Path(os.environ.get("TALLYDESK_HOME") or BASE_DIR / "var").expanduser().absolute()
TESTING = "pytest" in sys.modules
if TESTING:
    # Tests never touch what a person entered.
    HOME = Path(tempfile.mkdtemp(prefix="tallydesk-test-"))
    (HOME / "static").mkdir()  # WhiteNoise wants to see it
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
# The longest path of a unix socket that every system takes, in bytes.
LONGEST_SOCKET_PATH = 100


def env_flag(name: str, *, default: bool) -> bool:
    """The truth of an environment variable; unset means the default."""
    value = os.environ.get(name)
    return default if value is None else value.lower() in {"1", "true", "yes", "on"}


def secret_key() -> str:
    """The key from SECRET_KEY, else one made on the first start and kept under HOME."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = HOME / "secret_key"
    try:
        if not path.exists():
            HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Written aside and linked: whoever else starts now sees a whole key, the same one.
            with tempfile.NamedTemporaryFile("w", dir=HOME, encoding="ascii") as handle:
                handle.write(secrets.token_urlsafe(50))
                handle.flush()
                with contextlib.suppress(FileExistsError):
                    path.hardlink_to(handle.name)
        return path.read_text(encoding="ascii")
    except OSError as error:
        sys.exit(
            f"The data folder {HOME} cannot be used: {error.strerror}.\n"
            "Set TALLYDESK_HOME to a folder that this user may write."
        )


def database(url: str) -> dict[str, object]:
    """Django's database settings for a postgres:// or sqlite:/// address."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            # PostgreSQL would compile our statements for longer than it runs them.
            "OPTIONS": {"options": "-c jit=off", **dict(parse_qsl(parts.query))},
        }
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) or str(HOME / "tallydesk.sqlite3"),
            # WAL + IMMEDIATE + a long timeout: without them writers beside each other fail
            # with "database is locked" instead of waiting their turn.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
                ),
            },
        }
    msg = f"DATABASE_URL must start with postgres:// or sqlite:///, not {parts.scheme}://"
    raise ImproperlyConfigured(msg)


def cache(url: str) -> dict[str, object]:
    """Redis where there is one, else a table of the database: rate limits must outlive a restart."""
    if url:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    if TESTING:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tallydesk_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }


def broker_socket() -> Path:
    """Where the private broker of this home listens.

    A path too long for a socket moves to the folder for temporary files, under a name that every
    process of this home finds again; ``up`` sees to it that nobody else can enter it.
    """
    path = HOME / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(HOME)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tallydesk-{name}" / "valkey.sock"


SECRET_KEY = secret_key()
DEBUG = env_flag("DEBUG", default=False)
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
if TESTING:
    ALLOWED_HOSTS += ["testserver"]

INSTALLED_APPS = [
    "helpdesk",
    "dashboards",
    "procedures",
    "quality",
    "thresholds",
    "tickets",
    "purchases",
    "notices",
    "jobs",
    "files",
    "accounts",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "allauth",
    "allauth.account",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.lib.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "helpdesk.lib.settled.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.context.frame",
            ],
            "builtins": [
                "helpdesk.templatetags.tally",
                "helpdesk.templatetags.icons",
                "helpdesk.templatetags.moments",
                "helpdesk.templatetags.dialogs",
                "helpdesk.templatetags.phones",
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL", "sqlite:///"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": cache(os.environ.get("CACHE_URL", ""))}

# Signing in -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2Hasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# The library's own keeps a second table of addresses; ours are on the person alone.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# How many proxies stand before the product; without it the rate limits take them for the client.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = env_flag("HTTPS", default=False)
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = SECURE_COOKIES
# Load balancers and `manage.py up` ask for health without TLS.
SECURE_REDIRECT_EXEMPT = ["^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
# Whether a whole domain is served by HTTPS only is its owner's decision, not this product's.
# W040: SQLite leaves out what an index only carries along, and counts the same.
SILENCED_SYSTEM_CHECKS = ["models.W040", "security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}

# Text and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static and uploaded files ----------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "helpdesk.lib.packagefiles.PackageFilesFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The largest file a person may upload, in bytes; imports larger than this use the commands.
UPLOAD_LIMIT = 200 * 1024 * 1024
# The largest one that is attached to a ticket.
ATTACHMENT_LIMIT = 25 * 1024 * 1024

# Across rooms -----------------------------------------------------------------------------
# Services of higher rooms that lower ones may ask for, by name.
NOTICE_SERVICE = "notices.services.notify"
# What a new shop starts with; each is called with the first admin as ``actor``.
SHOP_STARTERS = ["tickets.starter.plant_starter_reasons"]

# The kinds of CSV files that can be imported, in the order they depend on each other.
IMPORT_KINDS = [
    "purchases.importing.PURCHASES",
    "tickets.importing.INTERACTIONS",
    "tickets.importing.RATINGS",
    "quality.importing.INSPECTIONS",
]

# Forms ------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Background work --------------------------------------------------------------------------
BROKER_SOCKET = broker_socket()
CELERY_BROKER_URL = os.environ.get("BROKER_URL") or f"redis+socket://{quote(str(BROKER_SOCKET))}"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker outlives its broker however long that is away, and finishes what it is doing.
CELERY_BROKER_CONNECTION_RETRY = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 500
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A killed worker's task comes back after this long; longer than any task's time limit.
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.5,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "evaluate-what-is-marked": {"task": "thresholds.tasks.sweep", "schedule": 60.0},
    "learn-the-threshold": {"task": "thresholds.tasks.learn_when_due", "schedule": 3600.0},
    "compare-customers": {"task": "purchases.tasks.compare_customers", "schedule": 60.0},
    "reset-clocks-when-settings-changed": {
        "task": "purchases.tasks.reset_clocks",
        "schedule": 300.0,
    },
    "forget-old-call-drafts": {"task": "tickets.tasks.forget_drafts", "schedule": 3600.0},
    "start-waiting-jobs": {"task": "jobs.tasks.sweep", "schedule": 60.0},
    "tell-of-late-tickets": {"task": "tickets.tasks.tell_of_late", "schedule": 60.0},
    "reset-deadlines-when-hours-changed": {
        "task": "tickets.tasks.reset_deadlines",
        "schedule": 60.0,
    },
    "wake-waiting-tickets": {"task": "tickets.tasks.wake", "schedule": 60.0},
    "close-resolved-tickets": {"task": "tickets.tasks.close", "schedule": 3600.0},
    "compare-tickets-with-purchases": {"task": "tickets.tasks.mirror", "schedule": 86_400.0},
    "tell-of-overdue-help": {"task": "tickets.tasks.tell_of_help", "schedule": 60.0},
    "remind-of-promises": {"task": "tickets.tasks.remind", "schedule": 60.0},
    "tell-of-corrective-actions": {"task": "quality.tasks.tell_of_actions", "schedule": 3600.0},
    "tell-of-silent-weeks": {"task": "quality.tasks.tell_of_silence", "schedule": 21_600.0},
    "remind-of-procedures": {"task": "procedures.tasks.remind", "schedule": 300.0},
    "tell-of-ended-jobs": {"task": "notices.tasks.tell_of_jobs", "schedule": 60.0},
    "gather-mails": {"task": "notices.tasks.gather_mails", "schedule": 30.0},
    "send-mails": {"task": "notices.tasks.send_mails", "schedule": 30.0},
}

# E-mail -----------------------------------------------------------------------------------
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 5
# Where people reach the product; the links in mails begin with it. `./run` knows its own.
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "tallydesk@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
