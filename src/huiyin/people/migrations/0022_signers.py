"""Who signed a petition with others, and is no representative."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0021_own_phrases_and_webhooks")]

    operations = [
        migrations.AlterField(
            model_name="petitioner",
            name="kind",
            field=models.CharField(
                choices=[
                    ("person", "自然人"),
                    ("legal", "法人"),
                    ("organisation", "其他组织"),
                    ("anonymous", "匿名"),
                    ("signer", "联名人"),
                ],
                max_length=12,
            ),
        ),
    ]
