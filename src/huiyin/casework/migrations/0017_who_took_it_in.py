"""A submission says who of the staff registered it, so that nobody need replay a case to know who saw its code."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.procedure.event import ActionTaken
from huiyin.procedure.storage import codec

SUBMISSIONS_AT_ONCE = 200


def fill_in(apps, schema_editor):
    """Of the step that each case began with; one whose events cannot be read is left for the audit to find."""
    submissions, rows = apps.get_model("casework", "Submission").objects, apps.get_model("ledger", "Row").objects
    for submission in submissions.only("id", "case_id").order_by("id").iterator(SUBMISSIONS_AT_ONCE):
        body = rows.filter(case_id=submission.case_id, type=codec.type_name(ActionTaken)).order_by("seq").values_list("body", flat=True).first()
        try:
            began = codec.loads_entry(body)[2] if body else None
        except codec.Unreadable:
            continue
        if began is not None and began.actor == "staff":
            submissions.filter(id=submission.id).update(taken_in_by_id=began.person)


class Migration(migrations.Migration):
    dependencies = [("casework", "0016_access"), ("ledger", "0003_pending"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("submission", "taken_in_by", models.ForeignKey(null=True, db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
