"""The read side: where every case, duty, submission and notice stands, kept in step with the ledger by the door alone."""

from __future__ import annotations

from django.db import models

from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Petitioner, Unit

OPEN = models.Q(discharged_at__isnull=True, withdrawn_at__isnull=True)
"""A duty that is still owed."""

UNFINISHED = models.Q(ended_at__isnull=True)
"""A case that has not ended."""

NO_PETITION = ~models.Q(procedure="matter")
"""A case that no petition opened. Who asks for one of these procedures says so as well: only then SQLite reads the index that holds no others."""


def reference(model: type[models.Model], null: bool = False, db_index: bool = False) -> models.ForeignKey:
    """A reference inside the organisation: checked by the door, not by a constraint that rows on other machines would break."""
    return models.ForeignKey(model, models.PROTECT, db_constraint=False, related_name="+", null=null, db_index=db_index)


class Case(models.Model):
    """The current state of one case. ``state`` is the engine's; the other columns repeat what lists filter and sort by."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    number = models.CharField(max_length=40, unique=True)
    # In the register of its year, without gaps: for those alone who may know of all of it.
    entry = models.PositiveIntegerField(null=True)
    procedure = models.CharField(max_length=60)
    rulebook = models.CharField(max_length=80)
    stage = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, blank=True)  # binds seq and head with a key that is not in the database
    state = models.TextField()
    channel = models.CharField(max_length=20)
    headcount = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    # How confidential it is; written by the door alone. Whoever may know of a limited case stands in its state.
    level = models.CharField(max_length=20, default="ordinary", db_default="ordinary")
    sealed = models.BooleanField(default=False)
    unresolved = models.BooleanField(default=False, db_default=False)  # nobody has decided yet whom it accuses
    recused = models.BooleanField(default=False, db_default=False)  # somebody may not deal with it since they withdrew
    unit = reference(Unit, null=True)
    petitioner = reference(Petitioner)
    title = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=6)  # the last signs of its number, by which people ask for it
    # In the register that it was brought in from. Null and not empty elsewhere: only so an index of the few that have one is used.
    old_number = models.CharField(max_length=60, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-registered_at", "-id"], name="case_by_time"),
            models.Index(fields=["organisation", "ended_at"], name="case_by_end"),
            models.Index(fields=["ending"], name="case_by_ending"),
            models.Index(
                fields=["organisation"],
                name="case_unresolved",
                condition=models.Q(unresolved=True, ended_at__isnull=True),
            ),
            models.Index(
                fields=["organisation"], name="case_recused", condition=models.Q(recused=True, ended_at__isnull=True)
            ),
            models.Index(
                fields=["organisation", "procedure", "-registered_at", "-id"], name="case_other", condition=NO_PETITION
            ),
            models.Index(
                fields=["old_number"], name="case_by_old_number", condition=models.Q(old_number__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class CaseAccess(models.Model):
    """That whoever has a scope may see a case (``access``), beside what lists narrow and sort cases by: written with each event.

    While nobody has decided whom a case accuses, only its custodian's scope stands here. Those whom it accuses are told apart when
    they read, since a scope is a unit's and not a person's; ``sealed`` says that there are some. ``due_at`` is far away (``NEVER``)
    where no office can do anything now; ``owing`` says that something is owed, which may outlast the end.
    """

    pk = models.CompositePrimaryKey("case_id", "scope")
    case = models.ForeignKey(Case, models.PROTECT, related_name="access", db_constraint=False, db_index=False)
    scope = models.UUIDField()
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    procedure = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    unit = reference(Unit, null=True)
    severity = models.CharField(max_length=60, blank=True)
    sealed = models.BooleanField()
    owing = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["scope", "-registered_at", "-case"], name="case_access_time"),
            models.Index(fields=["scope", "stage", "-registered_at", "-case"], name="case_access_stage"),
            models.Index(fields=["scope", "unit", "-registered_at", "-case"], name="case_access_unit"),
            models.Index(fields=["scope", "severity", "-registered_at", "-case"], name="case_access_severity"),
            models.Index(fields=["scope", "due_at", "case"], name="case_access_due", condition=UNFINISHED),
            models.Index(
                fields=["scope", "-registered_at", "-case"], name="case_access_unfinished", condition=UNFINISHED
            ),
            models.Index(fields=["scope", "ended_at"], name="case_access_sealed", condition=models.Q(sealed=True)),
            models.Index(
                fields=["scope", "procedure", "-registered_at", "-case"],
                name="case_access_other",
                condition=NO_PETITION,
            ),
            models.Index(fields=["scope", "case"], name="case_access_owing", condition=models.Q(owing=True)),
        ]


class CaseUnit(models.Model):
    """A unit's relation to a case: what visibility is decided by."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="units", db_constraint=False, db_index=False)
    unit = reference(Unit, db_index=True)
    relation = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "relation", "unit"], name="case_unit_once")]
        indexes = [models.Index(fields=["case"], name="case_unit_custody", condition=models.Q(relation__contains="/"))]


