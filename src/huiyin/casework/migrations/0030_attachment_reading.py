"""Files that came in before anybody could look them through; all that were there count as looked through."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0029_documents")]

    operations = [
        migrations.AddField(
            "attachment",
            "reading",
            models.CharField(
                blank=True,
                choices=[("waiting", "Waiting"), ("withheld", "Withheld")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
    ]
