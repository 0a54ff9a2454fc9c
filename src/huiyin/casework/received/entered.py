"""Free texts that staff enter beside the forms of the rulebooks: notes and reasons, checked like every text that comes in."""

from __future__ import annotations

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.labels import FormError, input_error
from huiyin.people.checks import clean_text


def entered(name: str, text: str, max_chars: int, if_empty: str = "") -> tuple[str, list[FormError]]:
    """A text as it is kept, and what is wrong with it: what ``clean_text`` finds, and that it is marked as a state secret.

    Args:
        name: the field to name in errors.
        text: as it arrived.
        max_chars: characters allowed, counted after cleaning.
        if_empty: what is said of no text at all, where more can be said than that it is asked for.
    """
    cleaned, problems = clean_text(name, text, max_chars)
    if not cleaned and if_empty:
        return cleaned, [FormError(name, "required", if_empty)]
    return cleaned, [*map(input_error, problems), *refused_texts([(name, cleaned)])]
