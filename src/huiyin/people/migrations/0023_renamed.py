"""What organisations and units were called before, and until when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0022_signers")]

    operations = [
        migrations.AddField("organisation", "renamed", models.JSONField(blank=True, default=list)),
        migrations.AddField("unit", "renamed", models.JSONField(blank=True, default=list)),
    ]
