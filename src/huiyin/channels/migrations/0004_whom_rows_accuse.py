"""Whom rows accuse that wait for a second person. Of those that wait already nobody has looked: they wait for who has accusations in custody."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def unknown(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep what waits from everybody who might be meant."""
    apps.get_model("channels", "RegisterRow").objects.filter(fate="waiting").update(unresolved=True)


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_mailboxes")]

    operations = [
        migrations.AddField("registerrow", "accused", models.JSONField(default=list)),
        migrations.AddField("registerrow", "unresolved", models.BooleanField(default=False)),
        migrations.RunPython(unknown, migrations.RunPython.noop),
    ]
