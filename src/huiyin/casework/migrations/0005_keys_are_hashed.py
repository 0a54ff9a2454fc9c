"""Keys of requests are no longer kept as they were sent. Those of strangers that may still be retried are hashed; the rest, of staff
whose account is not known any more, are dropped: they lasted a day at most."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.db import migrations

from huiyin.sealing.keyring import derive

OUR_OWN = ("import:", "timer:")
OF_STRANGERS = ("public:", "portal:")


def hash_keys(apps: Any, schema_editor: Any) -> None:
    """As ``door.answers.kept_key`` does, for whoever has no account."""
    answers = apps.get_model("casework", "StoredAnswer").objects
    for row in answers.exclude(key__startswith=OUR_OWN[0]).exclude(key__startswith=OUR_OWN[1]).iterator():
        if row.submission_id is not None and row.key.startswith(OF_STRANGERS):
            hashed = hmac.digest(derive("idempotency"), f"\0{row.key}".encode(), hashlib.sha256).hex()
            answers.filter(id=row.id).update(key=hashed)
        else:
            answers.filter(id=row.id).delete()


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_case_number")]

    operations = [migrations.RunPython(hash_keys, migrations.RunPython.noop)]
