"""The kinds of job: their names, what a row of each holds, and how long and how often a worker tries it.

What is done about one stands in `huiyin.worker`, which may import everything; this may be imported by all who queue work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from huiyin.jobs.models import Job

NOTICE: Final = "notice"
MAIL: Final = "mail"
WHAT_IF: Final = "what-if"
PROOF: Final = "proof"
RECALCULATION: Final = "recalculation"
RESET: Final = "password-reset"
INVITATION: Final = "invitation"
OLD_REGISTER: Final = "old-register"
BUNDLE: Final = "bundle"
ARCHIVE: Final = "archive"
STAFF_MAIL: Final = "staff-mail"
REGISTER_EXPORT: Final = "register-export"
MAILBOX: Final = "mailbox"
MAILED_RECEIPT: Final = "mailed-receipt"
GROUP_CHAT: Final = "group-chat"
FILE_READING: Final = "file-reading"
DRILL: Final = "drill"
ROTA: Final = "rota"
REHEARSAL: Final = "rehearsal"
RULEBOOK_CHANGE: Final = "rulebook-change"
NAMED_BEFORE: Final = "named-before"


@dataclass(frozen=True, slots=True)
class JobKind:
    """How jobs of one name are treated: how many a worker takes at once, for how long it has them alone, how often they are tried.

    The lease must outlast what is done about all that are taken at once, or about one piece of a long job.
    """

    at_once: int
    lease: timedelta
    max_attempts: int


KINDS: Final[Mapping[str, JobKind]] = {
    NOTICE: JobKind(at_once=10, lease=timedelta(minutes=5), max_attempts=12),
    # A mail server that does not answer is waited for 20 seconds (EMAIL_TIMEOUT).
    MAIL: JobKind(at_once=10, lease=timedelta(minutes=5), max_attempts=12),
    STAFF_MAIL: JobKind(at_once=10, lease=timedelta(minutes=5), max_attempts=5),
    WHAT_IF: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=3),
    PROOF: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=3),
    RECALCULATION: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=3),
    RESET: JobKind(at_once=10, lease=timedelta(minutes=5), max_attempts=5),
    INVITATION: JobKind(at_once=10, lease=timedelta(minutes=5), max_attempts=5),
    OLD_REGISTER: JobKind(at_once=1, lease=timedelta(minutes=10), max_attempts=3),
    BUNDLE: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=3),
    REGISTER_EXPORT: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=3),
    # A mail server that does not answer is waited for 20 seconds at each step; a mailbox that cannot be read is no failure of the job.
    MAILBOX: JobKind(at_once=1, lease=timedelta(minutes=15), max_attempts=3),
    MAILED_RECEIPT: JobKind(at_once=10, lease=timedelta(minutes=5), max_attempts=12),
    # A service that does not answer is waited for ten seconds at each step.
    GROUP_CHAT: JobKind(at_once=5, lease=timedelta(minutes=5), max_attempts=8),
    # Planning gives up by itself after some seconds.
    ROTA: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=3),
    # A PDF is waited for three minutes, the words of a file of 60 MB are gone through in one.
    FILE_READING: JobKind(at_once=1, lease=timedelta(minutes=10), max_attempts=5),
    # A drill is waited for four minutes.
    DRILL: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=2),
    # A rehearsal is waited for two minutes.
    REHEARSAL: JobKind(at_once=1, lease=timedelta(minutes=5), max_attempts=2),
    # A proof is waited for four minutes.
    RULEBOOK_CHANGE: JobKind(at_once=1, lease=timedelta(minutes=10), max_attempts=3),
    # A name that stands in hundreds of matters is read in each.
    NAMED_BEFORE: JobKind(at_once=1, lease=timedelta(minutes=30), max_attempts=5),
    # A file of hundreds of documents takes minutes: each is set as PDF.
    ARCHIVE: JobKind(at_once=1, lease=timedelta(minutes=30), max_attempts=5),
}
UNKNOWN: Final = JobKind(at_once=50, lease=timedelta(minutes=2), max_attempts=1)
"""For a name that another version of the system has queued."""


def kind_of(what: str) -> JobKind:
    """How jobs of this name are treated."""
    return KINDS.get(what, UNKNOWN)


def notice(organisation: UUID, case: UUID, seq: int, notice: UUID, to: str, at: datetime) -> Job:
    """Tell ``to`` (petitioner, unit, …) of a notice that event ``seq`` of a case has issued.

    The key is case, event and kind, so that the receiving side can drop a repeat.
    """
    payload = {"notice": notice.hex, "to": to}
    return Job(what=NOTICE, key=f"{case.hex}:{seq}:{NOTICE}", organisation_id=organisation, payload=payload, due_at=at)


def mail(notice_job: Job, petitioner: UUID, at: datetime) -> Job:
    """Write to one petitioner of the notice that ``notice_job`` is about: one message, one recipient, one outcome."""
    return Job(
        what=MAIL,
        key=f"{notice_job.key}:{petitioner.hex}",
        organisation_id=notice_job.organisation_id,
        payload={"notice": notice_job.payload["notice"], "petitioner": petitioner.hex},
        due_at=at,
    )


def staff_mail(account: UUID, news: Sequence[tuple[str, str]], at: datetime) -> Job:
    """Write to somebody who works here: for each reason in ``news`` what it is about (the id of a duty, or of what waits for their word)."""
    payload = {"account": account.hex, "news": [list(one) for one in news]}
    return Job(what=STAFF_MAIL, key=f"{STAFF_MAIL}:{account.hex}:{at.isoformat()}", payload=payload, due_at=at)


def group_chat(organisation: UUID, webhook: UUID, news: Sequence[tuple[str, str]], at: datetime) -> Job:
    """Write to a group chat of an organisation: for each reason in ``news`` which duty it is about."""
    payload = {"webhook": webhook.hex, "news": [list(one) for one in news]}
    key = f"{GROUP_CHAT}:{webhook.hex}:{at.isoformat()}"
    return Job(what=GROUP_CHAT, key=key, organisation_id=organisation, payload=payload, due_at=at)


def what_if(organisation: UUID, run: UUID, total: int, at: datetime) -> Job:
    """Replay the ``total`` cases that a what-if run asks about."""
    return Job(
        what=WHAT_IF,
        key=what_if_key(run),
        organisation_id=organisation,
        payload={"run": run.hex},
        due_at=at,
        total=total,
    )


def drill(organisation: UUID, drill: UUID, at: datetime) -> Job:
    """Play a drill."""
    return Job(what=DRILL, key=drill_key(drill), organisation_id=organisation, payload={"drill": drill.hex}, due_at=at)


def drill_key(drill: UUID) -> str:
    """Under which the job of a drill is found."""
    return f"{DRILL}:{drill.hex}"


def rehearsal(asked: UUID, at: datetime) -> Job:
    """Walk a made-up matter through an organisation that is being set up."""
    return Job(what=REHEARSAL, key=rehearsal_key(asked), payload={"asked": asked.hex}, due_at=at)


def rehearsal_key(asked: UUID) -> str:
    """Under which the job of a rehearsal is found."""
    return f"{REHEARSAL}:{asked.hex}"


def rulebook_change(organisation: UUID, change: UUID, step: str, total: int, at: datetime) -> Job:
    """Look at what would follow from a change of an organisation's rulebook, or make it: ``step`` says which."""
    return Job(
        what=RULEBOOK_CHANGE,
        key=rulebook_change_key(change, step),
        organisation_id=organisation,
        payload={"change": change.hex, "step": step},
        due_at=at,
        total=total,
    )