class CaseAccused(models.Model):
    """Whom a sealed case accuses: a unit or a person, who must never see it."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="accused", db_constraint=False)
    unit = reference(Unit, null=True, db_index=True)
    account = reference(Account, null=True, db_index=True)


class CaseLink(models.Model):
    """A case names another, which it is about: whoever that one accuses is kept from it as well."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="links", db_constraint=False)
    to = models.ForeignKey(Case, models.PROTECT, related_name="linked_from", db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "to"], name="case_link_once")]


class CaseParty(models.Model):
    """A petitioner of a case."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="parties", db_constraint=False)
    petitioner = reference(Petitioner, db_index=True)
    position = models.PositiveSmallIntegerField()


class Duty(models.Model):
    """Who owes what on a case, by when: the row behind every worklist. ``id`` is the engine's."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, related_name="duties", db_constraint=False)
    kind = models.CharField(max_length=60)
    role = models.CharField(max_length=60)
    unit = reference(Unit, null=True)
    assignee = reference(Account, null=True)
    left_by = reference(Account, null=True)  # who owed it before, where it was handed over
    limit = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True)  # its clock stands, or others come first: meanwhile it is not overdue
    turn_at = models.DateTimeField()  # by when lists sort it (``owed.turn_of``)
    derivation = models.JSONField()
    clause = models.JSONField()
    discharged_at = models.DateTimeField(null=True)
    discharged_by = models.CharField(max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    on_due = models.CharField(max_length=60, blank=True)
    timer_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "duties"
        indexes = [
            models.Index(
                fields=["unit", "turn_at", "id"],
                name="duty_open",
                condition=OPEN,
            ),
            models.Index(fields=["organisation", "turn_at", "id"], name="duty_of_all", condition=OPEN),
            models.Index(fields=["case"], name="duty_owed_on", condition=OPEN),
            models.Index(fields=["organisation", "kind", "turn_at", "id"], name="duty_of_kind", condition=OPEN),
            models.Index(
                fields=["unit", "discharged_at"], name="duty_done", condition=models.Q(discharged_at__isnull=False)
            ),
            models.Index(
                fields=["unit", "withdrawn_at"], name="duty_gone", condition=models.Q(withdrawn_at__isnull=False)
            ),
            models.Index(fields=["timer_at"], name="duty_timer", condition=models.Q(timer_at__isnull=False)),
            models.Index(
                fields=["organisation", "due_at"], name="duty_due", condition=models.Q(withdrawn_at__isnull=True)
            ),
        ]


class Text(models.Model):
    """Free text, sealed under a petitioner's key; the ledger holds only its id and a salted commitment.

    ``indexed``: a worker has looked whether it is to be found by its words (``huiyin.search``).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    case = models.UUIDField(db_index=True)
    petitioner = reference(Petitioner)
    sealed = models.BinaryField()
    indexed = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], name="text_not_indexed", condition=models.Q(indexed=False))]


class Submission(models.Model):
    """One contact as it arrived; never changed afterwards."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, related_name="submissions", db_constraint=False)
    receipt = models.CharField(max_length=30, unique=True)
    channel = models.CharField(max_length=20)
    headcount = models.PositiveIntegerField()
    petitioner = reference(Petitioner)
    title = models.UUIDField(null=True)
    text = models.UUIDField()
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    ending = models.CharField(max_length=6)  # of the receipt
    taken_in_by = reference(
        Account, null=True
    )  # who of the staff registered it, and so saw its code; None: the petitioner did so themselves

    class Meta:
        indexes = [
            models.Index(fields=["ending"], name="submission_by_ending"),
            models.Index(fields=["organisation", "registered_at"], name="submission_by_time"),
        ]


class Attachment(models.Model):
    """A file that came with a submission or an action; its name (behind a salt) and content are sealed.

    ``digest`` is the salted commitment by which the ledger binds it: a plain digest would outlive an erasure. ``reading`` is empty once it was
    looked through (``door.files.reading``).
    """

    class FileReading(models.TextChoices):
        """Why a file is opened by nobody: nobody has looked it through, or it bears the marking of a state secret."""

        WAITING = "waiting"
        WITHHELD = "withheld"

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", db_constraint=False)
    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="attachments", db_constraint=False, null=True
    )
    petitioner = reference(Petitioner)
    name = models.BinaryField()
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    place = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    reading = models.CharField(max_length=8, choices=FileReading.choices, blank=True, default="", db_default="")


