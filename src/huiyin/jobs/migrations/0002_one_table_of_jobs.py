"""The outbox of messages becomes the table of all jobs; its rows stay as they are.

What ``case_id`` and ``seq`` held stands in the key of each message (``case:seq:notice``).
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.RemoveIndex("Message", "outbox_waiting"),
        migrations.RenameModel("Message", "Job"),
        migrations.RenameField("Job", "kind", "what"),
        migrations.AlterField("Job", "organisation_id", models.UUIDField(null=True)),
        migrations.AddField("Job", "progress", models.PositiveIntegerField(default=0)),
        migrations.AddField("Job", "total", models.PositiveIntegerField(default=0)),
        migrations.RemoveField("Job", "case_id"),
        migrations.RemoveField("Job", "seq"),
        migrations.AddIndex("Job", models.Index(
            fields=["what", "due_at"], name="job_waiting", condition=Q(done_at__isnull=True, dead_at__isnull=True),
        )),
        migrations.AddIndex("Job", models.Index(
            fields=["dead_at"], name="job_dead", condition=Q(dead_at__isnull=False),
        )),
        migrations.AddIndex("Job", models.Index(
            fields=["done_at"], name="job_done", condition=Q(done_at__isnull=False),
        )),
    ]
