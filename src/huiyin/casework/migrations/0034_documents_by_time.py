"""What was issued on a day is found by its time; nothing looks for a document by its number in its register."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0033_case_recused")]

    operations = [
        migrations.RemoveIndex("notice", "notice_by_number"),
        migrations.RemoveIndex("documentrecord", "paper_by_number"),
        migrations.AddIndex("notice", models.Index(fields=["issued_at"], name="notice_by_time")),
    ]
