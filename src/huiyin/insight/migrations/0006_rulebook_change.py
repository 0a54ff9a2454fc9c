import django.db.models.deletion
import huiyin.people.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0005_work_report'),
        ('people', '0022_signers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RulebookChange',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('rulebook', models.CharField(blank=True, max_length=90)),
                ('main', models.CharField(blank=True, max_length=60)),
                ('sources', models.JSONField(default=dict)),
                ('since', models.DateField(null=True)),
                ('basis', models.CharField(blank=True, max_length=200)),
                ('lines', models.JSONField(default=list)),
                ('seen', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('step', models.CharField(choices=[('look', 'Look'), ('do', 'Do')], default='look', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.UUIDField(null=True)),
                ('found', models.JSONField(default=dict)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation',), name='one_rulebook_change_at_a_time')],
            },
        ),
    ]
