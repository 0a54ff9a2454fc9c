"""A case of which nobody has decided yet whom it accuses is closed to everybody but its custodian."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_arrivals")]

    operations = [
        migrations.AddField(model_name="case", name="unresolved", field=models.BooleanField(default=False, db_default=False)),
    ]
