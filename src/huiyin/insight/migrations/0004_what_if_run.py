"""The model of a what-if run is called so; its table keeps its name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("insight", "0003_runs_are_jobs")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Run", "WhatIfRun"),
                migrations.AlterModelTable("WhatIfRun", "insight_run"),
            ]
        )
    ]
