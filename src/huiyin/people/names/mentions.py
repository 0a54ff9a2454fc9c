"""Whether somebody who is named should not read what names them, where no word of it accuses anybody. Pure.

No list holds every word by which something bad is said of somebody. So whoever works here and is called in what a petitioner says counts, by
their name, title or post, unless they are greeted or asked (``neutral``), or were met or thanked in a text that says nothing bad of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

from huiyin.people.names.calls import Calls, calls_of, is_elsewhere, is_general, surnamed_in
from huiyin.people.names.common_words import is_word
from huiyin.people.names.directory import Index
from huiyin.people.names.hints import (
    BEFORE,
    accuses,
    accusing_words,
    is_accused,
    is_named,
    pattern,
    spoken_lines,
    whole_in_letters,
)
from huiyin.people.names.neutral import CLAUSE_END, is_neutral
from huiyin.people.names.spelling import MIN_PART, surname_of

_JOINING: Final = "和与同及"
_UNSAID: Final = re.compile("[()（）“”\"'‘’《》〈〉「」『』【】\\[\\]、]")
_REPORTED: Final = re.compile(
    "(?:来[访信电]人|信访人|反映人|举报人|投诉人|上访人|申请人|当事人|群众|家属|村民|居民|职工|业主|现场有人|有人|对方|代表|他们?|她)[^，,；;。！？!?]{0,12}?"
    "(?:反映|称|说|讲|表示|指|提出|控诉|举报|喊|要求|请求|诉求|意见|提问|更正|质疑|认为|写|骂|问)|写着|写有|口号|喊着?|横幅|标语|传单|自称|声称"
)
_OFFICE_DID: Final = re.compile(
    "(?:已|我[局处们科队所]?|经|本[局处]|现已|接待人员|工作人员|值班|登记|告知|处置|请|建议|拟|随后由|民警)"
)
_AS_IN: Final = re.compile(r"([\u4e00-\u9fff])[\u4e00-\u9fff]{0,2}的\1")
_COMES: Final = re.compile(
    "(?:里?的?(?:人|同志|领导|干部|工作人员))?(?:有人|多次|一直|还|又|也)*(?:打电话|来电|来人|来找|找|让我|叫我|要我|逼|威胁|派人|不许|不让|劝)"
)
_ASKED_OF: Final = re.compile("(?:请|望|盼|求|希望|建议|向|到|找|对|给|让|由|让)(?:贵|你)?$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Whom a sentence speaks of; ``office``: it says of the office, or of people in it whom nobody can find, what is corrupt."""

    people: frozenset[UUID] = frozenset()
    office: bool = False


def spoken_of_in_each(sentences: Sequence[str], index: Index, *, in_doubt: bool = False) -> list[Spoken]:
    """Whom each of the ``sentences`` of a text says anything of that is not plainly harmless (``neutral``), by whatever words. ``in_doubt``: the
    matter accuses already, or something was found in the text that does.
    """
    lines = [_UNSAID.sub("", line) for line in spoken_lines(sentences)]
    bad = in_doubt or any(map(is_bad, lines))
    calls = calls_of(index)
    return [
        Spoken(
            frozenset({*_by_name(line, index, bad=bad), *_by_call(line, index, calls, in_doubt=in_doubt)}),
            _accuses_office(line, calls, in_doubt=in_doubt),
        )
        for line in lines
    ]


def is_bad(line: str) -> bool:
    """Whether a line says or demands anything bad of anybody."""
    return accuses(line) or is_harmful(line) or pattern("private", "demands", "taken").search(line) is not None


def _by_name(line: str, index: Index, *, bad: bool) -> Iterator[UUID]:
    """By a whole name, in characters or in letters."""
    for at, name in named_in(line, index):
        if name not in index.whole_names or (
            is_neutral(line, at, at + len(name), is_bad=bad) and not _is_demanded(line, at)
        ):
            continue
        if not is_word(line, at, name, index.titles) or _does_harm(line, at + len(name)):
            yield from index.bearers[name]
    for person, found in whole_in_letters(line, index):
        if not is_neutral(line, found.start(), found.end(), is_bad=bad):
            yield person
    yield from _spelt_out(line, index)


