"""Swapping shifts: asked by one, agreed by the other, approved by somebody who is neither of the two."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.language import gettext_noop
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import Closed, DoesNotFit
from huiyin.rota.availability import availability
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import OPEN_SWAPS, Shift, Swap
from huiyin.rota.on_duty import read_anew
from huiyin.rota.rights import may_approve
from huiyin.rota.solver import ONE_DAY
from huiyin.rota.words import WHY, day_words

SwapDecision = Literal["agree", "refuse", "withdraw", "approve", "decline"]
SwapState = Swap.SwapState


class NotTheirs(DoesNotFit):
    """Raised when somebody decides on a swap that is not theirs to decide."""

    to_do = gettext_noop("请由被请求的人，或者双方以外的人办理")


def ask(swap: Swap, by: By) -> Swap:
    """Ask a colleague to take a shift. Raises DoesNotFit where it is not one's own, has passed, was asked already, or could not be served."""
    with transaction.atomic():
        shift = Shift.objects.select_for_update().select_related("rota").get(id=swap.shift_id)
        if shift.account_id != by.account.id:
            raise NotTheirs("the shift is somebody else's", _("只能换自己的班次"))
        if Swap.objects.filter(Q(shift=shift) | Q(back=shift), state__in=OPEN_SWAPS).exists():
            raise DoesNotFit("a swap is asked for already", _("这个班次已经在申请换班，请等结果，或者先撤回"))
        swap.asked_by, swap.asked_at, swap.state = by.account, by.at, SwapState.ASKED
        _refuse_unless_possible(swap, by)
        swap.save(force_insert=True)
        put_on_record("ask_swap", [swap], by, str(swap))
    return swap


def decide(swap: Swap, decision: SwapDecision, by: By) -> Swap:
    """Carry on with a swap. Raises NotTheirs, Closed where it is over, DoesNotFit where what it asks for has become impossible."""
    with transaction.atomic():
        kept = Swap.objects.select_for_update().get(id=swap.id)
        if kept.state not in OPEN_SWAPS:
            raise Closed("the swap is over", _("这次换班已经有结果了"))
        _refuse_unless_theirs(kept, decision, by)
        changed: list[Shift] = []
        if decision in ("agree", "approve"):
            _refuse_unless_possible(kept, by)
        if decision == "agree":
            kept.agreed_at, kept.state = by.at, SwapState.AGREED
        elif decision == "approve":
            changed = _change_hands(kept, by)
            transaction.on_commit(read_anew)
            kept.state = SwapState.APPROVED
        else:
            kept.state = {"refuse": SwapState.REFUSED, "decline": SwapState.DECLINED, "withdraw": SwapState.WITHDRAWN}[
                decision
            ]
        if decision in ("approve", "decline"):
            kept.decided_at, kept.decided_by = by.at, by.account
        kept.save()
        put_on_record(f"{decision}_swap", [kept, *changed], by, str(kept))
    return kept


def swaps_of(organisation: UUID) -> QuerySet[Swap]:
    """The swaps of an organisation, the latest first."""
    rows = Swap.objects.filter(shift__organisation=organisation).order_by("-asked_at", "-id")
    return rows.select_related("shift__rota", "back", "asked_by", "asked_of", "decided_by")


def asked_of(person: UUID) -> QuerySet[Swap]:
    """The swaps that wait for the word of ``person``."""
    return Swap.objects.filter(asked_of=person, state=SwapState.ASKED)


def _refuse_unless_theirs(swap: Swap, decision: SwapDecision, by: By) -> None:
    person = by.account.id
    is_theirs = {
        "agree": person == swap.asked_of_id and swap.state == SwapState.ASKED,
        "refuse": person == swap.asked_of_id and swap.state == SwapState.ASKED,
        "withdraw": person == swap.asked_by_id,
        "approve": swap.state == SwapState.AGREED and may_approve(by.actor, swap),
        "decline": swap.state == SwapState.AGREED and may_approve(by.actor, swap),
    }[decision]
    if not is_theirs:
        words = _("这一步不由您办理：换班由对方同意，再由换班双方以外的负责人批准")
        raise NotTheirs("not theirs to decide", words)


def _refuse_unless_possible(swap: Swap, by: By) -> None:
    """Each of the two can serve what they get: in post, not away, not twice a day, not on two days running."""
    there = [one for one in (swap.shift, swap.back) if one is not None]
    in_force = shifts_in_force(by.organisation, by.day).filter(id__in=[one.id for one in there])
    if in_force.count() != len(there):
        raise DoesNotFit("the shift has passed or was replaced", _("班次已经过去或者重排，不能再换"))
    if swap.back is not None and (swap.back.account_id, swap.back.rota.group) != (
        swap.asked_of_id,
        swap.shift.rota.group,
    ):
        raise DoesNotFit("the other shift is not theirs", _("换回的班次须是对方的同类班次"), "back")
    _refuse_if_burdened(swap.shift, swap.asked_of_id, swap.back, by)
    if swap.back is not None:
        _refuse_if_burdened(swap.back, swap.asked_by_id, swap.shift, by)


def _refuse_if_burdened(shift: Shift, person: UUID, given: Shift | None, by: By) -> None:
    found = availability(by.organisation, {person}, [shift.day])
    account = next(iter(found.accounts.values()))
    because = found.why(account.id, shift.day)
    if because is not None:
        words = _("%(name)s %(day)s %(why)s，不能接这个班") % {
            "name": account,
            "day": day_words(shift.day),
            "why": WHY[because],
        }
        raise DoesNotFit("they are away that day", words, "asked_of")
    near = shifts_in_force(by.organisation, shift.day - ONE_DAY, shift.day + ONE_DAY).filter(account=account)
    others = near.exclude(id__in=[one.id for one in (shift, given) if one is not None])
    if others.exists():
        words = _("%(name)s 在 %(day)s 前后已有班次，同一人不连续两天值班") % {
            "name": account,
            "day": day_words(shift.day),
        }
        raise DoesNotFit("they would serve on two days running", words, "asked_of")


def _change_hands(swap: Swap, by: By) -> list[Shift]:
    pairs = [(swap.shift_id, swap.asked_of_id)]
    if swap.back_id is not None:
        pairs.append((swap.back_id, swap.asked_by_id))
    changed = []
    for id, person in pairs:
        shift = Shift.objects.select_for_update().get(id=id)
        there = availability(by.organisation, {person}, [shift.day])
        shift.account_id, shift.post_id = person, there.posts[person, shift.day]
        shift.save(update_fields=["account", "post"])
        changed.append(shift)
    return changed