def rulebook_change_key(change: UUID, step: str) -> str:
    """Under which the job of a change of a rulebook is found."""
    return f"{RULEBOOK_CHANGE}:{change.hex}:{step}"


def what_if_key(run: UUID) -> str:
    """Under which the job of a run is found."""
    return f"{WHAT_IF}:{run.hex}"


def proof(book: str, digest: str, system: str, at: datetime) -> Job:
    """Prove the rulebook ``book`` (as the store knows it) in the text with this digest, by the prover with the digest ``system``."""
    return Job(what=PROOF, key=proof_key(digest, system), payload={"book": book, "digest": digest}, due_at=at)


def proof_key(digest: str, system: str) -> str:
    """Under which the job of a proof is found."""
    return f"{PROOF}:{digest}:{system}"


def recalculation(holidays: str, total: int, at: datetime, since: date | None = None) -> Job:
    """Count the provisional dates of ``total`` cases anew by the holidays with this digest, or this id of a notice, and of those from
    ``since`` on all; the function that does it adds to the payload ``after``, the last case that was done.
    """
    payload = {"since": since.isoformat()} if since else {}
    return Job(what=RECALCULATION, key=f"{RECALCULATION}:{holidays}", payload=payload, due_at=at, total=total)


def reset(asked: UUID, addresses: Sequence[int], language: str, at: datetime) -> Job:
    """Send a link to set a new password to each of the confirmed ``addresses`` (their ids), in the language of whoever asked.

    It is queued for none as well, so that asking takes as long for an address that nobody has.
    """
    payload = {"addresses": list(addresses), "language": language}
    return Job(what=RESET, key=f"{RESET}:{asked.hex}", payload=payload, due_at=at)