def _does_harm(line: str, at: int) -> bool:
    """Whether what somebody did stands there who holds an office: 许诺要了两万."""
    found = pattern("corruption", "conduct", "taken", "private").search(line, at, at + BEFORE)
    return found is not None and found.start() - at <= MIN_PART


def _spelt_out(line: str, index: Index) -> Iterator[UUID]:
    """By a surname and words in which the rest stands: 关耳郑，严格的严."""
    parts = {found[1] for found in _AS_IN.finditer(line)}
    if parts:
        yield from (
            person.id
            for person, name in index.people
            if len(name) >= MIN_PART and name[:1] in line and parts.issuperset(name[len(surname_of(name)) :])
        )


def _by_call(line: str, index: Index, calls: Calls, *, in_doubt: bool) -> Iterator[UUID]:
    """By surname and title, by post, or by a familiar name."""
    bad = in_doubt or is_bad(line)
    plain = pattern("not_names").sub(lambda found: "，" * len(found[0]), line)
    surnamed = list(surnamed_in(plain, calls))
    for at, name in surnamed:
        if not _is_let_go(line, at, at + len(name), calls, bad=bad):
            yield from calls.surnamed[name]
    taken = {place for at, name in surnamed for place in range(at, at + len(name))}
    for found in calls.post.finditer(line):
        if found.start() in taken or is_named(line, found.end(), index) or not _is_post(line, found, calls):
            continue
        if not _is_let_go(line, found.start(), found.end(), calls, bad=bad):
            yield from calls.posts[found[0]]
    if in_doubt or pattern("at_work", "taken", "private").search(line):
        for found in calls.familiar.finditer(plain):
            if not _is_let_go(line, found.start(), found.end(), calls, bad=bad):
                family = found["after"] or found["before"]
                yield from calls.families[family] if family else calls.given[found["given"]]


def _is_post(line: str, found: re.Match[str], calls: Calls) -> bool:
    """Whether a title stands there as that of somebody here; one that is in every place only beside what they did, or the place."""
    if (
        line[found.end() : found.end() + 1] in tuple("处室员队组科工局会们机委厅院部站大总支")
        and found[0] + "员" in calls.posts
    ):
        return False
    if line[: found.start()].endswith(("总", "担任", "就任", "当", "兼")):  # 总书记, 当局长
        return False
    if not is_general(found[0]):
        return True
    clause = CLAUSE_END.split(line[found.end() :])[0]
    here = line[: found.start()].endswith(accusing_words()["here"])
    return here or pattern("corruption", "conduct", "taken", "private").search(clause) is not None


def _is_let_go(line: str, start: int, end: int, calls: Calls, *, bad: bool) -> bool:
    before = CLAUSE_END.split(line[:start])[-1]
    return is_elsewhere(before, calls) or is_neutral(line, start, end, is_bad=bad)


def _accuses_office(line: str, calls: Calls, *, in_doubt: bool) -> bool:
    """Whether it says of the office, of a unit or of somebody there who has no name, what is corrupt: 督察处集体收受贿赂; where the matter
    accuses already, that they come to whoever said so: 督察处打电话让我撤回.
    """
    if not in_doubt and pattern("corruption", "taken").search(line) is None:
        return False
    places = [found.end() for found in calls.office.finditer(line) if not _ASKED_OF.search(line[: found.start()])]
    come = in_doubt and any(_COMES.match(line, at) for at in places)
    return come or any(_corruptly().match(line, at) for at in places) or _who_does().search(line) is not None


def only_as_words(sentences: Sequence[str], index: Index, names: AbstractSet[str]) -> set[str]:
    """Which of the whole ``names`` stand in the ``sentences`` as words of the language alone, of which nothing bad is said: 老板许诺."""
    as_words, as_names = set[str](), set[str]()
    for line in spoken_lines(sentences):
        for at, name in named_in(line, index):
            if name in names and name in index.whole_names:
                is_name = not is_word(line, at, name, index.titles) or _does_harm(line, at + len(name))
                (as_names if is_name else as_words).add(name)
    return as_words - as_names


