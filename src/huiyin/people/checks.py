"""What a petitioner may hand in: pure checks of names, numbers, addresses and texts, each naming field and remedy.

Texts of problems are simplified Chinese, which is what gettext looks them up by: the boundary translates ``template``
and fills in ``params``. A problem never repeats the value that it complains about.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Literal

import phonenumbers
from django.utils.translation import gettext_noop
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent

MAX_NAME_CHARS = 100
MAX_ADDRESS_CHARS = 300
MAX_TEXT_CHARS = 20_000
MAX_PHONE_CHARS = 80
MAX_EMAIL_CHARS = 320  # 64 before the @ and 255 after it, RFC 5321 section 4.5.3.1
MAX_ID_NUMBER_CHARS = 40
MAX_NORMALISED_CHARS = 1000
"""More is nobody's name or number; some characters become eighteen when they are brought into their normal form."""
MAX_FORBIDDEN_REPORTED = 5
RAW_TIMES = 2
"""So many times as long as it may be a text may arrive, line ends and blanks counted: of a longer one nothing but its length is read."""

PetitionerKind = Literal["person", "legal", "organisation", "anonymous", "signer"]


@dataclass(frozen=True)
class PetitionerFields:
    """Who a petitioner is, in the clear; empty means not given. Never log it: its repr shows nothing."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    email: str = ""
    kind: PetitionerKind = "person"

    def __repr__(self) -> str:
        """Nothing of the person, because a repr ends in logs and error pages."""
        return f"PetitionerFields(kind={self.kind!r})"

    def as_dict(self) -> dict[str, str]:
        """The fields by name, for sealing."""
        return asdict(self)


@dataclass(frozen=True)
class InputProblem:
    """One thing wrong with one field: a stable code for programs and a Chinese template for people."""

    field: str
    code: str
    template: str
    params: Mapping[str, str | int] = dataclass_field(default_factory=dict)

    @property
    def message(self) -> str:
        """The text in simplified Chinese."""
        return self.template % self.params


# Characters that do not show, or that make a text show otherwise than it reads. Variation selectors stay (rare
# ideographs need them, U+FE00 and U+E0100), and so does the private use area, in which old fonts keep rare names.
_FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but tab and line feed
    "\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"  # format characters
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that do not show
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, bidirectional controls, separators
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # no characters at all
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # format characters
    "\U000e0000-\U000e00ff"  # tags
    "]"
)
_NOT_ON_ONE_LINE = re.compile(r"[\t\n]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff\u180e\xad]")
_MARKS = "[\u061c\u200e\u200f\u202a\u202c\u202d\u2066-\u2069]"
# A run of marks is tried from its beginning alone, and never given back: else each of its marks would go through all that follow.
_AROUND_NUMBERS = re.compile(rf"(?<!{_MARKS}){_MARKS}++(?=[+(\d])|(?<=[\d)]){_MARKS}++")
_MONGOLIAN = re.compile("[\u1800-\u18af]")
_ARABIC = re.compile(
    "[\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
)
_BEFORE_JOINER = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")


def without_direction_marks(text: str) -> str:
    """``text`` without the marks of direction that address books put around a number that is copied from them, nor those at its ends that
    change nothing by themselves; others stay, to be refused.
    """
    return _AROUND_NUMBERS.sub("", text).strip("\u061c\u200e\u200f")


def _belongs(text: str, place: int) -> bool:
    """Whether a character that does not show is part of the spelling there.

    The vowel separator stands between Mongolian letters, the two joiners between letters of Uyghur, Kazakh or Persian (The Unicode
    Standard, 13.5 and 9.2), the second of them between the signs of one emoji (UTS 51, 2.3).
    """
    char, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if char == "\u180e":
        return bool(_MONGOLIAN.match(before) and _MONGOLIAN.match(after))
    if char in "\u200c\u200d" and _ARABIC.match(before) and _ARABIC.match(after):
        return True
    return char == "\u200d" and (_is_pictograph(before) or bool(_BEFORE_JOINER.match(before))) and _is_pictograph(after)


def _is_pictograph(char: str) -> bool:
    return bool(char) and unicodedata.category(char) == "So"


def forbidden_characters(name: str, text: str) -> list[InputProblem]:
    """The first few characters of ``text`` that no field may hold, with position (from 1) and name."""
    problems = []
    for match in _FORBIDDEN.finditer(text):
        char = match.group()
        if _belongs(text, match.start()):
            continue
        problems.append(
            InputProblem(
                name,
                "forbidden_character",
                gettext_noop("第 %(position)d 个字符是%(what)s（%(code)s），请删除后重新提交"),
                {"position": match.start() + 1, "what": _what(char), "code": f"U+{ord(char):04X}"},
            )
        )
        if len(problems) == MAX_FORBIDDEN_REPORTED:
            break
    return problems


def _what(char: str) -> str:
    if _BIDI.match(char):
        return gettext_noop("改变文字方向的控制符")
    if _ZERO_WIDTH.match(char):
        return gettext_noop("看不见的零宽字符")
    if unicodedata.category(char) == "Cc":
        return gettext_noop("控制字符")
    return gettext_noop("不可见字符")


def clean_text(name: str, text: str, max_chars: int = MAX_TEXT_CHARS) -> tuple[str, list[InputProblem]]:
    """A free text with uniform line ends and no blank ends, and what is wrong with it.

    Args:
        name: the field to name in problems.
        text: as it arrived.
        max_chars: characters allowed (Unicode code points, inclusive), counted after cleaning.
    """
    if len(text) > RAW_TIMES * max_chars:
        return text[:max_chars], [_too_long(name, len(text), max_chars)]
    cleaned = without_direction_marks(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not cleaned:
        return cleaned, [InputProblem(name, "required", gettext_noop("不能为空，请填写内容"))]
    problems = forbidden_characters(name, cleaned)
    if len(cleaned) > max_chars:
        problems.append(_too_long(name, len(cleaned), max_chars))
    return cleaned, problems


def _too_long(name: str, chars: int, max_chars: int) -> InputProblem:
    template = gettext_noop("共 %(chars)d 字，最多 %(max)d 字，请精简或改用附件")
    return InputProblem(name, "too_long", template, {"chars": chars, "max": max_chars})


def _clean_line(name: str, text: str, max_chars: int) -> tuple[str, list[InputProblem]]:
    if len(text) > RAW_TIMES * max_chars:
        return text[:max_chars], _overlong(name, text, max_chars)
    cleaned = without_direction_marks(text.strip()).strip()
    problems = forbidden_characters(name, cleaned)
    if _NOT_ON_ONE_LINE.search(cleaned):
        problems.append(InputProblem(name, "one_line", gettext_noop("只能写一行，请去掉换行和制表符")))
    return cleaned, problems + _overlong(name, cleaned, max_chars)


def _half_width(value: str) -> str:
    """``value`` in Unicode's compatible form; as it is where it is too long to be anything that is looked up."""
    return unicodedata.normalize("NFKC", value) if len(value) <= MAX_NORMALISED_CHARS else value


