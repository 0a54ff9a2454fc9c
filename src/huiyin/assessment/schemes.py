"""Schemes: which indicators units are judged by, and with what weight; shipped ones to begin with, and what no scheme may judge by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from huiyin.assessment.models import AssessmentScheme, SchemeVersion
from huiyin.assessment.refusals import SchemeFlawed
from huiyin.readiness.recording import By, put_on_record
from huiyin.rules.book.indicators import Indicator

ALL: Final = 100
"""What the weights of a scheme add up to."""
MAX_INDICATORS: Final = 20
MAX_LABEL_CHARS: Final = 60
MAX_EVIDENCE_CHARS: Final = 200
SHIPPED: Final = Path(__file__).parent / "shipped"
# Regulation Art. 39 judges how petition work is done; whoever loses by each petition turns petitioners away. The note of clause s3-6.2.1 says so too.
_NUMBERS_OF_PETITIONS: Final = re.compile(
    "(信访|上访|来访|来信|走访|投诉|举报|登记|越级访|重复访|集体访|进京访|赴省访|初访|重访)[^率]{0,6}((?<!质)量|数(?![据字])|件次|人次|批次|起数|排名|下降|减少|增长|零)"
    "|零(上访|信访|非访|进京)|(减少|压减|控制|降低)[^率]{0,4}(信访|上访|来访|来信|走访|投诉)(?![^，。；]*率)"
)
_PERSONS: Final = re.compile(
    "(信访人|上访人|上访户|重点人员?|老户)(员)?(?!.{0,4}(满意|评价|告知|答复|权利|回访|隐私|信息))"
)


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """An indicator of a scheme.

    ``name`` tells it from the others of its version; ``weight`` is in hundredths; ``source`` is an indicator of the rulebook, which the ledger
    counts, empty: the unit reports. ``evidence`` says what it is shown by.
    """

    name: str
    label: str
    weight: int
    source: str = ""
    evidence: str = ""


def rules_of(version: SchemeVersion) -> tuple[IndicatorRule, ...]:
    """The indicators of a version, in their order."""
    return tuple(IndicatorRule(**one) for one in version.indicators)


def check(rules: Sequence[IndicatorRule], counted: Mapping[str, Indicator]) -> None:
    """Raises SchemeFlawed for what is no scheme; ``counted`` are the indicators of the rulebook."""
    if not rules:
        raise SchemeFlawed("no indicator", _("至少要有一项指标"))
    if len(rules) > MAX_INDICATORS:
        raise SchemeFlawed("too many", _("指标最多 %(most)d 项，请合并") % {"most": MAX_INDICATORS})
    labels = [rule.label for rule in rules]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise SchemeFlawed("an indicator twice", _("“%(label)s”写了两次，请合并") % {"label": twice})
    for rule in rules:
        _check_one(rule, counted)
    weights = sum(rule.weight for rule in rules)
    if weights != ALL:
        words = {"sum": weights, "rest": abs(ALL - weights)}
        raise SchemeFlawed(
            "the weights do not add up",
            (
                _("权重合计为 %(sum)d，还差 %(rest)d，须正好 100")
                if weights < ALL
                else _("权重合计为 %(sum)d，多了 %(rest)d，须正好 100")
            )
            % words,
        )


def _check_one(rule: IndicatorRule, counted: Mapping[str, Indicator]) -> None:
    label = {"label": rule.label}
    if not 1 <= rule.weight <= ALL:
        raise SchemeFlawed("no weight", _("“%(label)s”的权重须是 1 到 100 的整数") % label)
    if rule.source and rule.source not in counted:
        raise SchemeFlawed("nothing counts it", _("“%(label)s”选的指标不在现行规程中，请另选") % label)
    if _NUMBERS_OF_PETITIONS.search(rule.label):
        words = _(
            "“%(label)s”以信访的数量为考核内容：不得考核信访数量，以免为了少登记而不让人反映。请改为考核办理的质量和时限"
        )
        raise SchemeFlawed("the number of petitions", words % label)
    if _PERSONS.search(rule.label):
        words = _("“%(label)s”以信访人为考核内容：考核的是工作，不是信访人。请改为考核办理的质量和时限")
        raise SchemeFlawed("persons who petition", words % label)


def keep_scheme(
    scheme: AssessmentScheme, rules: Sequence[IndicatorRule], counted: Mapping[str, Indicator], by: By
) -> SchemeVersion:
    """Write a scheme, new or changed, as its next version; runs that stand keep theirs. Raises SchemeFlawed."""
    check(rules, counted)
    with transaction.atomic():
        AssessmentScheme.objects.select_for_update().filter(id=scheme.id).first()
        scheme.save()
        position = scheme.versions.count() + 1
        version = SchemeVersion.objects.create(
            scheme=scheme, position=position, indicators=[asdict(rule) for rule in rules], at=by.at, by=by.account
        )
        put_on_record("keep_assessment_scheme", [scheme, version], by, scheme.title)
    return version


def newest(scheme: AssessmentScheme) -> SchemeVersion:
    """What a scheme says now."""
    found = scheme.versions.order_by("-position").first()
    assert found is not None  # a scheme is written with its first version
    return found


def shipped(book: str) -> tuple[str, tuple[IndicatorRule, ...]] | None:
    """Title and indicators of the scheme that comes with a rulebook; None where none does."""
    path = SHIPPED / f"{book}.yaml"
    if not path.is_file():
        return None
    read = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return read["title"], tuple(IndicatorRule(**one) for one in read["indicators"])
