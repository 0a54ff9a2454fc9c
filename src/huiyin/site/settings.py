"""Settings of an installation, all from the environment: see docs/administration.md for the variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from environ import Env
from whitenoise.compress import Compressor

from huiyin.home import home_of
from huiyin.sealing import keyring
from huiyin.site import environment, journal, private, running
from huiyin.site.installed import INSTALLED_APPS as INSTALLED_APPS
from huiyin.site.process_group import MULTIPROCESS_FOLDER

# A variable that is set to nothing counts as one that is not set.
_ENV = Env()

# --- where things are -----------------------------------------------------------------------------------------------
PACKAGE = Path(__file__).resolve().parent.parent
HUIYIN_HOME = home_of(os.environ).absolute()
private.from_now_on()
private.folder(HUIYIN_HOME)
running.refuse_restoring(HUIYIN_HOME)  # before anything is made there
HUIYIN_KEYS = Path(_ENV.str("HUIYIN_SECRET_KEYS", "") or HUIYIN_HOME / "keys").absolute()
HUIYIN_DEMO = HUIYIN_HOME / "demo.json"  # written by `huiyin demo`: the accounts that the sign-in page offers
HUIYIN_PUBLIC_URL = (_ENV.str("HUIYIN_PUBLIC_URL", "") or "http://127.0.0.1:8000").rstrip("/")
_ORIGIN = environment.origin(HUIYIN_PUBLIC_URL)
_HTTPS = _ORIGIN.scheme == "https"
HUIYIN_LOCAL = environment.is_local(_ORIGIN)
HUIYIN_TRUSTED_PROXIES = environment.count("HUIYIN_TRUSTED_PROXIES", _ENV.str("HUIYIN_TRUSTED_PROXIES", ""))
# Petitions of strangers an hour; 0: no limit.
HUIYIN_SUBMISSIONS_PER_ADDRESS = environment.count(
    "HUIYIN_SUBMISSIONS_PER_ADDRESS", _ENV.str("HUIYIN_SUBMISSIONS_PER_ADDRESS", "") or "300"
)
HUIYIN_SUBMISSIONS_PER_ORGANISATION = environment.count(
    "HUIYIN_SUBMISSIONS_PER_ORGANISATION", _ENV.str("HUIYIN_SUBMISSIONS_PER_ORGANISATION", "") or "3000"
)
# How old the last good backup, and the last rehearsal of one, may be before administrators are told, in days.
HUIYIN_BACKUP_DAYS = environment.count("HUIYIN_BACKUP_DAYS", _ENV.str("HUIYIN_BACKUP_DAYS", "") or "2")
HUIYIN_REHEARSAL_DAYS = environment.count("HUIYIN_REHEARSAL_DAYS", _ENV.str("HUIYIN_REHEARSAL_DAYS", "") or "30")
# Where uploads wait: in the data folder, since /tmp may be memory.
HUIYIN_SPOOL = private.folder(HUIYIN_HOME / "spool")

DEBUG = _ENV.str("HUIYIN_DEBUG", "") == "1"
keyring.refuse_beside(HUIYIN_KEYS, HUIYIN_HOME / "huiyin.sqlite3")
# Derived, so that there is one secret to keep and to back up: the key ring.
SECRET_KEY = keyring.derive("django").hex()

# --- the web --------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = [str(_ORIGIN.hostname), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_ORIGIN.scheme}://{_ORIGIN.netloc}"]
ROOT_URLCONF = "huiyin.site.urls"
WSGI_APPLICATION = "huiyin.site.wsgi.application"
APPEND_SLASH = True

# All texts of a form together, of nine bytes a character where a browser encodes them; files are bounded where they are accepted.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # bytes
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # bytes; larger ones go to a temporary file
FILE_UPLOAD_TEMP_DIR = HUIYIN_SPOOL
FILE_UPLOAD_HANDLERS = [
    "huiyin.web.uploads.TooMuchIsThrownAway",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day with its overtime
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "huiyin.web.sent_again.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _HTTPS:
    # TLS ends at a proxy in front, which must set this header itself whatever the client sent.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600

MIDDLEWARE = [
    "huiyin.site.edge.health.Health",
    "huiyin.site.edge.middleware.TrueAddress",
    "huiyin.site.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huiyin.site.journal.RequestJournal",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "huiyin.site.edge.middleware.RefusedBodies",
    "huiyin.people.signing_in.confirming.ConfirmChanges",
    "huiyin.people.once_a_request.OrganisationsOnce",
    "huiyin.web.languages.ChosenOnAForm",
    "huiyin.web.shown_again.ShownAgain",
]

if os.environ.get(MULTIPROCESS_FOLDER):
    # After the questions of load balancers, before everything else: what is refused counts too.
    MIDDLEWARE.insert(1, "huiyin.site.metrics.requests.CountRequests")

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["huiyin.web.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(_ENV.str("DATABASE_URL", "") or f"sqlite:///{HUIYIN_HOME}/huiyin.sqlite3")}
# Shared by all processes, since what is counted there (attempts to sign in) must be counted once.
CACHES = {
    "default": {
        "BACKEND": "huiyin.site.cache.SignedDatabaseCache",
        "LOCATION": "huiyin_cache",
        # So that who tries passwords from many addresses does not push out what is counted of them within the hour.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HUIYIN_HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = DEBUG
# Source maps too: the largest files of all, which only a debugger fetches. Compressing them would be half the work of a first start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
FILE_UPLOAD_PERMISSIONS = private.FILE_MODE
FILE_UPLOAD_DIRECTORY_PERMISSIONS = private.FOLDER_MODE
MEDIA_ROOT = environment.storage_folder(_ENV.str("HUIYIN_STORAGE", "") or str(HUIYIN_HOME / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- accounts -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "huiyin.people.signing_in.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "huiyin.site.signup.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# By address above all: a limit by account alone would let anybody keep its owner out with a few wrong passwords.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,100/h/ip,1000/h/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever is not registered here
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"reset_password": "huiyin.site.signup.ResetByVerifiedAddress"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_ADAPTER = "huiyin.site.signup.ClosedSocialAccounts"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "回音"
MFA_ADAPTER = "huiyin.people.signing_in.second_factor.SealedSecondFactor"
# A second factor does not wait for an address: none is needed to work here, and only a confirmed one resets a password.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers allow passkeys without https on localhost only; the library refuses them there unless told otherwise.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS

# --- language, time, mail, log --------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

_EMAIL_URL = _ENV.str("EMAIL_URL", "")
globals().update(environment.email(_EMAIL_URL or f"file://{HUIYIN_HOME / 'mail'}"))
HUIYIN_SENDS_MAIL = bool(_EMAIL_URL)  # else petitioners' addresses would end in files of the data folder
# Hosts beside those of WeCom and DingTalk that robots of group chats may be written to, such as an office's own installation of one.
HUIYIN_WEBHOOK_HOSTS = environment.hosts(_ENV.str("HUIYIN_WEBHOOK_HOSTS", ""))
HUIYIN_MAIL_PER_MAILBOX = environment.count("HUIYIN_MAIL_PER_MAILBOX", _ENV.str("HUIYIN_MAIL_PER_MAILBOX", "") or "200")
HUIYIN_MAILBOXES = environment.mailboxes(_ENV.str("HUIYIN_MAILBOX_URLS", ""))
DEFAULT_FROM_EMAIL = _ENV.str("HUIYIN_MAIL_FROM", "") or f"huiyin@{_ORIGIN.hostname}"

LOGGING = journal.logging_settings()
journal.configure()
