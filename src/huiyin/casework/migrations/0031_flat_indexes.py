"""Indexes for what is asked again and again and was looked for in the whole register; one is gone that another begins with."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("casework", "0030_attachment_reading")]

    operations = [
        migrations.RemoveIndex("caseaccess", "case_access_sealed"),
        migrations.AlterField(
            "caseunit",
            "case",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="units",
                to="casework.case",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=Q(unresolved=True, ended_at__isnull=True), fields=["organisation"], name="case_unresolved"
            ),
        ),
        migrations.AddIndex(
            "caseaccess",
            models.Index(condition=Q(sealed=True), fields=["scope", "ended_at"], name="case_access_sealed"),
        ),
        migrations.AddIndex(
            "caseaccess",
            models.Index(
                condition=~Q(procedure="matter"),
                fields=["scope", "procedure", "-registered_at", "-case"],
                name="case_access_other",
            ),
        ),
        migrations.AddIndex(
            "caseunit", models.Index(condition=Q(relation__contains="/"), fields=["case"], name="case_unit_custody")
        ),
        migrations.AddIndex("documentrecord", models.Index(fields=["issuer", "status"], name="paper_by_status")),
        migrations.AddIndex(
            "documentrecord",
            models.Index(condition=Q(replaces__isnull=False), fields=["replaces"], name="paper_replacing"),
        ),
        migrations.AddIndex(
            "duty",
            models.Index(condition=Q(withdrawn_at__isnull=True), fields=["organisation", "due_at"], name="duty_due"),
        ),
    ]
