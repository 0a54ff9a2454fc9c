"""The forms of the policy library."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.readiness.extraction import MAX_FILE_BYTES, refuse_too_long, text_of
from huiyin.readiness.models import Policy
from huiyin.readiness.pdf_text import MAX_CHARS
from huiyin.readiness.refusals import DoesNotFit
from huiyin.readiness_pages.forms import EntryForm, long_text
from huiyin.readiness_pages.reader import PageReader
from huiyin.web.form_fields import day_field
from huiyin.web.unmarked_forms import UnmarkedModelForm


class AboutForm(UnmarkedModelForm):
    """What a policy is called, who made it, under which number."""

    class Meta:
        model = Policy
        fields = ("title", "kind", "number", "issuer")
        labels: ClassVar = {"title": _("名称"), "kind": _("类别"), "number": _("文号"), "issuer": _("制定机关")}
        help_texts: ClassVar = {"title": _("不写书名号"), "number": _("没有文号的留空")}

    def clean(self) -> dict[str, Any]:
        """What was filled in, the title without the marks of a book, which citations put around it."""
        cleaned = super().clean() or self.cleaned_data
        bare = cleaned.get("title", "").strip().removeprefix("《").removesuffix("》")
        cleaned["title"] = bare.replace("《", "〈").replace("》", "〉")
        return cleaned


class WordingForm(EntryForm):
    """What a version says: typed, or read from a file, and from which day."""

    valid_from = day_field(_("施行日期"))
    file = forms.FileField(
        label=_("从文件读取正文"),
        required=False,
        help_text=_("DOCX、带文字的 PDF 或者 TXT，不超过 10 MB；读取后请核对"),
    )
    text = long_text(_("正文"), MAX_CHARS, rows=14, required=False)

    def clean(self) -> dict[str, Any]:
        """The text of the file where one was given, else what was typed."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if not file and not cleaned.get("text", "").strip():
            self.add_error("text", _("请粘贴正文，或者选择文件"))
        try:
            if file:
                cleaned["text"] = text_of(file.read(MAX_FILE_BYTES + 1))
            else:
                refuse_too_long(cleaned.get("text", ""), "text")
        except DoesNotFit as refused:
            self.add_error(refused.field, refused.words)
        cleaned["text"] = cleaned.get("text", "").replace("\r\n", "\n").strip()
        return cleaned


class RepealForm(EntryForm):
    """From which day a policy is out of force, and what put it out of force."""

    on = day_field(_("自何日起废止"))
    repealed_by = forms.ModelChoiceField(
        queryset=Policy.objects.none(), label=_("由哪份文件废止"), required=False, empty_label=_("没有，或者不在库中")
    )

    def __init__(self, *args: Any, reader: PageReader, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        others = Policy.objects.filter(organisation=reader.organisation).exclude(id=policy.id).order_by("title")
        self.fields["repealed_by"].queryset = others  # type: ignore[attr-defined]