def as_copied(value: str) -> str:
    """``value`` in half width and without marks of direction: a number or an address reads in one direction."""
    return _BIDI.sub("", _half_width(value))


def _overlong(name: str, value: str, max_chars: int) -> list[InputProblem]:
    """What is said of a number or an address that is longer than any is; before anything else is done with it."""
    if len(value) <= max_chars:
        return []
    template = gettext_noop("最多 %(max)d 字，现有 %(chars)d 字，请缩短")
    return [InputProblem(name, "too_long", template, {"chars": len(value), "max": max_chars})]


def without_identity(fields: PetitionerFields) -> PetitionerFields:
    """Nothing of the person where they chose to stay unnamed, whatever was typed beside it; anybody else as they are."""
    return PetitionerFields(kind="anonymous") if fields.kind == "anonymous" else fields


def clean_petitioner(fields: PetitionerFields, on: date | None = None) -> tuple[PetitionerFields, list[InputProblem]]:
    """The fields in the form that is kept, and everything wrong with them at once.

    Args:
        fields: as they arrived.
        on: the day of receipt, for rejecting birthdays after it; None leaves that out.
    """
    fields = without_identity(fields)
    name, problems = _clean_line("name", fields.name, MAX_NAME_CHARS)
    if not name and fields.kind != "anonymous":
        problems.append(InputProblem("name", "required", gettext_noop("请填写姓名或名称；不愿具名的请选择“不具名”")))
    address, more = _clean_line("address", fields.address, MAX_ADDRESS_CHARS)
    problems += more
    phone, more = clean_phone(fields.phone)
    problems += more
    email, more = clean_email(fields.email)
    problems += more
    id_number, more = clean_id_number(fields.id_number, fields.kind, on)
    problems += more
    return PetitionerFields(name, phone, id_number, address, email, fields.kind), problems


