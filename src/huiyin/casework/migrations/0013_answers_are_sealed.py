"""What requests with a key were answered is sealed. What is kept already is sealed as it stands: retries of the last day and rows that
were brought in go on being known."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from huiyin.ledger.commitment import commit_row

SEALED = ("organisation_id", "key", "digest", "case_id", "submission_id", "seq", "at")


def seal_answers(apps: Any, schema_editor: Any) -> None:
    """As ``door.answers.seal`` does."""
    answers = apps.get_model("casework", "StoredAnswer").objects
    for row in answers.order_by("id").iterator(500):
        answers.filter(id=row.id).update(seal=commit_row(row, SEALED))


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_caselink")]

    operations = [
        migrations.AddField("storedanswer", "seal", models.CharField(blank=True, default="", max_length=64), preserve_default=False),
        migrations.RunPython(seal_answers, migrations.RunPython.noop),
    ]
