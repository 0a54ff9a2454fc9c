"""Incidents of an organisation are found without reading all of its petitions."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("casework", "0034_documents_by_time")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                condition=~Q(procedure="matter"),
                fields=["organisation", "procedure", "-registered_at", "-id"],
                name="case_other",
            ),
        ),
    ]
