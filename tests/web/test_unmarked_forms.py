"""What staff save beside the matters bears no marking of a state secret either, whatever page it is saved on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

import huiyin
from huiyin.people.models import OwnPhrase
from huiyin.readiness.models import Policy
from huiyin.registers.models import SavedView
from huiyin.web.unmarked_forms import UnmarkedForm
from tests.casework.file_checks.test_words import WRITTEN
from tests.desk.conftest import Desk, cast, desk, html
from tests.door.files.test_reading import while_others_are_read

__all__ = ["cast", "desk"]
pytestmark = pytest.mark.clause("s1-C3")
MARKED, ADVICE = "路灯\n机密★20年", "保密工作机构"
POLICY = {"title": "路灯办法", "kind": "internal", "number": "", "issuer": "信访办", "valid_from": "2024-03-01"}


class _Form(UnmarkedForm):
    text = forms.CharField(required=False)
    file = forms.FileField(required=False)


def test_a_form_takes_in_no_marked_text_or_file_and_leaves_files_to_be_read() -> None:
    file = SimpleUploadedFile("办法.txt", "关于路灯".encode())
    sound = _Form({"text": "他泄露了机密文件"}, {"file": file})
    assert sound.is_valid() and sound.cleaned_data["file"].read() == "关于路灯".encode()
    for typed, sent in (({"text": MARKED}, {}), ({}, {"file": SimpleUploadedFile("办法.txt", MARKED.encode())})):
        form = _Form(typed, sent)  # type: ignore[arg-type]
        assert not form.is_valid() and ADVICE in str(form.errors) and "机密★" not in str(form.errors)


def test_a_file_that_cannot_be_looked_through_at_the_moment_is_to_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = SimpleUploadedFile("办法.docx", WRITTEN["docx"]("关于路灯"))
    with while_others_are_read(monkeypatch):
        assert "再提交一次" in str(_Form({}, {"file": file}).errors)
    assert _Form({}, {"file": file}).is_valid()


def test_every_form_of_ours_is_such_a_form() -> None:
    plain = {"forms.Form", "forms.ModelForm", "Form", "ModelForm"}
    root = Path(huiyin.__file__).parent
    found = [
        f"{path.relative_to(root)}:{node.name}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and plain.intersection(map(ast.unparse, node.bases))
    ]
    assert found == ["web/unmarked_forms.py:UnmarkedForm", "web/unmarked_forms.py:UnmarkedModelForm"]


def test_a_policy_an_own_phrase_and_the_name_of_a_view_are_refused_where_they_are_marked(desk: Desk) -> None:
    client = desk("intake")
    marked = SimpleUploadedFile("办法.txt", MARKED.encode())
    for sent in ({"text": MARKED}, {"file": marked}, {"text": "第一条", "title": "秘密★路灯"}):
        answer = client.post("/desk/policies/new/", POLICY | sent)
        assert answer.status_code == 422 and ADVICE in html(answer)
    phrase = client.post("/account/me/phrases/", {"text": MARKED})
    assert phrase.status_code == 422 and ADVICE in html(phrase)
    answer = client.post("/desk/cases/views/", {"name": "机密★20年", "shared": "1"}, follow=True)
    assert ADVICE in html(answer)
    assert not any(model.objects.exists() for model in (Policy, OwnPhrase, SavedView))
