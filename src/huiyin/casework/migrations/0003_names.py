"""Two tables are called what they hold: guesses of query codes, and what requests with a key were answered."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_attempts")]

    operations = [
        migrations.RenameModel(old_name="Attempt", new_name="CodeGuess"),
        migrations.RenameModel(old_name="Answer", new_name="StoredAnswer"),
    ]
