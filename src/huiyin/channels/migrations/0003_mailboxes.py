"""Mailboxes that are read, and what became of the messages in them."""

import django.db.models.deletion
import huiyin.people.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_confirmed'),
        ('people', '0019_organisation_template'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MailboxState',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('mailbox', models.CharField(max_length=400, unique=True)),
                ('tried_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('fault', models.CharField(blank=True, max_length=20)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ArrivedMail',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('mailbox', models.CharField(max_length=400)),
                ('uid_validity', models.BigIntegerField()),
                ('uid', models.BigIntegerField()),
                ('size', models.PositiveBigIntegerField()),
                ('arrived_at', models.DateTimeField()),
                ('found_at', models.DateTimeField()),
                ('fate', models.CharField(choices=[('taken', '已登记'), ('again', '重复收到'), ('aside', '待人工处理'), ('left', '不作来件')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('errors', models.JSONField(default=list)),
                ('digest', models.BinaryField(max_length=32, null=True)),
                ('content', models.BinaryField(max_length=32, null=True)),
                ('sender', models.BinaryField(max_length=32, null=True)),
                ('submission_id', models.UUIDField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wanted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'fate', 'arrived_at'], name='mail_by_fate'), models.Index(fields=['organisation', 'sender', 'found_at'], name='mail_by_sender')],
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'uid_validity', 'uid'), name='mail_found_once'), models.UniqueConstraint(condition=models.Q(('fate', 'taken')), fields=('organisation', 'digest'), name='mail_taken_once')],
            },
        ),
    ]
