"""Changing the text of a document before it is issued, and voiding it: commands beside the actions of the rulebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.casework.sealed.texts import UnsealedText, read_texts
from huiyin.documents.content import Block
from huiyin.documents.drafting.held import missing, missing_in_correction
from huiyin.documents.drafting.text import MAX_BLOCKS, MAX_CHARS, DocumentText, bare_heading, hollow_headings
from huiyin.documents.facts import cleaned
from huiyin.door import accusing
from huiyin.door.accused import by_staff
from huiyin.door.consequences.following import have_followed
from huiyin.door.documents.writing import DocumentWriting
from huiyin.door.held import Held, holding
from huiyin.door.outcome import Accepted, NoSuchCase, Rejected
from huiyin.people.accusable import Accusable, custody_of
from huiyin.people.checks import clean_text
from huiyin.people.ids import new_id
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.amending.documents import EDIT, VOID, DocumentObstacle, edited, may_edit, may_void, voided
from huiyin.procedure.amending.kept_out import shut_out
from huiyin.procedure.command import Accusation, Actor, CaseId, Command
from huiyin.procedure.decision import Decision
from huiyin.procedure.documents.correction import is_correction
from huiyin.procedure.seating import NoSeat
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load

MAX_REASON_CHARS = 500
STALE: Literal["stale"] = "stale"


@dataclass(frozen=True, slots=True)
class NewText:
    """What is to stand on a document from now on, by whoever read version ``base`` of it."""

    document: UUID
    base: int
    blocks: Sequence[Block] = field(repr=False)


def edit_document(case: UUID, new_text: NewText, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Give a document another body, or say why not; the caller has made sure that ``actor`` may see the case.

    Where somebody else has changed it since ``base`` nothing is written, and the error's code is ``stale``. Raises NoSuchCase, Conflict.
    """
    return on_held_cases(case, lambda held: _edit(new_text, actor, at, held[case], held))


