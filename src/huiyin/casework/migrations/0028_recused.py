"""Cases from which somebody withdrew are found without reading every state: what is owed on them may have nobody left to do it."""

from django.db import migrations, models

WITHDRAWN = '"recused":["'
"""What stands in the canonical text of a state in which somebody withdrew."""


def mark(apps, schema_editor):
    """Mark the cases in which somebody withdrew before."""
    apps.get_model("casework", "Case").objects.filter(state__contains=WITHDRAWN).update(recused=True)


class Migration(migrations.Migration):
    dependencies = [("casework", "0027_levels_of_confidentiality")]

    operations = [
        migrations.AddField(model_name="case", name="recused", field=models.BooleanField(default=False, db_default=False)),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
