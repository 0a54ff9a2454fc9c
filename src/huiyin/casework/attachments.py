"""Files that come with a petition: what is allowed, and where they are kept, sealed under the petitioner's key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huiyin.casework.intake import File
from huiyin.casework.models import Case, Submission
from huiyin.casework.wording import FormError
from huiyin.people.models import Petitioner


def problems(files: Sequence[File]) -> list[FormError]:
    """Everything that is wrong with ``files``."""
    return []


def store(files: Sequence[File], case: Case, submission: Submission, petitioner: Petitioner, at: datetime) -> None:
    """Seal and keep ``files``."""
