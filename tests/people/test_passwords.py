"""What is said of a password that is refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_a_short_password_is_refused_in_the_language_of_whoever_chose_it(language: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("灯又亮了")
    assert not any(sign.isascii() and sign.isalpha() for text in refused.value.messages for sign in text)
