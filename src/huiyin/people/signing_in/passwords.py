"""What a password must be, in the reader's language."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django's validator; its own text has no simplified Chinese in every release."""

    def get_error_message(self) -> str:
        """Why a short password is refused."""
        return _("密码至少 %(least)d 位，请加长") % {"least": self.min_length}

    def get_help_text(self) -> str:
        """What to do, beside the field."""
        return _("密码至少 %(least)d 位") % {"least": self.min_length}
