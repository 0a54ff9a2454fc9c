"""The models of documents are called so; their tables keep their names, under which the ledger commits to their rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("casework", "0027_levels_of_confidentiality")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("PaperRecord", "DocumentRecord"),
                migrations.AlterModelTable("DocumentRecord", "casework_paperrecord"),
                migrations.RenameModel("PaperVersion", "DocumentVersion"),
                migrations.AlterModelTable("DocumentVersion", "casework_paperversion"),
            ]
        )
    ]
