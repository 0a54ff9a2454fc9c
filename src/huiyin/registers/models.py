"""What somebody keeps of a register: views and searches under a name, and files that are being made."""

from django.db import models

from huiyin.jobs.queue import percent_of
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post


class SavedView(models.Model):
    """A register narrowed and laid out as somebody wants it again, or what they look for now and then.

    ``sealed`` holds its name and what it asks for, since people look for people. ``shared``: everybody in the organisation finds it
    offered; what it shows is still what each of them may see.
    """

    class ViewKind(models.TextChoices):
        """Where it is offered."""

        REGISTER = "register"
        SEARCH = "search"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ViewKind.choices)
    shared = models.BooleanField(default=False)
    sealed = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kind"], name="saved_view_shared", condition=models.Q(shared=True))
        ]


class RegisterExport(models.Model):
    """All rows of a register as a file, made by workers piece by piece for whoever asked for it.

    ``query`` is sealed. ``position`` is where the list goes on; ``total`` how many rows there were when it began; ``reason`` says why it
    was broken off.
    """

    class Form(models.TextChoices):
        """As what it is saved."""

        XLSX = "xlsx"
        CSV = "csv"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    form = models.CharField(max_length=4, choices=Form.choices)
    query = models.BinaryField()
    position = models.CharField(max_length=300, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    @property
    def percent(self) -> int:
        """How far it is."""
        return percent_of(self.done, self.total)


class ExportPiece(models.Model):
    """Some rows of a file in the making, sealed."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    export = models.ForeignKey(RegisterExport, models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "position"], name="export_piece_once")]
