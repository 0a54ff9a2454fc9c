"""The applications of an installation: apart from the settings, since `huiyin doctor` needs them where those cannot be read."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Ours stand before allauth, so that our templates win.
    "huiyin.people",
    "huiyin.ledger",
    "huiyin.jobs",
    "huiyin.rule_store",
    "huiyin.casework",
    "huiyin.insight",
    "huiyin.documents",
    "huiyin.archive",
    "huiyin.web",
    "huiyin.desk",
    "huiyin.portal",
    "huiyin.rule_pages",
    "huiyin.office",
    "huiyin.account_pages",
    "huiyin.archive_pages",
    "huiyin.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "ninja",  # serves the pages of /api/v1/docs from here instead of from a foreign host
]