_PHONE_NOISE = re.compile(r"[\s\-\u2010-\u2015().\u00b7]+")  # the spaces, dashes, brackets and dots people type
_COUNTRY_CODE = re.compile(r"^(?:\+|00)86")
# On the mainland by the numbering plan and not by lists: those of phonenumbers know no area whose numbers had seven digits before they
# got eight and no range given out after its release, and an installation without a network is not updated for years.
_EXTENSION = r"(?:(?:转|x|ext)\d{1,6})?"
_MOBILE = re.compile(r"1[3-9]\d{9}" + _EXTENSION, re.ASCII)
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})\d{7,8}" + _EXTENSION, re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}" + _EXTENSION, re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}" + _EXTENSION, re.ASCII)
_OTHER_SIGNS = re.compile(r"(?:转?分机号?|转接|#|,|;)(?=\d{1,6}$)", re.ASCII)
_AFTER_A_DASH = re.compile(
    r"(?:(?:\+|00)86[\s-]*)?\(?0?(10|2\d|[3-9]\d{2})\)?[\s-]*(\d{7,8})\s*-\s*(\d{1,6})", re.ASCII
)
_WITH_EXTENSION = re.compile(r"(.*?)((?:转|x|ext)\d{1,6})?", re.ASCII)
_BEYOND_THE_MAINLAND = re.compile(r"(?:\+|00)(?!86)([1-9]\d{6,14})|((?:85[23]|886)\d{6,12})", re.ASCII)
"""Of another country with + or 00; of Hong Kong, Macao and Taiwan with their code, without which it reads like one of an area here."""
PHONES = "、"
_BETWEEN_NUMBERS = re.compile(r"[、/;,|\n]+|或者?|以及|和")
_SPACES = re.compile(r"\s+")
_KIND_OF_NUMBER = r"(?:(?:本人|我的|家里?的?|家庭|单位|办公室?|联系)?(?:手机|电话|座机|固话|宅电|微信|tel|phone|mobile)(?:号码?|同号)?|同微信|联系方式)"
_LABELS = re.compile(rf"^\(?{_KIND_OF_NUMBER}\)?\s*:?|\(?{_KIND_OF_NUMBER}\)?$", re.IGNORECASE)
"""What may stand before a number (手机：) and behind it (微信同号): it says nothing that is not known."""
_WORDS = re.compile(r"^\(?[^\d+()]+\)?|\(?[^\d()+]+\)?$")
"""Any words beside a number, which may say whom to ask for or when."""


