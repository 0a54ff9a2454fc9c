"""What was typed and handed in and is not sent yet, sealed: the rows behind forms that were begun."""

from __future__ import annotations

from django.db import models

from huiyin.people.ids import fresh_id


class StoredDraft(models.Model):
    """A form that was begun. Found by its token alone, of which a keyed hash is kept; staff find their own by account as well.

    ``key`` is a data key of its own, wrapped by the key ring; what was ``typed`` and the files are sealed under it. ``form`` is the
    address of the page, ``sender`` a keyed hash of where a stranger's came from. A draft that was sent waits a little, so that a form
    that is sent twice is known again.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    token = models.BinaryField(max_length=32, unique=True)
    form = models.CharField(max_length=300)
    organisation_id = models.UUIDField(null=True)
    account_id = models.UUIDField(null=True)
    sender = models.BinaryField(max_length=32, null=True)
    key = models.BinaryField()
    typed = models.BinaryField(default=b"")
    changed_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "form"], name="draft_of_account"),
            models.Index(fields=["sender", "changed_at"], name="draft_of_sender"),
        ]


class DraftFile(models.Model):
    """A file handed in with a draft: its name is sealed, its content lies in sealed parts beside ``place``.

    ``field`` is the input of the form that it belongs to; ``size`` and ``received`` are in bytes. ``checked`` says that all of it
    has come and is what its name says.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    draft = models.ForeignKey(StoredDraft, models.CASCADE, related_name="files", db_constraint=False)
    field = models.CharField(max_length=80)
    name = models.BinaryField()
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=200)
    checked = models.BooleanField(default=False)
    added_at = models.DateTimeField()
