"""The open cases from which somebody withdrew are found without reading all the others."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("casework", "0032_narrow_indexes")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                condition=Q(recused=True, ended_at__isnull=True), fields=["organisation"], name="case_recused"
            ),
        ),
    ]
