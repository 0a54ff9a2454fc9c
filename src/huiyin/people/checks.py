"""What a petitioner may hand in: pure checks of names, numbers, addresses and texts, each naming field and remedy.

Texts of problems are simplified Chinese, which is what gettext looks them up by: the boundary translates ``template``
and fills in ``params``. A problem never repeats the value that it complains about.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Literal

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent

MAX_NAME_CHARS = 100
MAX_ADDRESS_CHARS = 300
MAX_TEXT_CHARS = 20_000
MAX_PHONE_CHARS = 40
MAX_EMAIL_CHARS = 320  # 64 before the @ and 255 after it, RFC 5321 section 4.5.3.1
MAX_ID_NUMBER_CHARS = 40
MAX_NORMALISED_CHARS = 1000
"""More is nobody's name or number; some characters become eighteen when they are brought into their normal form."""
MAX_FORBIDDEN_REPORTED = 5

PetitionerKind = Literal["person", "legal", "organisation", "anonymous"]


def gettext_noop(message: str) -> str:
    """Marks a text for translation; found by its name, and free of Django."""
    return message


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


def forbidden_characters(name: str, text: str) -> list[InputProblem]:
    """The first few characters of ``text`` that no field may hold, with position (from 1) and name."""
    problems = []
    for match in _FORBIDDEN.finditer(text):
        char = match.group()
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
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").strip()
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
    cleaned = text.strip()
    problems = forbidden_characters(name, cleaned)
    if _NOT_ON_ONE_LINE.search(cleaned):
        problems.append(InputProblem(name, "one_line", gettext_noop("只能写一行，请去掉换行和制表符")))
    return cleaned, problems + _overlong(name, cleaned, max_chars)


def _half_width(value: str) -> str:
    """``value`` in Unicode's compatible form; as it is where it is too long to be anything that is looked up."""
    return unicodedata.normalize("NFKC", value) if len(value) <= MAX_NORMALISED_CHARS else value


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
        problems.append(InputProblem("name", "required", gettext_noop("请填写姓名或名称；不愿具名的请选择匿名")))
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
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})\d{7,8}(?:(?:转|x|ext)\d{1,6})?", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}", re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}", re.ASCII)
_BEYOND_THE_MAINLAND = re.compile(r"(?:\+|00)(85[23]|886)(\d{6,12})", re.ASCII)
"""Hong Kong, Macao, Taiwan: with their code, because without it a number there reads like one without an area code here."""


def phone_digits(value: str) -> str:
    """The normal form of a phone number: half width, no spaces or dashes, no country code 86; with +852, +853 or +886 as E.164."""
    compact = _PHONE_NOISE.sub("", _half_width(value)).lower()
    if beyond := _number_beyond(compact):
        return phonenumbers.format_number(beyond, phonenumbers.PhoneNumberFormat.E164)
    bare = _COUNTRY_CODE.sub("", compact)
    if len(bare) == 13 and bare.startswith("861"):
        bare = bare[2:]
    if bare != compact and re.match(r"(?:10|2\d|[3-9]\d{2})\d", bare, re.ASCII) and not _MOBILE.fullmatch(bare):
        return "0" + bare  # an area code loses its 0 behind +86
    return bare


def _number_beyond(compact: str) -> phonenumbers.PhoneNumber | None:
    """The number of Hong Kong, Macao or Taiwan that ``compact`` writes, if there can be such a one."""
    written = _BEYOND_THE_MAINLAND.fullmatch(compact)
    if written is None:
        return None
    number = phonenumbers.parse(f"+{written[1]}{written[2]}")
    return number if phonenumbers.is_valid_number(number) else None


