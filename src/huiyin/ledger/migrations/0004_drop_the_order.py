"""The order in which events are entered in the log is that of ``LogPending``: no query reads events by time any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_pending")]

    operations = [migrations.RemoveIndex(model_name="row", name="ledger_event_order")]
