"""Every open what-if run gets its row in the table of jobs, with its lease and its failures; runs keep neither of their own."""

from django.db import migrations

from huiyin.people.ids import new_id


def queue_open_runs(apps, schema_editor):
    """A run that has ended needs no job. One that is queued already is left alone."""
    Job = apps.get_model("outbox", "Job")
    Run = apps.get_model("insight", "Run")
    Job.objects.bulk_create(
        [
            Job(
                id=new_id(run.asked_at),
                what="what-if",
                key=f"what-if:{run.id.hex}",
                organisation_id=run.organisation_id,
                payload={"run": run.id.hex},
                due_at=run.asked_at,
                claimed_until=run.claimed_until,
                attempts=run.failures,
                progress=run.done,
                total=run.total,
            )
            for run in Run.objects.filter(ended_at__isnull=True)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [("insight", "0002_only_open"), ("outbox", "0002_one_table_of_jobs")]

    operations = [
        migrations.RunPython(queue_open_runs, migrations.RunPython.noop),
        migrations.RemoveField("Run", "claimed_until"),
        migrations.RemoveField("Run", "failures"),
    ]
