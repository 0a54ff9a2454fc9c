"""A text that bears the marking of a state secret is entered nowhere; words about secrets are."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client

from huiyin import door
from huiyin.casework.file_checks.state_secrets import is_marked
from huiyin.casework.models import Case, Text
from tests.cast import Cast, make_cast
from tests.desk.test_registration_page import typed
from tests.matters import begin

ADVICE = "不得在本系统填写、保存和传递"


@pytest.mark.parametrize(
    "text",
    [
        "机密★20年",
        "附件 绝密 ★ 启封前",
        "秘　密☆",
        "標題\n機密★",
        "密级：秘密",
        "密 级",
        "特急\n机密\n关于某事的报告",
        "【绝密】\n正文",
        "秘密 10年",
        "机密*20年",
        "机\u200b密★",
        "密级（机密）",
        "定密：机密",
        "保密等级：秘密",
        "请看\n机密级★20年",
        "绝密级\n路灯",
        "机密🌟20年",
        "机密✪20年",
        "机密⭐\ufe0f",
        "附件：机密·20年",
        "机密  特急",
        "机密\t甲办〔2026〕3号",
        "机\n密\n★\n20年",
    ],
)
def test_the_marking_of_a_state_secret_is_known_however_it_is_written(text: str) -> None:
    assert is_marked(text) is (text != "密 级")


@pytest.mark.parametrize(
    "text",
    [
        "他泄露了机密文件，请查处。",
        "该公司以商业秘密为由不答复。",
        "工作秘密★",
        "绝密级的说法没有依据。",
        "五星★★★★★好评",
        "请为我保密。",
        "我厂的商业机密，20年没有泄露过。",
        "偷了绝密配方·20年老店",
        "机密级文件柜没有上锁",
        "涉及机密—20年前的事",
        "这是我们的秘密，10年了",
        "定密不当，保密：他们都不懂",
        "商业秘密★",
        "第三条 密级（绝密、机密、秘密）由承办人提出。",
        "我们\n保\n守\n秘密的人",
        "",
    ],
)
def test_words_about_secrets_may_be_entered(text: str) -> None:
    assert not is_marked(text)


@pytest.mark.parametrize("text", ["请处理\n" + " " * 20_000 + "秘密" + " " * 20_000 + "x", "秘密*" + "一" * 20_000])
def test_a_text_made_to_be_looked_through_for_hours_is_not(text: str) -> None:
    assert not is_marked(text)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.clause("s1-C3")
@pytest.mark.parametrize("changed", [{"text": "机密★10年\n关于路灯的情况"}, {"title": "秘密★关于路灯"}])
def test_registration_refuses_it_says_where_it_belongs_and_loses_nothing(cast: Cast, changed: dict[str, Any]) -> None:
    client = Client()
    client.force_login(cast.accounts["registrar"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/desk/register/", typed(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ADVICE in page and "保密工作机构" in page
    assert all(words in page for words in ("关于路灯", "138 0000 1111", "陈晓光"))
    assert not Case.objects.exists() and not Text.objects.exists()


def test_so_do_rest_a_file_by_its_name_and_every_later_step(cast: Cast) -> None:
    petition: dict[str, Any] = {
        "organisation": cast.lj.code,
        "channel": "web",
        "text": "路灯坏了。",
        "petitioners": [{"name": "陈晓光", "phone": "13800001111"}],
    }
    named = [{"name": "报告(机密★20年).txt", "content": base64.b64encode("灯".encode()).decode()}]
    marked = [{"name": "机密★20年", "phone": "13800001111"}, {"name": "陈晓光", "address": "密级：机密"}]
    for changed in ({"text": "密级：机密\n路灯"}, {"attachments": named}, *({"petitioners": [one]} for one in marked)):
        answer = Client().post("/api/v1/submissions", {**petition, **changed}, content_type="application/json")
        assert answer.status_code == 422
        assert [error["code"] for error in answer.json()["errors"]] == ["state-secret"]
        assert "机密★" not in answer.content.decode()
    matter = begin(cast)
    refused = matter.tries("petitioner", "supplement", more="绝密★\n补充")
    assert isinstance(refused, door.Rejected)
    assert [error.code for error in refused.errors] == ["state-secret"]
