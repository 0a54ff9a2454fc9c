"""Old registers that are brought in on pages."""

import django.db.models.deletion
import huiyin.people.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0015_former_names'),
        ('web', '0001_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptMapping',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.organisation')),
                ('mapping', models.JSONField()),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RegisterRun',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('sheet', models.CharField(blank=True, max_length=100)),
                ('mapping', models.JSONField()),
                ('asked_at', models.DateTimeField()),
                ('step', models.CharField(default='columns', max_length=20)),
                ('turn', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('skipped', models.JSONField(default=list)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='web.storeddraft')),
            ],
        ),
        migrations.CreateModel(
            name='RegisterRow',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('line', models.PositiveIntegerField()),
                ('number', models.CharField(blank=True, max_length=100)),
                ('digest', models.CharField(blank=True, max_length=16)),
                ('fate', models.CharField(max_length=10)),
                ('stage', models.CharField(blank=True, max_length=100)),
                ('due', models.DateField(null=True)),
                ('rulebook', models.CharField(blank=True, max_length=80)),
                ('case_number', models.CharField(blank=True, max_length=40)),
                ('errors', models.JSONField(default=list)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='channels.registerrun')),
            ],
        ),
        migrations.AddIndex(
            model_name='registerrun',
            index=models.Index(fields=['account', '-asked_at'], name='register_by_account'),
        ),
        migrations.AddIndex(
            model_name='registerrow',
            index=models.Index(fields=['run', 'line'], name='register_row_line'),
        ),
        migrations.AddIndex(
            model_name='registerrow',
            index=models.Index(fields=['run', 'number'], name='register_row_number'),
        ),
    ]
