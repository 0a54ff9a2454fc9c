"""Empties the index: corrected names, numbers and addresses of petitioners stood in it. Workers make it anew from every text."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_all(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take every word out and mark every text as not looked at yet."""
    for model in ("Posting", "FindableText", "IndexSegment"):
        apps.get_model("search", model).objects.all().delete()
    apps.get_model("casework", "Text").objects.filter(indexed=True).update(indexed=False)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
        ("casework", "0022_text_indexed"),
    ]

    operations = [migrations.RunPython(forget_all, migrations.RunPython.noop)]
