"""A state knows everybody who ever took an action, not the last one alone; what older states lack follows from the ledger."""

from dataclasses import replace

from django.db import migrations

from huiyin.procedure.storage import codec
from huiyin.procedure.evolve import BrokenHistory, replay

CASES_AT_ONCE = 200


def add_earlier_takers(apps, schema_editor):
    """Only states that lack somebody are written anew; one that cannot be read, or its events, is left for the audit to find."""
    case_model, rows = apps.get_model("casework", "Case"), apps.get_model("ledger", "Row").objects
    for case in case_model.objects.only("id", "state").order_by("id").iterator(CASES_AT_ONCE):
        bodies = rows.filter(case_id=case.id).order_by("seq").values_list("body", flat=True)
        try:
            state = codec.loads(case.state)
            takers = replay(codec.loads_entry(body)[2] for body in bodies).takers
        except (codec.Unreadable, BrokenHistory, KeyError):
            continue
        if takers != state.takers:
            case_model.objects.filter(id=case.id).update(state=codec.dumps(replace(state, takers=takers)))


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_worklists"), ("ledger", "0002_integrity")]

    operations = [migrations.RunPython(add_earlier_takers, migrations.RunPython.noop)]
