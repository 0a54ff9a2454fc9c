"""Events wait for the log in a table of their own, instead of being looked for in the whole ledger."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef

AT_ONCE = 1000


def note_what_waits(apps, schema_editor):
    """Whatever is not in the log yet, once."""
    Row, LogLeaf, LogPending = (apps.get_model("ledger", name) for name in ("Row", "LogLeaf", "LogPending"))
    entered = LogLeaf.objects.filter(case_id=OuterRef("case_id"), seq=OuterRef("seq"))
    rows = Row.objects.filter(~Exists(entered)).values_list("at", "case_id", "seq").order_by("case_id", "seq")
    LogPending.objects.bulk_create(
        (LogPending(at=at, case_id=case, seq=seq) for at, case, seq in rows.iterator()), batch_size=AT_ONCE
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_integrity")]

    operations = [
        migrations.CreateModel(
            name="LogPending",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "at", "case_id", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("case_id", models.UUIDField()),
                ("seq", models.PositiveIntegerField()),
            ],
            options={"verbose_name_plural": "pending events"},
        ),
        migrations.RunPython(note_what_waits, migrations.RunPython.noop),
    ]
