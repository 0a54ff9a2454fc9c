"""Organisations seal papers with certificates."""

import django.db.models.deletion
from django.db import migrations, models

import huiyin.people.ids


class Migration(migrations.Migration):
    dependencies = [("people", "0015_former_names")]

    operations = [
        migrations.CreateModel(
            "OrganisationSeal",
            [
                ("id", models.UUIDField(default=huiyin.people.ids.fresh_id, editable=False, primary_key=True, serialize=False)),
                ("key", models.BinaryField()),
                ("picture", models.BinaryField(null=True)),
                ("subject", models.CharField(max_length=300)),
                ("serial", models.CharField(max_length=80)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("added_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="people.organisation")),
            ],
            options={"constraints": [models.UniqueConstraint(condition=models.Q(("retired_at", None)), fields=("organisation",), name="one_seal_in_force")]},
        ),
    ]
