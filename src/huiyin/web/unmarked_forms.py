"""Forms of staff that take in no state secret: every text and every file of them is looked through for the marking, wherever it goes.

A form of ours is built on these and not upon Django's, so that no page has to think of it (tests/web/test_unmarked_forms.py).
"""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile

from huiyin.casework.file_checks.state_secrets import refused_file, refused_texts
from huiyin.casework.file_checks.words import words


class _Unmarked(forms.BaseForm):
    """Looks through what was filled in, once all else is known of it."""

    def full_clean(self) -> None:
        """Cleans as Django does; what is marked stays in the form with where it belongs, and is not among what was filled in."""
        super().full_clean()
        for name, value in list(getattr(self, "cleaned_data", {}).items()):
            for message in _refused(name, value):
                self.add_error(name if name in self.fields else None, message)


def _refused(name: str, value: object) -> list[str]:
    if isinstance(value, str):
        return [error.message for error in refused_texts([(name, value)])]
    if not isinstance(value, UploadedFile):
        return []
    file_name = value.name or ""
    errors = list(refused_texts([(name, file_name)]))
    value.seek(0)
    error = refused_file(name, words(file_name, value.read()))
    value.seek(0)  # for who keeps it
    return [error.message for error in (*errors, *([error] if error else []))]


class UnmarkedForm(_Unmarked, forms.Form):
    """A form of staff."""


class UnmarkedModelForm(_Unmarked, forms.ModelForm):
    """A form of staff that fills in a row."""
