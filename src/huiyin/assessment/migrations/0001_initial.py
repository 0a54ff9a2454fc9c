"""Schemes, runs, scores and appeals."""

import django.db.models.deletion
import huiyin.people.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0019_organisation_template'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentRun',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=100)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('begun_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AssessedUnit',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('proposed_at', models.DateTimeField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('commendation', models.CharField(blank=True, max_length=300)),
                ('commended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='assessment.assessmentrun')),
            ],
        ),
        migrations.CreateModel(
            name='AssessmentScheme',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=100)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='IndicatorScore',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('indicator', models.CharField(max_length=40)),
                ('good', models.PositiveIntegerField(null=True)),
                ('total', models.PositiveIntegerField(null=True)),
                ('report', models.CharField(blank=True, max_length=1000)),
                ('evidence', models.BinaryField(null=True)),
                ('evidence_name', models.CharField(blank=True, max_length=100)),
                ('evidence_type', models.CharField(blank=True, max_length=100)),
                ('reported_at', models.DateTimeField(null=True)),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('assessed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='assessment.assessedunit')),
                ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SchemeVersion',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('position', models.PositiveIntegerField()),
                ('indicators', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assessment.assessmentscheme')),
            ],
        ),
        migrations.AddField(
            model_name='assessmentrun',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='assessment.schemeversion'),
        ),
        migrations.CreateModel(
            name='ScoreAppeal',
            fields=[
                ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('indicator', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=1000)),
                ('was', models.PositiveSmallIntegerField()),
                ('becomes', models.PositiveSmallIntegerField(null=True)),
                ('decision', models.CharField(blank=True, max_length=1000)),
                ('decided_at', models.DateTimeField(null=True)),
                ('assessed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='assessment.assessedunit')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='assessedunit',
            constraint=models.UniqueConstraint(fields=('run', 'unit'), name='unit_assessed_once'),
        ),
        migrations.AddConstraint(
            model_name='assessedunit',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(('proposed_by__isnull', False), models.Q(('signed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='assessment_signed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='assessmentscheme',
            constraint=models.UniqueConstraint(fields=('organisation', 'title'), name='scheme_title_once'),
        ),
        migrations.AddConstraint(
            model_name='indicatorscore',
            constraint=models.UniqueConstraint(fields=('assessed', 'indicator'), name='indicator_scored_once'),
        ),
        migrations.AddConstraint(
            model_name='indicatorscore',
            constraint=models.CheckConstraint(condition=models.Q(('score__isnull', True), ('score__lte', 100), _connector='OR'), name='score_of_a_hundred'),
        ),
        migrations.AddConstraint(
            model_name='schemeversion',
            constraint=models.UniqueConstraint(fields=('scheme', 'position'), name='scheme_version_position'),
        ),
        migrations.AddConstraint(
            model_name='assessmentrun',
            constraint=models.UniqueConstraint(fields=('organisation', 'title'), name='assessment_title_once'),
        ),
        migrations.AddConstraint(
            model_name='assessmentrun',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='assessment_not_backwards'),
        ),
        migrations.AddConstraint(
            model_name='scoreappeal',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True)), fields=('assessed',), name='one_open_appeal_of_a_unit'),
        ),
    ]
