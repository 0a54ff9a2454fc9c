"""The Django app of people: who works here, who turns to us."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, units, posts, accounts, petitioners; sealing of personal data."""

    name = "huiyin.people"
    label = "people"
    verbose_name = "人员与机构"
    default_auto_field = "django.db.models.BigAutoField"
