"""All settings of an installation. Every ``TANCAI_*`` variable is read here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from tancai.config import env, keys

PACKAGE = Path(__file__).resolve().parent.parent

DATA_DIR = env.folder("TANCAI_DATA", Path.cwd() / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
KEY_FILE = Path(env.text("TANCAI_KEY_FILE", str(DATA_DIR / "keys" / "keys.json")))
TANCAI_KEYS = keys.read_or_make(KEY_FILE)
SECRET_KEY = str(TANCAI_KEYS["django"])

DEBUG = env.flag("TANCAI_DEBUG", False)
PUBLIC_ADDRESS = env.web_address("TANCAI_PUBLIC_ADDRESS", "http://127.0.0.1:8000")
LOG_ADDRESS = env.web_address("TANCAI_LOG_ADDRESS", "http://127.0.0.1:8001")
_public = urlsplit(PUBLIC_ADDRESS)
# a site below a path, as in https://host.example/tancai: every address of ours begins with it
FORCE_SCRIPT_NAME = _public.path or None
SECURE = _public.scheme == "https"
ALLOWED_HOSTS = [
    _public.hostname or "",
    "127.0.0.1",
    "localhost",
    *filter(None, env.text("TANCAI_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [env.origin(PUBLIC_ADDRESS)]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{_public.path}/"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.flag("TANCAI_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "tancai.lib",
    "tancai.audit",
    "tancai.people",
    "tancai.files",
    "tancai.messages",
    "tancai.jobs",
    "tancai.programmes",
    "tancai.venues",
    "tancai.publishing",
    "tancai.fees",
    "tancai.items",
    "tancai.enrolment",
    "tancai.labs",
    "tancai.learning",
    "tancai.exams",
    "tancai.proctoring",
    "tancai.marking",
    "tancai.credentials",
    "tancai.web.shell",
    "tancai.web.roads",
    "tancai.web.site",
    "tancai.web.candidate",
    "tancai.web.institution",
    "tancai.web.exam_room",
    "tancai.web.workshop",
    "tancai.web.invigilator",
    "tancai.web.marker",
    "tancai.web.author",
    "tancai.web.office",
    "tancai.web.verify",
    "tancai.cli",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tancai.web.shell.remembering.remember_roles",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tancai.web.shell.policy.PolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tancai.config.urls"
ASGI_APPLICATION = "tancai.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        # Before the templates of the sign-in library, which ours replace.
        "DIRS": [PACKAGE / "web" / "shell" / "templates", PACKAGE / "web" / "site" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tancai.web.shell.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "tancai.web.shell.forms.ShellFormRenderer"

DATABASE_ADDRESS = env.text("TANCAI_DATABASE", f"sqlite:///{DATA_DIR / 'tancai.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_ADDRESS, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            # a page cache that holds a season of applications, and fewer, larger checkpoints
            "PRAGMA cache_size=-32000; PRAGMA wal_autocheckpoint=4000;"
        ),
    }
LOG_DATABASE = DATA_DIR / "examlog.sqlite3"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["tancai.people.hashers.SmallArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tancai.web.site.account.passwords.NotTheAddress"},
    {"NAME": "tancai.web.site.account.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "site:today"
LOGOUT_REDIRECT_URL = "site:home"
ACCOUNT_ADAPTER = "tancai.web.site.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
# The library wants e-mail marked; our form of sign-up has one field for either, and a verified phone is as good.
ACCOUNT_SIGNUP_FIELDS = ["phone", "email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "tancai.web.site.account.forms.SignInForm",
    "signup": "tancai.web.site.account.forms.SignUpForm",
    "reset_password": "tancai.web.site.account.forms.RecoverForm",
    "reset_password_from_key": "tancai.web.site.account.forms.NewPasswordForm",
    "change_password": "tancai.web.site.account.forms.ChangePasswordForm",
    "set_password": "tancai.web.site.account.forms.SetPasswordForm",
    "confirm_password_reset_code": "tancai.web.site.account.forms.RecoverCodeForm",
    "confirm_email_verification_code": "tancai.web.site.account.forms.EmailCodeForm",
    "verify_phone": "tancai.web.site.account.forms.PhoneCodeForm",
    "reauthenticate": "tancai.web.site.account.forms.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
# A whole class signs in from behind one address; guessing is stopped by the limit on each account.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "120/m/ip,8/300s/key",
    "signup": "120/m/ip",
    "reset_password": "60/m/ip,5/h/key",
    "reset_password_from_key": "120/m/ip",
    "verify_phone": "1/30s/key,120/m/ip",
    "confirm_email": "1/10s/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("TANCAI_BEHIND_PROXY", False) else 0

SESSION_ENGINE = "tancai.lib.sessions"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = f"{_public.path}/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "tancai.config.static.HashedStatic"},
}
STATICFILES_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
WHITENOISE_USE_FINDERS = not STATICFILES_COLLECTED
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, env.origin(LOG_ADDRESS)],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# days after the results are final for which the log keeps every single event of a sitting
TANCAI_EXAM_LOG_DAYS = env.number("TANCAI_EXAM_LOG_DAYS", 180, least=30, most=3650)
TANCAI_ITEM_KINDS = [
    "single",
    "multiple",
    "short",
    "truefalse",
    "numeric",
    "parameterised",
    "tancai.labs.laboratory",
    "fill",
    "matching",
    "ordering",
    "case",
]
TANCAI_MARKING = {
    "second": env.choice("TANCAI_MARKING_SECOND", "near_pass", ("never", "near_pass", "always")),
    "near": env.number("TANCAI_MARKING_NEAR", 3, least=0, most=50),
    "tolerance": env.number("TANCAI_MARKING_TOLERANCE", 2, least=0, most=50),
    "claim_minutes": env.number("TANCAI_MARKING_CLAIM_MINUTES", 20, least=1, most=480),
    "recheck_days": env.number("TANCAI_RECHECK_DAYS", 5, least=1, most=60),
}
TANCAI_IDENTITY: dict[str, Any] = {
    "adapter": env.choice("TANCAI_FACE_ADAPTER", "eyes", ("eyes", "local", "remote")),
    "models": env.text("TANCAI_FACE_MODELS", ""),
    # thousandths of the adapter's score; 363 is what the authors of SFace publish for cosine similarity
    "threshold": env.number("TANCAI_FACE_THRESHOLD", 363, least=1, most=1000) / 1000,
    "remote_address": env.text("TANCAI_FACE_ADDRESS", ""),
    "remote_key": env.text("TANCAI_FACE_KEY", ""),
    "remote_seconds": env.number("TANCAI_FACE_SECONDS", 5, least=1, most=60),
    "keep_days": env.number("TANCAI_FACE_KEEP_DAYS", 30, least=1, most=366),
    "statement_days": env.number("TANCAI_FACE_STATEMENT_DAYS", 3, least=1, most=30),
}
# minutes after the ordinary late limit in which the invigilator may still let somebody in, with a reason
TANCAI_LATE_MINUTES = env.number("TANCAI_LATE_MINUTES", 30, least=0, most=240)
# look-ups of certificates that one address may make in a minute
TANCAI_VERIFY_PER_MINUTE = env.number("TANCAI_VERIFY_PER_MINUTE", 20, least=1, most=10_000_000)
TANCAI_MESSAGE_FOLDER = DATA_DIR / "outbox"
TANCAI_FONT = env.text("TANCAI_FONT", "")
TANCAI_MOVABLE_CLOCK = env.flag("TANCAI_MOVABLE_CLOCK", False)
TANCAI_DEMO = env.flag("TANCAI_DEMO", False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "tancai.lib.masking.MaskNumbers"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["mask"]}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("TANCAI_LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
