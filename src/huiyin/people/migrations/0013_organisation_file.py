"""What the file of an organisation says besides: level, organ above outside, head of papers, units that are no more; and its reception."""

import django.db.models.deletion
from django.db import migrations, models

import huiyin.people.ids


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0012_signatures'),
        ('portal', '0002_reception_moves'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='level',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='organisation',
            name='paper_code',
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name='organisation',
            name='superior_address',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='unit',
            name='abolished_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='unit',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='succeeded', to='people.unit'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('abolished_on__isnull', True), ('successor__isnull', True)), models.Q(('abolished_on__isnull', False), ('successor__isnull', False)), _connector='OR'), name='abolished_unit_has_a_successor'),
        ),
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.CreateModel(
                name='Reception',
                fields=[
                    ('id', models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                    ('address', models.CharField(blank=True, max_length=300)),
                    ('postcode', models.CharField(blank=True, max_length=20)),
                    ('phone', models.CharField(blank=True, max_length=100)),
                    ('hours', models.CharField(blank=True, max_length=200)),
                    ('place', models.CharField(blank=True, max_length=300)),
                    ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reception', to='people.organisation')),
                ],
                options={'db_table': 'portal_reception'},
            ),
        ]),
        migrations.AlterField(
            model_name='administrativeact',
            name='about',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.account'),
        ),
    ]