def old_register(organisation: UUID, run: UUID, turn: int, total: int, at: datetime) -> Job:
    """Look at, or bring in, the ``total`` lines of an old register that was handed in; ``turn`` is how often that was asked for."""
    key = f"{OLD_REGISTER}:{run.hex}:{turn}"
    payload = {"run": run.hex, "turn": turn}
    return Job(what=OLD_REGISTER, key=key, organisation_id=organisation, payload=payload, due_at=at, total=total)


def invitation(invitation: UUID, organisation: UUID | None, language: str, at: datetime) -> Job:
    """Make the link of an invitation and mail it, in the language of whoever invited."""
    payload = {"invitation": invitation.hex, "language": language}
    return Job(
        what=INVITATION, key=invitation_key(invitation), organisation_id=organisation, payload=payload, due_at=at
    )


def archive(organisation: UUID, case: UUID, seq: int, at: datetime) -> Job:
    """Make the package of a case that event ``seq`` has archived, and put it away."""
    return Job(
        what=ARCHIVE,
        key=archive_key(case, seq),
        organisation_id=organisation,
        payload={"case": case.hex},
        due_at=at,
    )


def archive_key(case: UUID, seq: int) -> str:
    """Under which the job of a package is found."""
    return f"{ARCHIVE}:{case.hex}:{seq}"


def rota(organisation: UUID, asked: UUID, at: datetime) -> Job:
    """Plan a rota that somebody asked for."""
    key, payload = f"{ROTA}:{asked.hex}", {"asked": asked.hex}
    return Job(what=ROTA, key=key, organisation_id=organisation, payload=payload, due_at=at, total=1)


def file_reading(organisation: UUID, file: UUID, at: datetime) -> Job:
    """Look through a file that was held back when it came in."""
    payload = {"file": file.hex}
    return Job(what=FILE_READING, key=file_reading_key(file), organisation_id=organisation, payload=payload, due_at=at)


def file_reading_key(file: UUID) -> str:
    """Under which the job is found that looks a file through."""
    return f"{FILE_READING}:{file.hex}"


def invitation_key(invitation: UUID) -> str:
    """Under which the job that mails an invitation is found."""
    return f"{INVITATION}:{invitation.hex}"


def bundle(organisation: UUID, bundle: UUID, total: int, at: datetime) -> Job:
    """Print the ``total`` documents of a bundle into one file."""
    payload = {"bundle": bundle.hex}
    return Job(
        what=BUNDLE, key=bundle_key(bundle), organisation_id=organisation, payload=payload, due_at=at, total=total
    )


def named_before(account: UUID, since: datetime, at: datetime, *, is_renamed: bool) -> Job:
    """Look through what petitioners wrote before for the name of somebody who was appointed, or renamed, at ``since``; done again ``at`` a later
    moment, of files those alone that came in shortly before and since.
    """
    key = f"{NAMED_BEFORE}:{account.hex}:{since.isoformat()}:{at.isoformat()}"
    payload: dict[str, object] = {"account": account.hex, "renamed": is_renamed}
    if at > since:
        payload["since"] = (since - (at - since)).isoformat()
    return Job(what=NAMED_BEFORE, key=key, payload=payload, due_at=at)


def bundle_key(bundle: UUID) -> str:
    """Under which the job of a bundle is found."""
    return f"{BUNDLE}:{bundle.hex}"


def register_export(organisation: UUID, export: UUID, total: int, at: datetime) -> Job:
    """Write the ``total`` rows of a register into a file."""
    key = f"{REGISTER_EXPORT}:{export.hex}"
    payload = {"export": export.hex}
    return Job(what=REGISTER_EXPORT, key=key, organisation_id=organisation, payload=payload, due_at=at, total=total)


def mailbox(label: str, at: datetime) -> Job:
    """Take in what is new in the mailbox of this name."""
    key = f"{MAILBOX}:{sha256(label.encode()).hexdigest()}"
    return Job(what=MAILBOX, key=key, payload={"mailbox": label}, due_at=at)


def mailed_receipt(organisation: UUID, submission: UUID, at: datetime) -> Job:
    """Answer whoever petitioned by mail with receipt and query code."""
    key = f"{MAILED_RECEIPT}:{submission.hex}"
    payload = {"submission": submission.hex}
    return Job(what=MAILED_RECEIPT, key=key, organisation_id=organisation, payload=payload, due_at=at)
