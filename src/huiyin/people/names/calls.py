"""What people call those who work in the office that is written to, without their whole name: posts, surname and title, familiar names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

import rjieba

from huiyin.people.names.directory import Index, normal_title
from huiyin.people.names.hints import CIVIL, KIN, accusing_words, pattern, post_holders
from huiyin.people.names.spelling import MIN_PART, surname_of
from huiyin.people.names.titles import HEADING, INSPECTORS, TITLES

SURNAMES: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范石姚谭廖邹熊陆郝孔白崔康毛邱秦江史顾侯邵孟龙"
    "万段雷钱汤尹黎易武乔贺赖龚文温庞樊兰殷施陶洪翟安颜倪严牛俞章鲁葛韦毕聂焦向柳邢路岳齐莫庄辛管祝左涂谷祁舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍"
)
"""With which a title is that of somebody: 刘书记 is no 书记 of whom nobody knows the name."""
GENERAL: Final = frozenset(
    "承办人 联系人 经办人 负责人 办事员 工作人员 领导 干部 主任 委员 组长 队长 秘书 会计 同志".split()
)
"""Posts that are in every place, and mean one here only where the sentence says what they did, or where they are."""
SHORT_UNIT: Final = 3
CUSTODY: Final = ("纪委", "党委", "监委", "纪检组", "监察室", "督察处")
"""Units that are called so in full."""
_BIG: Final = "局长|处长|书记|主任|队长|领导|老板"
"""Of these somebody is said in scorn to be a great one: 赵大局长."""
_LONGER: Final = tuple("局处科所队站总长员里内")
"""After 赵局 these make another word of it."""
_PLACE: Final = 14
_RANK: Final = re.compile("(?:的|副|原|前|现|党委|党组|党总支|党支部|支部){1,4}$")
_NO_SURNAME: Final = "查向于任经时管"
"""More often words than surnames, at the beginning of what stands before a post."""
_BEFORE_POST: Final = "的了是由和与对向给把被让请找问求见该此本贵你我他她们在到从跟告请望盼致呈报让叫而但且也就都还又连送塞骂打接有这那位名个0123456789"
"""Alone before a post these are no surname."""


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """How the people and units of one directory are called; each expression is linear in what it reads."""

    posts: Mapping[str, frozenset[UUID]]
    post: re.Pattern[str]
    surnamed: Mapping[str, frozenset[UUID]]
    by_beginning: Mapping[str, tuple[str, ...]]
    familiar: re.Pattern[str]
    families: Mapping[str, frozenset[UUID]]
    given: Mapping[str, frozenset[UUID]]
    places: frozenset[str]
    office: re.Pattern[str]
    office_before: re.Pattern[str]
    holders: tuple[tuple[str, str, UUID], ...]
    """Each post by its title, with the name of its unit and who holds it."""

    def within(self, before: str, title: str) -> frozenset[UUID]:
        """Who holds a post of that title in the unit that stands before it: 城东支队的承办人; else everybody who holds one."""
        before = before.removesuffix("的")
        found = frozenset(
            id for own, unit, id in self.holders if own.endswith(title) and any(map(before.endswith, _short(unit)))
        )
        return found or self.posts[title]


@lru_cache(maxsize=4)
def calls_of(index: Index) -> Calls:
    """Those of a directory."""
    own = [
        (person, name) for person, name in index.people if any(unit not in index.elsewhere for _t, unit in person.posts)
    ]
    posts = {title: frozenset(people) for title, people in post_holders(index).items()}
    heads = frozenset(id for title, people in posts.items() if title.endswith(HEADING) for id in people)
    posts |= dict.fromkeys((*accusing_words()["heads"], *accusing_words()["heads_here"]), heads)
    posts |= {
        title[:-1]: ids for title, ids in posts.items() if title.endswith(tuple(f"{one}员" for one in INSPECTORS))
    }
    surnamed: dict[str, set[UUID]] = {}
    families: dict[str, set[UUID]] = {}
    given: dict[str, set[UUID]] = {}
    for person, name in own:
        surname = surname_of(name)
        families.setdefault(surname, set()).add(person.id)
        given.setdefault(name[-1:], set()).add(person.id)
        called = {surname + title for title in _titles_of(person.posts)}
        called |= {name.removeprefix(surname) + short for short in _short_titles(person.posts)}  # 江局
        for each in filter(None, called):
            surnamed.setdefault(each, set()).add(person.id)
    units = {name for unit, forms in index.units if unit.id not in index.elsewhere for name in forms}
    organisations = {name for ids, called in index.organisations if not ids & index.elsewhere for name in called}
    office = _office(units, organisations)
    return Calls(
        posts=posts,
        post=_any_of(posts),
        surnamed=frozen(surnamed),
        by_beginning=_by_beginning(surnamed),
        familiar=_familiar(families, given),
        families=frozen(families),
        given=frozen(given),
        places=frozenset(units | organisations),
        office=office,
        office_before=re.compile(f"(?:{office.pattern})$"),
        holders=tuple(
            (normal_title(title), form, person.id)
            for person, _name in own
            for title, unit in person.posts
            for form in index.forms.get(unit, ())
        ),
    )


def _titles_of(posts: Iterable[tuple[str, UUID]]) -> set[str]:
    """What stands after the surname of whoever holds these: 受理审查员, 审查员, 审查, 领导, 同志."""
    titles = {normal_title(title) for title, _unit in posts}
    titles |= {end for title in titles for end in TITLES if title.endswith(end)}
    return (
        {one for title in titles for one in (title, title.removesuffix("员")) if one}
        | _short_titles(posts)
        | {"领导", "同志", "干部"}
    )


def _short_titles(posts: Iterable[tuple[str, UUID]]) -> set[str]:
    """The titles cut to a character: 局 of 局长."""
    titles = {normal_title(title) for title, _unit in posts}
    return {title[-MIN_PART] for title in titles if title.endswith("长") and len(title) >= MIN_PART}


def _familiar(families: Iterable[str], given: Iterable[str]) -> re.Pattern[str]:
    own = "|".join(map(re.escape, sorted(filter(None, families), key=len, reverse=True))) or "(?!)"
    last = "".join(map(re.escape, given)) or "\0"
    return re.compile(
        rf"(?:[老小阿姓]|(?<=叫)大|(?<=那个)大|(?<=这个)大|(?<=人称)大|(?<=外号)大)(?P<after>{own})(?!{pattern('places').pattern}|[\u4e00-\u9fff]某)|(?P<short>{own})(?:副(?:[局处科队支主书](?![长记任])|(?=[，,把说让要收拿给]))|姓(?:的?[那这]?[个位]?)(?=领导|干部|官员|副职|负责|主官)|[局队督](?![局处科所队站总长员里内察查导])|[处科](?![局处科所队站总长员里内在])|工(?![程作会务人资具地期]))|(?P<before>{own})(?:某某?|[{KIN}总xX×*]|老(?:大(?![爷娘妈姐哥嫂伯叔])|爷子|头(?!儿)|鬼)|大(?:{_BIG}))|(?P<given>[{last}])[哥姐]"
    )


def _office(units: Iterable[str], organisations: Iterable[str]) -> re.Pattern[str]:
    """The office or a unit of it, by its name or what it is called for short: 防火处, 督察处, 消防局."""
    short = {name for unit in units for name in _short(unit) if len(unit) > SHORT_UNIT or unit in CUSTODY}
    short |= {name[-SHORT_UNIT:] for name in organisations if len(name) > SHORT_UNIT} | set(organisations)
    return _any_of({*short, *accusing_words()["office_here"]})


def _short(unit: str) -> tuple[str, ...]:
    """A unit by its name, and by what it is called for short: 防火处 and 监督处 for 防火监督处."""
    if len(unit) <= SHORT_UNIT:
        return (unit,)
    short = (unit, unit[-SHORT_UNIT:], unit[:MIN_PART] + unit[-1:])
    others = {"处": ("科",), "队": ("消防队", "消防支队")}.get(unit[-1:], ())
    return (*short, *(unit[:MIN_PART] + other for other in others))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(filter(None, words), key=len, reverse=True))) or "(?!)")


def frozen(found: Mapping[str, set[UUID]]) -> dict[str, frozenset[UUID]]:
    """Who goes by each name, for good."""
    return {name: frozenset(ids) for name, ids in found.items()}


def _by_beginning(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        found.setdefault(name[:MIN_PART], []).append(name)
    return {beginning: tuple(those) for beginning, those in found.items()}


def surnamed_in(line: str, calls: Calls) -> Iterator[tuple[int, str]]:
    """Where somebody is called by surname and title, and how, the longest way."""
    for at in range(len(line)):
        for name in calls.by_beginning.get(line[at : at + MIN_PART], ()):
            if line.startswith(name, at) and not (
                len(name) == MIN_PART and line[at + MIN_PART : at + MIN_PART + 1] in _LONGER
            ):
                yield at, name
                break


def is_elsewhere(before: str, calls: Calls) -> bool:
    """Whether what stands before a post, in the same clause, says that it is one of another place, or of somebody with another surname."""
    is_told = before.endswith("的")  # what stands before it then says which one: 带队来的分队长
    before = _RANK.sub("", before[-_PLACE:])
    if before.endswith(accusing_words()["here"]) or any(before.endswith(place) for place in calls.places):
        return False
    if len(before) >= SHORT_UNIT and any(place.endswith(before[-SHORT_UNIT:]) for place in calls.places):
        return False
    return (
        before[-1:] in SURNAMES
        or (not is_told and _is_name(before))
        or (before[:1] in SURNAMES and before[0] not in _NO_SURNAME and MIN_PART <= len(before) <= MIN_PART + 1)
        or before.endswith(("某", *accusing_words()["other_place"]))
        or pattern("elsewhere").search(before) is not None
    )


def _is_name(before: str) -> bool:
    """Whether what stands before a post ends with what is no word of the language: 衡花书记, 鹿局长."""
    last = rjieba.cut(before)[-1] if before else ""
    return (len(last) == 1 and last not in _BEFORE_POST) or (
        len(last) == MIN_PART and not (last.isascii() or rjieba.has_word(last))
    )


def is_of_another(line: str, at: int) -> bool:
    """Whether somebody is named after a post who is nobody here: 书记曾国宪."""
    if line[at : at + 1] not in SURNAMES:
        return False
    first = rjieba.cut(line[at : at + SHORT_UNIT + 1])[0]
    return len(first) >= MIN_PART and not rjieba.has_word(first)


def is_general(title: str) -> bool:
    """Whether there is such a post everywhere."""
    return title in GENERAL or title in CIVIL or title in accusing_words()["heads"] + accusing_words()["heads_here"]
