"""A case that an old register knew is found by its number there."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0017_who_took_it_in'),
        ('people', '0015_former_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='old_number',
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(
                condition=models.Q(("old_number__isnull", False)), fields=["old_number"], name="case_by_old_number"
            ),
        ),
    ]