def void_document(case: UUID, document: UUID, reason: str, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Void a document, which keeps its number, or say why not; otherwise as ``edit_document``."""
    return on_held_cases(case, lambda held: _void(document, reason, actor, at, held[case], held))


def on_held_case(case: UUID, work: Callable[[Case], Accepted | Rejected]) -> Accepted | Rejected:
    """What ``work`` makes of the locked case, or that nothing of it can be sealed or owed any more. Raises NoSuchCase, Conflict."""
    return on_held_cases(case, lambda held: work(held[case]))


def on_held_cases(case: UUID, work: Callable[[Held], Accepted | Rejected]) -> Accepted | Rejected:
    """As ``on_held_case``, where others may have to be locked as well."""
    try:
        return holding(case, work)
    except Case.DoesNotExist:
        raise NoSuchCase("there is no case with this id") from None
    except PetitionerErased:
        return Rejected((FormError("", "erased", _("保管期限已满，信访人资料已销毁")),))
    except NoSeat:
        return Rejected((FormError("", "no-seat", _("现在没有人可以重新审签，请管理员先设置岗位")),))


def why_not(why: DocumentObstacle) -> str:
    """Why a document may not be changed or voided, in words."""
    return {
        "not-open": _("这份文书已经发出或者作废，不能再改"),
        "ended": _("本事项已经办结，文书不再改动"),
        "not-yours": _("只有拟稿和审签这份文书的岗位可以改动"),
        "recused": _("您已回避本事项，不能改动文书"),
        "same-person": _("您办理过不得由同一人办理的步骤，须由他人改动"),
        "moved-on": _("审签以后本事项又有进展，不能再回到审签这一步"),
        "no-keeper": _("只有保管印章的岗位可以盖章"),
        "under-way": _("同一种文书还有一份没有发出，请先办完那一份"),
        "archived": _("本事项已经归档，文书不再更正"),
        "window-closed": _("申请复查、复核的期限已过或者已经提出申请，只能更正不改变决定的文字差错"),
    }[why]


def kind_of(state: State, document: UUID) -> str | None:
    """Of which kind a document is, if it is the newest of that kind."""
    return next((kind for kind, one in state.papers.items() if one.id == document), None)


def refused(why: DocumentObstacle) -> Rejected:
    """That it may not be done, with the reason in words."""
    return Rejected((FormError("", why, why_not(why)),))


def _edit(new_text: NewText, actor: Actor, at: datetime, case: Case, held: Held) -> Accepted | Rejected:
    rules, state = load(case.rulebook), codec.loads(case.state)
    kind = kind_of(state, new_text.document)
    obstacle = may_edit(rules, state, kind, actor) if kind is not None else "not-open"
    if kind is None or obstacle is not None:
        return refused(obstacle or "not-open")
    document = state.papers[kind]
    if document.version != new_text.base:
        return Rejected((FormError("", STALE, _("您打开之后别人改过这份文书；两份文字都在下面，请核对后再保存")),))
    stored = read_texts([document.text.id]).get(document.text.id)
    if stored is None:
        raise PetitionerErased("the text of the paper was erased")
    before = DocumentText.loads(stored)
    after = before.with_body(Block(cleaned(block.text), block.heading) for block in new_text.blocks)
    errors = [*_too_long(after), *_unfilled(after), *refused_texts(("", block.text) for block in after.body)]
    if not errors and after == before:
        errors.append(FormError("", "nothing-changed", _("没有改动任何内容")))
    if is_correction(document):
        asked: Iterable[str] = missing_in_correction(rules, state, kind, after)
    else:
        asked = missing(case, rules, kind, document, after)
    lacking = () if errors else tuple(asked)
    errors = errors or [*(FormError("", "lacking", line) for line in lacking), *_hollow(after, lacking)]
    if errors:
        return Rejected(tuple(errors))
    writing = DocumentWriting(case, rules, state, actor, at)
    decision = edited(rules, state, kind, _command(case, state, EDIT, actor, at), writing.sealed(after.dumps()))
    for event in decision.events:
        writing.add(event)
    known = {block.text for block in before.body}
    words = "\n".join(block.text for block in after.body if block.text not in known)
    lines, accusations = by_staff.in_own_words(words, state, actor, _directory(writing))
    return _shut_out(writing, lines, accusations, held)


def written_with_reason(writing: DocumentWriting, why: str, held: Held) -> Accepted:
    """Write what somebody of the staff does with a reason, with whom it speaks of as accused, or tells that others do, shut out."""
    lines, accusations = by_staff.in_quoted(why, writing.state, writing.actor, _directory(writing))
    return _shut_out(writing, lines, accusations, held)


def _directory(writing: DocumentWriting) -> Accusable:
    return Accusable(writing.case.organisation_id, writing.at, custody_of(writing.rules.book))


def _shut_out(
    writing: DocumentWriting, lines: Sequence[UnsealedText], accusations: tuple[Accusation, ...], held: Held
) -> Accepted:
    case, state, at = writing.case, writing.state, writing.at
    if not accusations or writing.rules.book.procedures[case.procedure].identifying is None:
        return Accepted(case, writing.write())
    writing.keep(lines)
    seats = accusing.seats_beside(accusations, case.organisation_id, at, state)
    command = replace(_command(case, state, EDIT, writing.actor, at), seats=seats, accusations=accusations)
    decision = shut_out(writing.rules, state, command)
    outcome = _written(case, writing, decision)
    have_followed(decision, at, held)
    return outcome


def _void(document: UUID, reason: str, actor: Actor, at: datetime, case: Case, held: Held) -> Accepted | Rejected:
    rules, state = load(case.rulebook), codec.loads(case.state)
    kind = kind_of(state, document)
    obstacle = may_void(rules, state, kind, actor) if kind is not None else "not-open"
    if kind is None or obstacle is not None:
        return refused(obstacle or "not-open")
    why, problems = clean_text("reason", reason, MAX_REASON_CHARS)
    if problems or not why:
        return Rejected((FormError("reason", "missing", _("请写明作废的理由，最多 %d 字") % MAX_REASON_CHARS),))
    if marked := tuple(refused_texts([("reason", why)])):
        return Rejected(marked)
    writing = DocumentWriting(case, rules, state, actor, at)
    decision = voided(rules, state, kind, _command(case, state, VOID, actor, at), writing.sealed(why))
    for event in decision.events:
        writing.add(event)
    return written_with_reason(writing, why, held)


def _command(case: Case, state: State, action: str, actor: Actor, at: datetime) -> Command:
    seats = accusing.seats_beside((), case.organisation_id, at, state)
    return Command(id=new_id(at), case=CaseId(case.id), action=action, actor=actor, at=at, seats=seats)


def _written(case: Case, writing: DocumentWriting, decision: Decision) -> Accepted:
    for event in decision.events:
        writing.add(event)
    return Accepted(case, writing.write())


def _too_long(text: DocumentText) -> list[FormError]:
    if text.chars > MAX_CHARS or len(text.body) > MAX_BLOCKS:
        return [
            FormError(
                "", "too-long", _("文书最多 %(chars)d 字、%(blocks)d 段") % {"chars": MAX_CHARS, "blocks": MAX_BLOCKS}
            )
        ]
    return []


def _hollow(text: DocumentText, lacking: Sequence[str]) -> list[FormError]:
    """A heading alone says nothing: whoever strikes out a passage strikes out its heading too, except where it is asked for and said to
    be ``lacking``.
    """
    alone = (text.body[at].text for at in hollow_headings(text.body))
    return [
        FormError("", "hollow", _("标题“%s”下面没有内容，请补上，或者把标题一并删去") % heading)
        for heading in alone
        if not any(f"“{bare_heading(heading)}”" in line for line in lacking)
    ]


def _unfilled(text: DocumentText) -> list[FormError]:
    """Nothing is filled in any more: what looks like a place to be filled in would go out as it stands."""
    if any(sign in block.text for block in text.body for sign in "{}"):
        return [FormError("", "unfilled", _("文中有花括号，像是没有填写的地方；请写成文字"))]
    return []
