"""What a unit has done today is found without reading all that it ever did."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0019_papers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(condition=models.Q(('discharged_at__isnull', False)), fields=['unit', 'discharged_at'], name='duty_done'),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(condition=models.Q(('withdrawn_at__isnull', False)), fields=['unit', 'withdrawn_at'], name='duty_gone'),
        ),
    ]