class Notice(models.Model):
    """A document issued on a case; its wording comes from the action recorded as event ``action_seq``.

    ``series``, ``period`` and ``number`` say which document of its year it is, in the register of ``issuer``; those of sealed cases run in a
    series of their own. Without ``issuer`` it was counted by the organisation whose case it is; documents of v0.1.0 were not counted.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notices", db_constraint=False)
    kind = models.CharField(max_length=60)
    addressee = models.CharField(max_length=20)
    action_seq = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    clause = models.JSONField()
    series = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    issuer = reference(Organisation, null=True)
    period = models.CharField(max_length=4, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["issued_at"], name="notice_by_time")]


class DocumentRecord(models.Model):
    """A document that is written, changed and approved before it is issued; as a notice it then has the same id.

    ``version`` is the newest, ``approved_version`` the one that was approved last. ``issuer`` is the organisation whose document it is, in
    whose register it has its number once it was approved; a void one keeps it. ``replaces`` is the issued document that it replaces.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", db_constraint=False)
    kind = models.CharField(max_length=60)
    issuer = reference(Organisation)
    status = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    approved_version = models.PositiveIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    series = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=4, blank=True)
    number = models.PositiveIntegerField(null=True)
    replaces = models.UUIDField(null=True)
    reason = models.UUIDField(null=True)  # the text that says why it is void
    correction = models.UUIDField(null=True)  # the text that says why the document that it replaces is corrected
    sealed_at = models.DateTimeField(null=True)
    sealed_by = reference(Account, null=True)
    scan = models.UUIDField(null=True)  # the picture of the document as it was signed by hand
    drafted_at = models.DateTimeField()

    class Meta:
        db_table = "casework_paperrecord"  # rows are committed to under the name of their table
        indexes = [
            models.Index(fields=["issuer", "status"], name="paper_by_status"),
            models.Index(fields=["replaces"], name="paper_replacing", condition=models.Q(replaces__isnull=False)),
        ]


class DocumentVersion(models.Model):
    """One text of a document: ``id`` is the sealed text, ``digest`` the commitment by which it is approved; ``author`` None: the system.

    ``seq`` is the event that brought it, ``comments`` the sealed text of what was said at its passages when it was sent back.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="paper_versions", db_constraint=False)
    paper = models.ForeignKey(DocumentRecord, models.PROTECT, related_name="versions", db_constraint=False)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    author = reference(Account, null=True)
    at = models.DateTimeField()
    seq = models.PositiveIntegerField()
    comments = models.UUIDField(null=True)

    class Meta:
        db_table = "casework_paperversion"
        constraints = [models.UniqueConstraint(fields=["paper", "version"], name="paper_version_once")]
        indexes = [models.Index(fields=["digest"], name="paper_version_digest")]
