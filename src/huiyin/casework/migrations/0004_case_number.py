"""The number of a case is called what it is; nothing stored changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_names")]

    operations = [migrations.RenameField(model_name="case", old_name="no", new_name="number")]