def phone_digits(value: str) -> str:
    """The normal form of a phone number: half width, no spaces or dashes, no country code 86; with another as E.164.

    An extension stands behind 转, also where it was written 分机, #, a comma or a second dash; behind x and ext where it was written so.
    """
    written = as_copied(value).lower().strip()
    dashed = _AFTER_A_DASH.fullmatch(written)
    if dashed and not _LANDLINE.fullmatch(f"0{dashed[1]}{dashed[2]}{dashed[3]}"):
        return f"0{dashed[1]}{dashed[2]}转{dashed[3]}"
    compact = _OTHER_SIGNS.sub("转", _PHONE_NOISE.sub("", written))
    parts = _WITH_EXTENSION.fullmatch(compact)
    number, extension = (parts[1], parts[2] or "") if parts else (compact, "")
    if beyond := _number_beyond(number):
        return phonenumbers.format_number(beyond, phonenumbers.PhoneNumberFormat.E164) + extension
    bare = _COUNTRY_CODE.sub("", number)
    if len(bare) == 13 and bare.startswith("861"):
        bare = bare[2:]
    if bare != number and re.match(r"(?:10|2\d|[3-9]\d{2})\d", bare, re.ASCII) and not _MOBILE.fullmatch(bare):
        bare = "0" + bare  # an area code loses its 0 behind +86
    return bare + extension


def _number_beyond(compact: str) -> phonenumbers.PhoneNumber | None:
    """The number of Hong Kong, Macao, Taiwan or another country that ``compact`` writes, if there can be such a one."""
    written = _BEYOND_THE_MAINLAND.fullmatch(compact)
    try:
        number = phonenumbers.parse(f"+{written[1] or written[2]}") if written else None
    except phonenumbers.NumberParseException:
        return None
    return number if number and phonenumbers.is_valid_number(number) else None


def _is_beyond(phone: str) -> bool:
    parts = _WITH_EXTENSION.fullmatch(phone)
    return parts is not None and _number_beyond(parts[1]) is not None


def clean_phone(value: str) -> tuple[str, list[InputProblem]]:
    """A number in its normal form, or several with 、 between them, as they are typed where one field stands for all; empty is allowed.

    Mobile, landline (with area code) or 400/800 numbers of the mainland, or any from elsewhere with the code of its country. What kind of
    number it is (手机, 微信同号) is left out; other words beside it (whose it is, when to call) are refused, since they would be lost.
    """
    cleaned = _BIDI.sub("", value).strip()
    if not cleaned:
        return "", []
    problems = _overlong("phone", cleaned, MAX_PHONE_CHARS) or forbidden_characters("phone", cleaned)
    problems = problems or _overlong("phone", as_copied(cleaned), RAW_TIMES * MAX_PHONE_CHARS)
    if problems:
        return cleaned[:MAX_PHONE_CHARS], problems
    if found := _numbers_in(cleaned, _LABELS):
        return PHONES.join(found), []
    if _numbers_in(cleaned, _WORDS):
        text = gettext_noop(
            "这里只保存号码，旁边的话（找谁、什么时候打等）存不下：请只留号码，把这些话写在“住址”一栏的末尾"
        )
        return cleaned, [InputProblem("phone", "words_beside", text)]
    phone = phone_digits(cleaned)
    if _LOCAL.fullmatch(phone):
        return phone, [InputProblem("phone", "area_code", gettext_noop("固定电话请加区号，例如 010-12345678"))]
    text = gettext_noop(
        "电话号码不正确，请填 11 位手机号码，或带区号的固定电话；境外号码前面加 + 和国家（地区）代码；几个号码之间用顿号隔开"
    )
    return phone, [InputProblem("phone", "invalid", text)]


def phones(value: str) -> list[str]:
    """The numbers in a field that ``clean_phone`` made, each in its normal form."""
    return [phone_digits(number) for number in value.split(PHONES) if number.strip()]


def _numbers_in(text: str, beside: re.Pattern[str]) -> list[str]:
    """The numbers that ``text`` is made of, where what ``beside`` finds next to each is left out; none where something else is left."""
    ways = _ways_to_read(text, beside)
    return next((list(dict.fromkeys(way)) for way in ways if way and all(map(_is_phone, way))), [])


