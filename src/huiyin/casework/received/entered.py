"""Free texts that staff enter beside the forms of the rulebooks: notes and reasons, checked like every text that comes in."""

from __future__ import annotations

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.labels import FormError, input_error
from huiyin.people.checks import clean_text


def entered(name: str, text: str, max_chars: int) -> tuple[str, list[FormError]]:
    """A text as it is kept, and what is wrong with it: what ``clean_text`` finds, and that it is marked as a state secret.

    Args:
        name: the field to name in errors.
        text: as it arrived.
        max_chars: characters allowed, counted after cleaning.
    """
    cleaned, problems = clean_text(name, text, max_chars)
    return cleaned, [*map(input_error, problems), *refused_texts([(name, cleaned)])]
