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

from huiyin.people.names.calls import Calls, calls_of, is_elsewhere, is_general, is_of_another, surnamed_in
from huiyin.people.names.common_words import is_place, is_word
from huiyin.people.names.directory import Index, normal_title
from huiyin.people.names.disguised import Disguised, disguised_in, tells_of_office
from huiyin.people.names.higher import of_higher
from huiyin.people.names.hints import (
    BEFORE,
    accuses,
    accusing_words,
    is_accused,
    is_named,
    is_title_of,
    pattern,
    spoken_lines,
    whole_in_letters,
)
from huiyin.people.names.neutral import CLAUSE_END, is_list, is_neutral, says_what_was_done
from huiyin.people.names.offices import accuses_office, beside, by_function
from huiyin.people.names.rejoining import rejoined
from huiyin.people.names.spelling import MIN_PART, surname_of
from huiyin.people.names.word_ends import is_cut_out

_JOINING: Final = "和与同及"
_UNSAID: Final = re.compile("[()（）“”\"'‘’《》〈〉「」『』【】\\[\\]、]")
_REPORTED: Final = re.compile(
    "(?:来[访信电]人|信访人|反映人|举报人|投诉人|上访人|申请人|当事人|群众|家属|村民|居民|职工|业主|现场有人|有人|对方|代表|他们?|她)[^，,；;。！？!?]{0,12}?"
    "(?:反映|称|说|讲|表示|指|提出|控诉|举报|喊|要求|请求|诉求|意见|提问|更正|质疑|认为|写|骂|问)|写着|写有|口号|喊着?|横幅|标语|传单|自称|声称"
)
_OFFICE_DID: Final = re.compile(
    "(?:已|我[局处们科队所]?|经|本[局处]|现已|接待人员|工作人员|值班|登记|告知|处置|请|建议|拟|随后由|民警)"
)
_AND: Final = re.compile("[和与及、]?")
_AMONG: Final = re.compile("等?(?:两|二|三|几|四)?[位人名]?")
_OFFICIAL: Final = re.compile(
    "的?(?:[那这]?[个位名])?(?:干部|同志|领导|工作人员|公务员|[办科]事?员|[检监督][查督]员|承办人|执法人?员)"
)
"""After 姓冯: that one holds an office."""
_POINTED: Final = re.compile("[那这该][个位名]?$")
_AS_IN: Final = re.compile(r"([\u4e00-\u9fff])[\u4e00-\u9fff]{0,2}的\1")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Whom a sentence speaks of; ``office``: it says of the office, or of people in it whom nobody can find, what is corrupt."""

    people: frozenset[UUID] = frozenset()
    office: bool = False


def spoken_of_in_each(sentences: Sequence[str], index: Index, *, in_doubt: bool = False) -> list[Spoken]:
    """Whom each of the ``sentences`` of a text says anything of that is not plainly harmless (``neutral``), by whatever words. ``in_doubt``: the
    matter accuses already, or something was found in the text that does.
    """
    lines = rejoined([_UNSAID.sub("", line) for line in spoken_lines(sentences)], index)
    calls = calls_of(index)
    strangers = _strangers(lines, calls)
    return [_spoken(lines, number, index, calls, strangers, in_doubt=in_doubt) for number in range(len(lines))]


def _spoken(
    lines: Sequence[str], number: int, index: Index, calls: Calls, strangers: AbstractSet[str], *, in_doubt: bool
) -> Spoken:
    line = lines[number]
    called = list(_called_in(line, index, calls, strangers, in_doubt=in_doubt))
    places = [(call.start, call.end) for call in called]
    if called and is_list(line, places, lines, number):
        return Spoken()
    counts = [
        call
        for call in called
        if not is_neutral(lines, number, *_with_others(line, call, called), in_doubt=in_doubt, calls=places)
        or _is_demanded(line, call.start)
    ]
    is_done = says_what_was_done(line) or calls.office.search(line) is not None
    unknown = any(not call.people and (call.told_by or is_done) for call in counts)
    return Spoken(
        frozenset(id for call in counts for id in call.people),
        unknown or accuses_office(lines, number, calls, called, in_doubt=in_doubt),
    )


def is_bad(line: str) -> bool:
    """Whether a line says or demands anything bad of anybody."""
    return accuses(line) or is_harmful(line) or pattern("private", "demands", "taken").search(line) is not None


def _with_others(line: str, call: Disguised, called: Sequence[Disguised]) -> tuple[int, int]:
    """From where to where those stand who are called together: 冯火生和楚河两位同志."""
    start, end = call.start, call.end
    for other in sorted(called, key=lambda one: one.start):
        if other.start >= end and _AND.fullmatch(line, end, other.start):
            end = other.end
    for other in sorted(called, key=lambda one: -one.start):
        if other.end <= start and _AND.fullmatch(line, other.end, start):
            start = other.start
    among = _AMONG.match(line, end) if (start, end) != (call.start, call.end) else None
    return start, among.end() if among else end


def _called_in(
    line: str, index: Index, calls: Calls, strangers: AbstractSet[str], *, in_doubt: bool
) -> Iterator[Disguised]:
    """Everybody who is called in a line, by whatever form."""
    yield from _by_name(line, index)
    yield from of_higher(line, index)
    at_work = in_doubt or tells_of_office(line)
    for call in (*disguised_in(line, index), *_by_call(line, index, calls, strangers), *by_function(line, calls)):
        if not call.at_work or at_work or _is_of_their_work(line, call, index):
            yield call


def _by_name(line: str, index: Index) -> Iterator[Disguised]:
    """By a whole name, in characters or in letters."""
    for at, name in named_in(line, index):
        end = at + len(name)
        if name in index.whole_names and (not is_word(line, at, name, index.titles) or _does_harm(line, end)):
            yield Disguised(at, end, index.bearers[name])
            yield from beside(line, at, end)
    for person, found in whole_in_letters(line, index):
        yield Disguised(found.start(), found.end(), frozenset({person}))
    for person, at in _spelt_out(line, index):
        yield Disguised(at, at + 1, frozenset({person}))


def _does_harm(line: str, at: int) -> bool:
    """Whether what somebody did stands there who holds an office: 许诺要了两万."""
    found = pattern("corruption", "conduct", "taken", "private").search(line, at, at + BEFORE)
    return found is not None and found.start() - at <= MIN_PART


def _spelt_out(line: str, index: Index) -> Iterator[tuple[UUID, int]]:
    """By a surname and words in which the rest stands: 关耳郑，严格的严."""
    parts = {found[1] for found in _AS_IN.finditer(line)}
    if parts:
        yield from (
            (person.id, line.index(name[0]))
            for person, name in index.people
            if len(name) >= MIN_PART and name[0] in line and parts.issuperset(name[len(surname_of(name)) :])
        )


def _by_call(line: str, index: Index, calls: Calls, strangers: AbstractSet[str]) -> Iterator[Disguised]:
    """By surname and title, by post, or by a familiar name."""
    plain = pattern("not_names").sub(lambda found: "，" * len(found[0]), line)
    surnamed = list(surnamed_in(plain, calls))
    taken = {place for at, name in surnamed for place in range(at, at + len(name))}
    for at, name in surnamed:
        if not is_elsewhere(CLAUSE_END.split(line[:at])[-1], calls):
            yield Disguised(at, at + len(name), calls.surnamed[name])
            yield from beside(line, at, at + len(name))
    for found in calls.post.finditer(line):
        at, end = found.span()
        if (
            at in taken
            or is_named(line, end, index)
            or is_title_of(line, at, index)
            or is_of_another(line, end)
            or not _is_post(line, found, calls)
        ):
            continue
        before = CLAUSE_END.split(line[:at])[-1]
        if not is_elsewhere(before, calls):
            yield Disguised(at, end, calls.within(before, found[0]))
            yield from beside(line, at, end)
    for found in calls.familiar.finditer(plain):
        family = found["after"] or found["before"] or found["short"]
        if (
            found.start() in taken
            or family in strangers
            or is_cut_out(line, *found.span())
            or is_place(line, found.end())
        ):
            continue
        if not is_elsewhere(CLAUSE_END.split(line[: found.start()])[-1], calls):
            people = calls.families[family] if family else calls.given[found["given"]]
            is_official = found["short"] or _OFFICIAL.match(line, found.end())
            yield Disguised(found.start(), found.end(), people, at_work=not is_official)


def _strangers(lines: Sequence[str], calls: Calls) -> set[str]:
    """The surnames of those who are introduced as people of another place: 邻居老赵, 老板姓赵."""
    return {
        found["after"] or found["before"]
        for line in lines
        for found in calls.familiar.finditer(line)
        if (found["after"] or found["before"]) and is_elsewhere(CLAUSE_END.split(line[: found.start()])[-1], calls)
    }


def _is_of_their_work(line: str, call: Disguised, index: Index) -> bool:
    """Whether a line tells of what one of those who are called deals with by their post or its unit (防火, 登记), or says right before that
    they are of this office: 消防的老冯.
    """
    before = line[: call.start]
    if before.endswith("的") and any(
        before[-MIN_PART - 1 : -1] in name
        for ids, names in index.organisations
        if not ids & index.elsewhere
        for name in names
    ):
        return True
    return any(
        word in line
        for person, _name in index.people
        if person.id in call.people
        for title, unit in person.posts
        for called in (normal_title(title).removesuffix("员"), *index.forms.get(unit, ()))
        for word in (called[at : at + MIN_PART] for at in range(0, len(called) - 1, MIN_PART))
    )


def _is_post(line: str, found: re.Match[str], calls: Calls) -> bool:
    """Whether a title stands there as that of somebody here; one that is in every place only beside what they did, or the place."""
    if (
        line[found.end() : found.end() + 1] in tuple("处室员队组科工局会们机委厅院部站大总支干中")
        and found[0] + "员" in calls.posts
    ):
        return False
    if line[: found.start()].endswith(("总", "担任", "就任", "当", "兼")):  # 总书记, 当局长
        return False
    if not is_general(found[0]):
        return True
    clause, *others = CLAUSE_END.split(line[found.end() :])
    before = line[: found.start()].removesuffix("的")
    if not clause and others and _POINTED.search(before):  # 那位承办人，家家都赊他的账
        return pattern("corruption", "conduct", "taken", "private", "spoils").search(others[0]) is not None
    if before.endswith(accusing_words()["here"]) or calls.office_before.search(before):
        return True
    return (
        found[0] not in accusing_words()["heads_here"]
        and pattern("corruption", "conduct", "taken", "private").search(clause) is not None
    )


def only_as_words(sentences: Sequence[str], index: Index, names: AbstractSet[str]) -> set[str]:
    """Which of the whole ``names`` stand in the ``sentences`` as words of the language alone, of which nothing bad is said (老板许诺), or as the
    name of somebody of another place (邻居孙正).
    """
    as_words, as_names = set[str](), set[str]()
    for line in spoken_lines(sentences):
        for at, name in named_in(line, index):
            if name in names and name in index.whole_names:
                is_name = not is_word(line, at, name, index.titles) or _does_harm(line, at + len(name))
                is_name = is_name and not line[:at].endswith(accusing_words()["elsewhere"])
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
