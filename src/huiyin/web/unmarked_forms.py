"""Forms of staff that take in no state secret: every text and every file of them is looked through for the marking, wherever it goes.

A form of ours is built on these and not upon Django's, so that no page has to think of it (tests/web/test_unmarked_forms.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from huiyin.casework.file_checks.state_secrets import are_marked, refused_file, refused_texts
from huiyin.casework.labels import FormError


class _Unmarked(forms.BaseForm):
    """Looks through what was filled in, once all else is known of it."""

    def full_clean(self) -> None:
        """Cleans as Django does; what is marked stays in the form with where it belongs, and is not among what was filled in."""
        super().full_clean()
        cleaned = getattr(self, "cleaned_data", {})
        texts = [(name, value) for name, value in cleaned.items() if isinstance(value, str)]
        files = [(name, value) for name, value in cleaned.items() if isinstance(value, UploadedFile)]
        names = [(name, file.name or "") for name, file in files]
        for error in [*refused_texts([*texts, *names]), *_refused_files(files)]:
            self.add_error(error.field if error.field in self.fields else None, error.message)


def _refused_files(files: Sequence[tuple[str, UploadedFile]]) -> Iterator[FormError]:
    """Those of ``files`` (field and file) in which words are marked; all are read as one request's. Staff are asked to send again what cannot
    be read now: a petitioner never is.
    """
    marks = are_marked((file.name or "", partial(_content, file)) for _name, file in files) if files else ()
    for (name, _file), marked in zip(files, marks, strict=True):
        if marked:
            yield refused_file(name)
        elif marked is None:
            yield FormError(name, "busy", _("系统正在查看别人交来的文件，这个还没有查看，请过几秒再提交一次"))


def _content(file: UploadedFile) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    file.seek(0)  # for who keeps it
    return content


class UnmarkedForm(_Unmarked, forms.Form):
    """A form of staff."""


class UnmarkedModelForm(_Unmarked, forms.ModelForm):
    """A form of staff that fills in a row."""