def clean_phone(value: str) -> tuple[str, list[InputProblem]]:
    """A number in its normal form; empty is allowed.

    A mobile, landline (with area code) or 400/800 number of the mainland, or one of Hong Kong, Macao or Taiwan with its code.
    """
    cleaned = value.strip()
    if not cleaned:
        return "", []
    problems = _overlong("phone", cleaned, MAX_PHONE_CHARS) or forbidden_characters("phone", cleaned)
    if problems:
        return cleaned, problems
    phone = phone_digits(cleaned)
    if any(form.fullmatch(phone) for form in (_MOBILE, _LANDLINE, _SERVICE)) or _number_beyond(phone):
        return phone, []
    if _LOCAL.fullmatch(phone):
        return phone, [InputProblem("phone", "area_code", gettext_noop("固定电话请加区号，例如 010-12345678"))]
    text = gettext_noop("电话号码不正确，请填 11 位手机号码，或带区号的固定电话")
    return phone, [InputProblem("phone", "invalid", text)]


# Mail within an institution's own network may well go to such names; the library's documentation names this as the way to allow it.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name != "local"]


def clean_email(value: str) -> tuple[str, list[InputProblem]]:
    """An address for mail, as typed but half width; empty is allowed. Nobody is asked whether it exists."""
    email = _half_width_address(value)
    if not email:
        return "", []
    problems = _overlong("email", email, MAX_EMAIL_CHARS) or forbidden_characters("email", email)
    if problems:
        return email, problems
    try:
        validate_email(email, strict=True, check_deliverability=False)
    except EmailNotValidError:
        return email, [
            InputProblem("email", "invalid", gettext_noop("邮箱地址不正确，请照 name@example.cn 的样子填写"))
        ]
    return email, []


def _half_width_address(value: str) -> str:
    """An address in half width, with the dot that a Chinese keyboard gives for one."""
    return _half_width(value).strip().replace("。", ".")


_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_OLDEST_BIRTH_YEAR = 1880
# GB 32100-2015 section 4.2. The first places may hold letters (N: a village's collective), which uscc.validate refuses.
_CREDIT_CODE = re.compile("[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)


def id_number_form(value: str) -> str:
    """The normal form of an identity number: half width, upper case, no spaces."""
    return re.sub(r"[\s\-]+", "", _half_width(value)).upper()


def clean_id_number(value: str, kind: PetitionerKind, on: date | None = None) -> tuple[str, list[InputProblem]]:
    """A citizen's identity number (GB 11643) or, for bodies, a credit code (GB 32100); empty is allowed."""
    cleaned = value.strip()
    if not cleaned:
        return "", []
    problems = _overlong("id_number", cleaned, MAX_ID_NUMBER_CHARS) or forbidden_characters("id_number", cleaned)
    if problems:
        return cleaned, problems
    number = id_number_form(cleaned)
    if kind in ("legal", "organisation") and not _ID_NUMBER.fullmatch(number):
        return number, _credit_code_problems(number)
    return number, _id_number_problems(number, on)


def _id_number_problems(number: str, on: date | None) -> list[InputProblem]:
    if not _ID_NUMBER.fullmatch(number):
        text = gettext_noop("身份证号码应为 18 位：17 位数字，末位是数字或 X，请对照证件填写")
        return [InputProblem("id_number", "format", text)]
    # Not ric.validate: it looks places up in a list, in which not everybody's place of birth stands.
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        born = None
    if born is None or born.year < _OLDEST_BIRTH_YEAR or (on is not None and born > on):
        return [
            InputProblem(
                "id_number", "birth_date", gettext_noop("身份证号码中的出生日期不存在，请对照证件核对第 7 至 14 位")
            )
        ]
    if ric.calc_check_digit(number) != number[17]:
        return [
            InputProblem("id_number", "checksum", gettext_noop("身份证号码校验不符，至少有一位填错，请对照证件核对"))
        ]
    return []


def _credit_code_problems(code: str) -> list[InputProblem]:
    if _CREDIT_CODE.fullmatch(code) and uscc.calc_check_digit(code) == code[17]:
        return []
    text = gettext_noop("统一社会信用代码不正确，应为 18 位，请对照证照核对")
    return [InputProblem("id_number", "credit_code", text)]


def name_form(value: str) -> str:
    """The normal form of a name: half width, no spaces, one kind of middle dot, no difference of case."""
    compact = re.sub(r"\s+", "", _half_width(value))
    return re.sub("[·・•‧∙⋅]", "·", compact).casefold()


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