def _ways_to_read(text: str, beside: re.Pattern[str]) -> Iterator[list[str]]:
    """The numbers that stand in ``text``: one, with signs between them, with nothing but spaces, with words ``beside`` each."""
    yield [phone_digits(text)]
    for between in (_BETWEEN_NUMBERS, _SPACES):
        for without in (None, beside):
            parts = (without.sub("", part.strip()) if without else part for part in between.split(_half_width(text)))
            yield [phone_digits(part) for part in parts if part.strip()]
    yield [phone_digits(beside.sub("", _half_width(text).strip()))]


def _is_phone(phone: str) -> bool:
    return any(form.fullmatch(phone) for form in (_MOBILE, _LANDLINE, _SERVICE)) or _is_beyond(phone)


# Mail within an institution's own network may well go to such names; the library's documentation names this as the way to allow it.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name != "local"]


def clean_email(value: str) -> tuple[str, list[InputProblem]]:
    """An address for mail, as typed but half width; empty is allowed. Nobody is asked whether it exists."""
    email = _half_width_address(value)
    if not email:
        return "", []
    problems = _overlong("email", email, MAX_EMAIL_CHARS) or forbidden_characters("email", email)
    if problems:
        return email[:MAX_EMAIL_CHARS], problems
    try:
        validate_email(email, strict=True, check_deliverability=False)
    except EmailNotValidError:
        return email, [
            InputProblem("email", "invalid", gettext_noop("邮箱地址不正确，请照 name@example.cn 的样子填写"))
        ]
    return email, []


def _half_width_address(value: str) -> str:
    """An address in half width, with the dot that a Chinese keyboard gives for one."""
    return as_copied(value).strip().replace("。", ".")


