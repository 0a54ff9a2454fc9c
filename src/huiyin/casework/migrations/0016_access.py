"""Who may see a case is written down beside it; numbers are found by their ends."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Replace, Right

from huiyin.casework.access import columns, scopes_of_case
from huiyin.casework.owed import LATER

CASES_AT_ONCE = 500
UNFINISHED = models.Q(ended_at__isnull=True)
OPEN = models.Q(discharged_at__isnull=True, withdrawn_at__isnull=True)


def fill_in(apps, schema_editor):
    """From the rows as they stand, which the ledger's verification compares with the events."""
    Case, CaseUnit, Duty, CaseAccess = (
        apps.get_model("casework", name) for name in ("Case", "CaseUnit", "Duty", "CaseAccess")
    )
    last = None
    while True:
        cases = Case.objects.order_by("id") if last is None else Case.objects.filter(id__gt=last).order_by("id")
        batch = list(cases.defer("state")[:CASES_AT_ONCE])
        if not batch:
            return
        last = batch[-1].id
        ids = [case.id for case in batch]
        owing = set(Duty.objects.filter(OPEN, case_id__in=ids).values_list("case_id", flat=True))
        units = {id: [] for id in ids}
        for case, relation, unit in CaseUnit.objects.filter(case_id__in=ids).values_list("case_id", "relation", "unit_id"):
            units[case].append((relation, unit))
        CaseAccess.objects.bulk_create(
            CaseAccess(case_id=case.id, scope=scope, **columns(case, owing=case.id in owing))
            for case in batch
            for scope in scopes_of_case(
                case.organisation_id, case.procedure, units[case.id], unresolved=case.unresolved
            )
        )


def give_turns(apps, schema_editor):
    """What waits comes behind all that can be done."""
    duties = apps.get_model("casework", "Duty").objects
    duties.filter(waits_since__isnull=True).update(turn_at=F("due_at"))
    duties.filter(waits_since__isnull=False).update(turn_at=F("due_at") + LATER)


def find_by_ending(apps, schema_editor):
    """Numbers are never changed."""
    apps.get_model("casework", "Case").objects.update(ending=Right(Replace("number", Value("-"), Value("")), 6))
    apps.get_model("casework", "Submission").objects.update(ending=Right(Replace("receipt", Value("-"), Value("")), 6))


class Migration(migrations.Migration):
    dependencies = [("casework", "0015_waiting_duties")]

    operations = [
        migrations.CreateModel(
            name="CaseAccess",
            fields=[
                ("pk", models.CompositePrimaryKey("case_id", "scope", blank=True, editable=False, primary_key=True, serialize=False)),
                ("scope", models.UUIDField()),
                ("registered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("procedure", models.CharField(max_length=60)),
                ("stage", models.CharField(max_length=60)),
                ("severity", models.CharField(blank=True, max_length=60)),
                ("sealed", models.BooleanField()),
                ("owing", models.BooleanField()),
                ("case", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="access", to="casework.case")),
                ("unit", models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit")),
            ],
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        *(
            migrations.AddIndex("caseaccess", index)
            for index in (
                models.Index(fields=["scope", "-registered_at", "-case"], name="case_access_time"),
                models.Index(fields=["scope", "stage", "-registered_at", "-case"], name="case_access_stage"),
                models.Index(fields=["scope", "unit", "-registered_at", "-case"], name="case_access_unit"),
                models.Index(fields=["scope", "severity", "-registered_at", "-case"], name="case_access_severity"),
                models.Index(fields=["scope", "due_at", "case"], name="case_access_due", condition=UNFINISHED),
                models.Index(fields=["scope", "-registered_at", "-case"], name="case_access_unfinished", condition=UNFINISHED),
                models.Index(fields=["scope", "case"], name="case_access_sealed", condition=models.Q(sealed=True)),
                models.Index(fields=["scope", "case"], name="case_access_owing", condition=models.Q(owing=True)),
            )
        ),
        migrations.AddField("case", "ending", models.CharField(max_length=6, default=""), preserve_default=False),
        migrations.AddField("submission", "ending", models.CharField(max_length=6, default=""), preserve_default=False),
        migrations.RunPython(find_by_ending, migrations.RunPython.noop),
        migrations.AddIndex("case", models.Index(fields=["ending"], name="case_by_ending")),
        migrations.AddIndex("submission", models.Index(fields=["ending"], name="submission_by_ending")),
        migrations.RemoveIndex("case", "case_by_stage"),
        migrations.RemoveIndex("case", "case_by_due"),
        migrations.AddField("duty", "turn_at", models.DateTimeField(null=True)),
        migrations.RunPython(give_turns, migrations.RunPython.noop),
        migrations.AlterField("duty", "turn_at", models.DateTimeField()),
        migrations.RemoveIndex("duty", "duty_open"),
        migrations.AddIndex("duty", models.Index(fields=["unit", "turn_at", "id"], name="duty_open", condition=OPEN)),
        migrations.AddIndex("duty", models.Index(fields=["organisation", "turn_at", "id"], name="duty_of_all", condition=OPEN)),
    ]
