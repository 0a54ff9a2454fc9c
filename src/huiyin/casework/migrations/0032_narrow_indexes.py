"""What is owed on a case or of a kind, what ended and what came in within some days is found without reading all the rest."""

from django.db import migrations, models
from django.db.models import Q

OPEN = Q(discharged_at__isnull=True, withdrawn_at__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("casework", "0031_flat_indexes")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["organisation", "ended_at"], name="case_by_end")),
        migrations.AddIndex(
            "submission", models.Index(fields=["organisation", "registered_at"], name="submission_by_time")
        ),
        migrations.AddIndex("duty", models.Index(condition=OPEN, fields=["case"], name="duty_owed_on")),
        migrations.AddIndex(
            "duty",
            models.Index(condition=OPEN, fields=["organisation", "kind", "turn_at", "id"], name="duty_of_kind"),
        ),
    ]
