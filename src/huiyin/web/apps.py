"""Django's entry for the application."""

from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy


class WebConfig(AppConfig):
    """What all pages share: base template, components, bound fields."""

    name = "huiyin.web"
    label = "web"

    def ready(self) -> None:
        """Have every form say of what is missing what the forms of rulebooks say."""
        Field.default_error_messages["required"] = gettext_lazy("请填写此项")
