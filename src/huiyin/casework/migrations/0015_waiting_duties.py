"""A duty says since when it has waited; what is owed already is brought in step with the rulebooks, and so is when cases come due."""

from django.db import migrations, models

from huiyin.procedure.storage import codec
from huiyin.procedure.waiting import comes_due_at, waits_since
from huiyin.rule_store.store import read_book
from huiyin.rules.book.load import RulebookFlawed

CASES_AT_ONCE = 200


def fill_in(apps, schema_editor):
    """A case whose state cannot be read, or whose rulebook is not installed any more, is left as it is."""
    cases, duties = apps.get_model("casework", "Case").objects, apps.get_model("casework", "Duty").objects
    for case in cases.only("id", "state", "rulebook", "procedure", "due_at").order_by("id").iterator(CASES_AT_ONCE):
        try:
            state = codec.loads(case.state)
            procedure = read_book(case.rulebook).book.procedures[case.procedure]
            waiting = {duty.id: waits_since(procedure, state, duty) for duty in state.duties}
            due_at = comes_due_at(procedure, state)
        except (codec.Unreadable, RulebookFlawed, KeyError):
            continue
        for id, since in waiting.items():
            if since is not None:
                duties.filter(id=id).update(waits_since=since)
        if due_at != case.due_at:
            cases.filter(id=case.id).update(due_at=due_at)


class Migration(migrations.Migration):
    dependencies = [("casework", "0014_codeissue"), ("rulebooks", "0002_proofs")]

    operations = [
        migrations.AddField("duty", "waits_since", models.DateTimeField(null=True)),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RemoveIndex("case", "case_by_due"),
        migrations.AddIndex("case", models.Index(fields=["organisation", "due_at"], name="case_by_due")),
    ]