def reports(text: str) -> bool:
    """Whether what staff write down tells what others said: 来访人称, 横幅上写着."""
    return _REPORTED.search(text) is not None


def reported(sentences: Sequence[str]) -> list[str]:
    """Of each of the ``sentences`` that staff wrote down what others said, from where that is told on; nothing of those before, and of what
    the office did.
    """
    parts, is_told = list[str](), False
    for sentence in sentences:
        found = _REPORTED.search(sentence)
        goes_on = is_told and not _OFFICE_DID.match(sentence)
        parts.append(sentence[found.start() :] if found else sentence if goes_on else "")
        is_told = bool(found) or goes_on
    return parts


def mentioned_at_all(sentences: Sequence[str], index: Index) -> set[str]:
    """Who is named in ``sentences`` of a matter that accuses: whole names always, a surname with a title unless it is asked something."""
    return {
        name
        for line in spoken_lines(sentences)
        for at, name in named_in(line, index)
        if name in index.whole_names or is_accused(line, at, name)
    }


def accuses_beside_office_words(sentences: Sequence[str], index: Index) -> bool:
    """Whether what somebody of the staff wrote down accuses, its office words aside, or asks that something be done to somebody named."""
    lines = [without_office_words(line) for line in spoken_lines(sentences)]
    return any(accuses(line) or any(_is_demanded(line, at) for at, _name in named_in(line, index)) for line in lines)


def is_harmful(line: str) -> bool:
    """Whether a line says anything bad of anybody."""
    return pattern("harm").search(pattern("not_harm").sub("，", line)) is not None


def without_office_words(line: str) -> str:
    """A line without the words by which an office calls its work and those who come to it; those of whom they complain stay: 被举报人."""
    return _office_words().sub("，", line)


@cache
def _office_words() -> re.Pattern[str]:
    return re.compile(f"(?<!被)(?:{pattern('office_words').pattern})")


@cache
def _corruptly() -> re.Pattern[str]:
    """What stands between an office and what was done in it: 的人, 集体, 负责登记的工作人员."""
    who = "(?:人|人员|工作人员|同志|领导|干部|女干部|负责人|一把手)"
    between = f"(?:集体|上下|全体|全都?是?|都是?|有人|[的里]?的?{who}|某些|个别|一些|多名|几个|经常|长期|多次|也|还|公然|利用职[权务](?:便利|之便)?|内部|纪委|(?:负责|分管|主管|管)[^，,；;。！？!?]{{1,8}}?的{who})"
    return re.compile(
        f"{between}{{0,4}}(?:来[^，,；;。！？!?]{{0,4}})?(?:就|也|都)?(?:{pattern('corruption', 'taken').pattern})"
    )


@cache
def _who_does() -> re.Pattern[str]:
    """Who is called by what they do here: 负责审查我信访的人."""
    return re.compile(
        rf"(?:负责|分管|主管|管|办)[^，,；;。！？!?]{{0,6}}(?:信访|举报|登记|接待|受理|我的?案子?|我的?事)[^，,；;。！？!?]{{0,2}}的[^，,；;。！？!?]{{0,3}}?(?:人|人员|同志|领导|干部)(?:也|都)?(?:{pattern('corruption', 'taken').pattern})"
    )


def _is_demanded(line: str, at: int) -> bool:
    """Whether something is asked to be done to whoever is named ``at`` this place: 处分登记员周一舟."""
    return pattern("demands").search(line[max(0, at - 2 * BEFORE) : at]) is not None


def named_in(line: str, index: Index) -> Iterator[tuple[int, str]]:
    """Where in a line somebody of ``index.bearers`` is named, and by what."""
    for at in range(len(line)):
        for name in index.by_beginning.get(line[at : at + MIN_PART], ()):
            # 老王和 is an old Wang and somebody else, not 王和.
            if line.startswith(name, at) and not (name[-1] in _JOINING and line[at - 1 : at] in tuple("老小大阿")):
                yield at, name
