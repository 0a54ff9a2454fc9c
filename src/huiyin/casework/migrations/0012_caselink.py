"""Which cases a case is about: whoever those accuse is kept from it too. Filled from what the forms of old named."""

import django.db.models.deletion
from django.db import migrations, models

import huiyin.people.ids
from huiyin.procedure.storage import codec
from huiyin.procedure.command import ids_in


def find_links(apps, schema_editor):
    """An id in a form that is the id of a case names that case; events that cannot be read are left for the audit to find."""
    cases, links = apps.get_model("casework", "Case").objects, apps.get_model("casework", "CaseLink").objects
    for row in apps.get_model("ledger", "Row").objects.filter(type="ActionTaken").only("case_id", "body").iterator(500):
        try:
            fields = codec.loads_entry(row.body)[2].fields
        except (codec.Unreadable, KeyError):
            continue
        named = {id for value in fields.values() for id in ids_in(value)}
        for id in cases.filter(id__in=named).order_by("id").values_list("id", flat=True) if named else ():
            links.get_or_create(case_id=row.case_id, to_id=id)


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_everybody_who_took_an_action"), ("ledger", "0002_integrity")]

    operations = [
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ("case", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="links", to="casework.case")),
                ("to", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="linked_from", to="casework.case")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("case", "to"), name="case_link_once")]},
        ),
        migrations.RunPython(find_links, migrations.RunPython.noop),
    ]