_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_OLDEST_BIRTH_YEAR = 1880
# GB 32100-2015 section 4.2. The first places may hold letters (N: a village's collective), which uscc.validate refuses.
_CREDIT_CODE = re.compile("[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)
_FIRST_GENERATION = re.compile(r"[1-9]\d{14}", re.ASCII)
"""Fifteen digits without a century and a check digit, given until 1999 to people who were born in the twentieth."""
_TRAVEL_DOCUMENT = re.compile(r"[A-Z]{1,3}\d{6,10}[A-Z]?|[A-Z]{3}\d{12}|\d{8,10}[A-Z]?", re.ASCII)
"""Passports (ICAO 9303: nine characters at most, most with letters first), permits to travel between the mainland, Hong Kong, Macao and
Taiwan (a letter and eight or ten digits, or eight or ten digits alone), permanent residence before 2023 (three letters, twelve digits)."""


def id_number_form(value: str) -> str:
    """The normal form of an identity number: half width, upper case, no spaces, dashes or brackets."""
    return re.sub(r"[\s\-()]+", "", as_copied(value)).upper()


def clean_id_number(value: str, kind: PetitionerKind, on: date | None = None) -> tuple[str, list[InputProblem]]:
    """A citizen's identity number (GB 11643, or the fifteen digits before it), a passport or travel permit; or, for bodies, a credit code
    (GB 32100). Empty is allowed."""
    cleaned = _BIDI.sub("", value).strip()
    if not cleaned:
        return "", []
    problems = _overlong("id_number", cleaned, MAX_ID_NUMBER_CHARS) or forbidden_characters("id_number", cleaned)
    if problems:
        return cleaned[:MAX_ID_NUMBER_CHARS], problems
    number = id_number_form(cleaned)
    if kind in ("legal", "organisation") and not _ID_NUMBER.fullmatch(number):
        return number, _credit_code_problems(number)
    return number, _id_number_problems(number, on)


def _id_number_problems(number: str, on: date | None) -> list[InputProblem]:
    if _TRAVEL_DOCUMENT.fullmatch(number):
        return []
    if _FIRST_GENERATION.fullmatch(number):
        return [] if _born_when(modern_id_number(number)) else [_wrong_birthday("7", "12")]
    if not _ID_NUMBER.fullmatch(number):
        text = gettext_noop("证件号码不正确：身份证为 18 位（旧证 15 位），也可填护照或通行证号码，请对照证件填写")
        return [InputProblem("id_number", "format", text)]
    born = _born_when(number)
    if born is None or born.year < _OLDEST_BIRTH_YEAR or (on is not None and born > on):
        return [_wrong_birthday("7", "14")]
    if ric.calc_check_digit(number) != number[17]:
        return [
            InputProblem("id_number", "checksum", gettext_noop("身份证号码校验不符，至少有一位填错，请对照证件核对"))
        ]
    return []


def _born_when(number: str) -> date | None:
    # Not ric.validate: it looks places up in a list, in which not everybody's place of birth stands.
    try:
        born: date = ric.get_birth_date(number)
    except InvalidComponent:
        return None
    return born


def _wrong_birthday(first: str, last: str) -> InputProblem:
    template = gettext_noop("身份证号码中的出生日期不存在，请对照证件核对第 %(first)s 至 %(last)s 位")
    return InputProblem("id_number", "birth_date", template, {"first": first, "last": last})


def modern_id_number(number: str) -> str:
    """The eighteen characters that stand for a number of the first generation (GB 11643-1999, appendix A)."""
    stem = f"{number[:6]}19{number[6:]}"
    return stem + str(ric.calc_check_digit(f"{stem}0"))


def _credit_code_problems(code: str) -> list[InputProblem]:
    if _CREDIT_CODE.fullmatch(code) and uscc.calc_check_digit(code) == code[17]:
        return []
    text = gettext_noop("统一社会信用代码不正确，应为 18 位，请对照证照核对")
    return [InputProblem("id_number", "credit_code", text)]


_DOTS = "·.\u119e\u30fb"
"""The dot in names of the peoples of the west, as its four normal forms: U+00B7, a full stop, ㆍ of Korean, ・ of Japanese keyboards."""
_UNSEEN = re.compile("[\u180e\u200c\u200d]")


def name_form(value: str) -> str:
    """The normal form of a name: half width, no spaces, one kind of middle dot, no difference of case."""
    compact = _UNSEEN.sub("", re.sub(r"\s+", "", _half_width(value)))
    return re.sub("[·•‧∙⋅]", "·", compact).casefold()


MIN_PART, MAX_DOTTED = 2, 16
"""Characters of one part of a name with a dot, and of the whole."""


def looked_for(kind: "IndexKind", value: str) -> list[str]:
    """The normal forms under which ``value`` may have been kept: a name with another dot or with none, either form of an identity number."""
    form = NORMAL_FORMS[kind](value)
    if not form:
        return []
    if kind == "phone":
        return phones(value)
    forms = [form]
    if kind == "name":
        parts = re.split(f"[{_DOTS}]", form)
        if len(parts) > 1:
            forms += [dot.join(parts) for dot in ("", *_DOTS)]
        elif len(form) <= MAX_DOTTED:
            places = range(MIN_PART, len(form) - MIN_PART + 1)
            forms += [f"{form[:place]}{dot}{form[place:]}" for place in places for dot in "·."]
    elif kind == "id_number" and _FIRST_GENERATION.fullmatch(form):
        forms.append(modern_id_number(form))
    elif kind == "id_number" and _ID_NUMBER.fullmatch(form) and form[6:8] == "19":
        forms.append(form[:6] + form[8:17])
    return list(dict.fromkeys(forms))


def email_form(value: str) -> str:
    """The normal form of a mail address for look-up: half width, no difference of case."""
    return _half_width_address(value).casefold()


IndexKind = Literal["phone", "id_number", "email", "name"]
NORMAL_FORMS: Mapping[IndexKind, Callable[[str], str]] = {
    "phone": phone_digits,
    "id_number": id_number_form,
    "email": email_form,
    "name": name_form,
}
"""What two values must have in common to count as the same, by kind of look-up."""
