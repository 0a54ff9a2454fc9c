"""The index of words: segments of a few hundred texts, each under a key of its own that is not in the database (decision 25)."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from django.db import models

from huiyin.casework.models import Case
from huiyin.people.models import Organisation

TEXTS_A_SEGMENT: Final = 256
"""So many bits a row of a word has, whether one text has the word or all: how often a word is used shows nowhere."""


class IndexSegment(models.Model):
    """Some texts of an organisation that are looked through together. Those of sealed cases stand in segments of their own (``sealed``).

    The later one has the greater id. ``salt`` is what its keys are made from; ``used`` counts the places that were given to texts, those
    that were taken out again included.
    """

    id = models.BigAutoField(primary_key=True)
    salt = models.UUIDField(default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    sealed = models.BooleanField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["organisation", "sealed", "-id"], name="segment_newest")]


class FindableText(models.Model):
    """That a text stands at a place of a segment. ``id`` is that of the sealed text; ``kind`` says what it is in its case."""

    class TextKind(models.TextChoices):
        """What a text is in its case."""

        PETITION = "petition"
        TITLE = "title"
        STEP = "step"
        PAPER = "paper"

    id = models.UUIDField(primary_key=True, editable=False)
    segment = models.ForeignKey(IndexSegment, models.CASCADE, related_name="texts", db_index=False)
    place = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=10, choices=TextKind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "place"], name="findable_place_once")]


class Posting(models.Model):
    """Which texts of a segment have one pair of signs: ``label`` is a keyed hash of the pair, ``places`` a sealed row of bits."""

    label = models.BigIntegerField(primary_key=True)
    segment = models.ForeignKey(IndexSegment, models.CASCADE, related_name="postings")
    places = models.BinaryField()
