"""Papers that correct others, who sealed which, and finding a paper by its digest."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0022_text_indexed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='paperrecord',
            name='correction',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='paperrecord',
            name='scan',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='paperrecord',
            name='sealed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='paperrecord',
            name='sealed_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='paperversion',
            index=models.Index(fields=['digest'], name='paper_version_digest'),
        ),
    ]
