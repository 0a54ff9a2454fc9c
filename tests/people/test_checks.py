"""What a petitioner may hand in, and how a refusal names field and remedy."""

import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.people.checks import (
    NORMAL_FORMS,
    IndexKind,
    InputProblem,
    PetitionerFields,
    PetitionerKind,
    clean_email,
    clean_id_number,
    clean_petitioner,
    clean_phone,
    clean_text,
    forbidden_characters,
    looked_for,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def codes(problems: list[InputProblem]) -> list[str]:
    return [problem.code for problem in problems]


# 11010519491231002X is the example printed in GB 11643-1999; the second is the other one there.
@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "11010519491231002x"])
def test_the_examples_of_the_standard_pass(number: str) -> None:
    assert clean_id_number(number, "person") == (number.upper(), [])


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "checksum"),
        ("11010519490231002X", "birth_date"),
        ("11010517991231002X", "birth_date"),
        ("1101051949123100", "format"),
        ("110105490231002", "birth_date"),
        ("11010549123100", "format"),
        ("EA", "format"),
        ("E12345", "format"),
        ("X1010519491231002X", "format"),
        ("01010519491231002X", "format"),
        ("110105194912\u200b31002X", "forbidden_character"),
    ],
)
def test_an_impossible_identity_number_is_refused_for_what_is_wrong_with_it(number: str, code: str) -> None:
    assert codes(clean_id_number(number, "person")[1]) == [code]


def test_a_birthday_after_the_day_of_receipt_is_refused() -> None:
    assert codes(clean_id_number("11010519491231002X", "person", date(1949, 12, 30))[1]) == ["birth_date"]
    assert clean_id_number("11010519491231002X", "person", date(1949, 12, 31))[1] == []


def test_a_place_of_birth_that_is_in_no_list_is_taken() -> None:
    assert clean_id_number("123456200102030017", "person") == ("123456200102030017", [])


@given(st.integers(100000, 999999), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 999), st.data())
def test_one_wrong_digit_is_always_noticed(area: int, born: date, order: int, data: st.DataObject) -> None:
    stem = f"{area}{born:%Y%m%d}{order:03d}"
    number = stem + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, stem, strict=True)) % 11]
    assert clean_id_number(number, "person") == (number, [])
    place = data.draw(st.integers(0, 16))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert clean_id_number(number[:place] + wrong + number[place + 1 :], "person")[1]


def test_a_body_may_give_its_credit_code() -> None:
    assert clean_id_number("91350100m000100y43", "legal") == ("91350100M000100Y43", [])
    assert codes(clean_id_number("91350100M000100Y44", "legal")[1]) == ["credit_code"]
    assert codes(clean_id_number("91350100M000100Y43", "person")[1]) == ["format"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("13800138000", "13800138000"),
        ("(010)12345678", "01012345678"),
        ("(0731) 8765432", "07318765432"),
        ("+86 10 12345678", "01012345678"),
        ("010-12345678转801", "01012345678转801"),
        ("010-12345678 转 801", "01012345678转801"),
        ("010-12345678-801", "01012345678转801"),
        ("(0731)87654321 - 12", "073187654321转12"),
        ("+86 10-12345678-801", "01012345678转801"),
        ("010-12345678 分机801", "01012345678转801"),
        ("010-12345678，801", "01012345678转801"),
        ("010-12345678#801", "01012345678转801"),
        ("010-12345678 ext. 801", "01012345678ext801"),
        ("021-1234567-8", "02112345678"),
        ("17012345678转0042", "17012345678转0042"),
        ("4001234567转1", "4001234567转1"),
        ("\u202d138 0013 8000\u202c", "13800138000"),
        ("\u200e+86 13800138000\u200f", "13800138000"),
        ("400-123-4567", "4001234567"),
        ("", ""),
    ],
)
def test_a_phone_number_is_kept_in_one_form_however_it_is_typed(typed: str, kept: str) -> None:
    assert clean_phone(typed) == (kept, [])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("(852) 9123 4567", "+85291234567"),
        ("00852-9123-4567", "+85291234567"),
        ("＋８５３ 6612 3456", "+85366123456"),
        ("+886 (0)912 345 678", "+886912345678"),
        ("+886 2 2345 6789", "+886223456789"),
        ("+852 9123 4567 转 801", "+85291234567转801"),
        ("\u2066+853 6612 3456\u2069", "+85366123456"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("001 212 555 0199", "+12125550199"),
    ],
)
def test_a_number_from_beyond_the_mainland_is_kept_with_its_code(typed: str, kept: str) -> None:
    assert clean_phone(typed) == clean_phone(kept) == (kept, [])
    assert NORMAL_FORMS["phone"](typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800001234、0571-88888888转801", "13800001234、057188888888转801"),
        ("13800001234 / 139 0000 1234", "13800001234、13900001234"),
        ("13800001234 13900001234", "13800001234、13900001234"),
        ("13800001234；+852 2345 6789", "13800001234、+85223456789"),
        ("手机：13800001234 宅电 0571-88888888", "13800001234、057188888888"),
        ("微信同号138 0000 1234", "13800001234"),
        ("13800001234（微信同号）", "13800001234"),
        ("13800001234、13800001234", "13800001234"),
    ],
)
def test_several_numbers_in_one_field_are_each_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean_phone(typed) == clean_phone(kept) == (kept, [])


@pytest.mark.parametrize("typed", ["13800001234、12", "13800001234 13900", "打不通的话找村里"])
def test_of_several_numbers_each_must_be_one(typed: str) -> None:
    assert codes(clean_phone(typed)[1]) == ["invalid"]


@pytest.mark.parametrize(
    "typed",
    ["找我儿子张三 13800001234", "13800001234（晚上打）", "(晚上)13800001234", "白天13800001234，晚上13900001234"],
)
def test_words_beside_a_number_are_never_dropped(typed: str) -> None:
    kept, (problem,) = clean_phone(typed)
    assert (kept, problem.code) == (typed, "words_beside")


@pytest.mark.parametrize("typed", ["+852 1", "+852 0000 0000", "852 9123 45", "+886 12"])
def test_no_number_beyond_the_mainland_without_its_code_or_of_a_wrong_length_is_taken(typed: str) -> None:
    assert codes(clean_phone(typed)[1]) == ["invalid"]


def test_a_range_of_mobile_numbers_that_is_in_no_list_yet_is_taken() -> None:
    assert clean_phone("140 1234 5678") == ("14012345678", [])


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "12800138000",
        "1380013800",
        "138001380000",
        "电话",
        "+1 212 55",
        "+999 12345678",
        "2125550100",
        "١٣٨٠٠١٣٨٠٠٠",
    ],
)
def test_a_number_that_is_no_phone_is_refused(typed: str) -> None:
    assert codes(clean_phone(typed)[1]) == ["invalid"]


def test_a_landline_without_area_code_says_what_is_missing() -> None:
    assert codes(clean_phone("62345678")[1]) == ["area_code"]


def test_a_village_may_give_the_credit_code_of_its_collective() -> None:
    assert clean_id_number("N2330106MF1234567L", "organisation") == ("N2330106MF1234567L", [])


@pytest.mark.parametrize(
    "email", ["lin@example.cn", "lin@mail.bureau.local", "l.i-n+1@mail.example.com", "林@例子.中国", ""]
)
def test_an_address_for_mail_passes(email: str) -> None:
    assert clean_email(email) == (email, [])


def test_an_address_typed_on_a_chinese_keyboard_is_kept_in_half_width() -> None:
    assert clean_email("ｌｉｎ＠example。cn") == ("lin@example.cn", [])
    assert NORMAL_FORMS["email"]("Lin@example。cn") == "lin@example.cn"


@pytest.mark.parametrize(
    "email",
    ["lin", "lin@192.168.0.1", "lin@bureau", "lin@example_1.cn", "l" * 64 + "@" + "e" * 187 + ".cn", "lin@", "@example.cn", "lin@example", "a b@example.cn", "lin@@example.cn", ".lin@example.cn",
     "lin@exa..mple.cn", "lin@-example.cn", "lin@example.cn\nbcc: x@example.cn", "l" * 65 + "@example.cn"],
)  # fmt: skip
def test_what_is_no_address_for_mail_is_refused(email: str) -> None:
    assert codes(clean_email(email)[1]) in (["invalid"], ["forbidden_character"])


@pytest.mark.parametrize(
    "char", ["\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\x00", "\x1b", "\x85", "\u2028", "\U000e0041"]
)
def test_a_forbidden_character_is_named_with_its_place(char: str) -> None:
    (problem,) = clean_text("text", f"工资{char}没发")[1]
    assert problem.field == "text"
    assert problem.params["position"] == 3
    assert f"U+{ord(char):04X}" in problem.message


def test_every_format_and_control_character_of_unicode_is_forbidden_but_tab_and_line_feed() -> None:
    hidden = [
        chr(point)
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and chr(point) not in "\t\n"
    ]
    assert [f"U+{ord(char):04X}" for char in hidden if not forbidden_characters("text", char)] == []


def test_ordinary_texts_of_the_languages_of_the_country_pass() -> None:
    text = "拖欠工资。\n\tབོད་ཡིག ئۇيغۇرچە ᠮᠣᠩᠭᠣᠯ 𠮷野 龥︀ Ⅷ——“引号”😀"
    assert clean_text("text", text) == (text, [])


def test_only_the_first_few_forbidden_characters_are_listed() -> None:
    assert len(forbidden_characters("text", "\u200b" * 1000)) == 5


def test_line_ends_become_one_kind_and_blank_ends_go() -> None:
    assert clean_text("text", "  一\r\n二\r三 \n") == ("一\n二\n三", [])


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u3000"])
def test_an_empty_text_is_refused(text: str) -> None:
    assert codes(clean_text("text", text)[1]) == ["required"]


def test_a_text_of_exactly_the_limit_passes_and_one_more_does_not() -> None:
    assert clean_text("text", "字" * 20_000)[1] == []
    (problem,) = clean_text("text", "字" * 20_001)[1]
    assert (problem.code, problem.params) == ("too_long", {"chars": 20_001, "max": 20_000})


def test_everything_wrong_with_a_petitioner_is_said_at_once() -> None:
    fields = PetitionerFields(name="", phone="1", id_number="2", address="址" * 301, email="3")
    assert {problem.field for problem in clean_petitioner(fields)[1]} == {
        "name", "phone", "id_number", "address", "email",
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "expected"), [("person", ["required"]), ("anonymous", [])])
def test_only_the_anonymous_may_leave_out_the_name(kind: PetitionerKind, expected: list[str]) -> None:
    assert codes(clean_petitioner(PetitionerFields(kind=kind))[1]) == expected


@pytest.mark.parametrize("length", [1, 100, 101])
def test_a_name_has_at_most_100_characters(length: int) -> None:
    assert bool(clean_petitioner(PetitionerFields(name="林" * length))[1]) == (length > 100)


def test_a_name_is_one_line() -> None:
    assert codes(clean_petitioner(PetitionerFields(name="林\n某"))[1]) == ["one_line"]


@given(st.text(max_size=40), st.sampled_from(["phone", "id_number", "email"]))
def test_no_problem_repeats_the_value_it_complains_about(value: str, field: str) -> None:
    _, problems = clean_petitioner(PetitionerFields(name="林某", **{field: value}))  # type: ignore[arg-type]
    for problem in problems:
        assert len(value.strip()) < 3 or value.strip() not in problem.message


@given(st.text(max_size=60))
def test_cleaning_a_cleaned_value_changes_nothing(value: str) -> None:
    cleaned, problems = clean_petitioner(PetitionerFields(name=value, phone=value, email=value, id_number=value))
    if not problems:
        assert clean_petitioner(cleaned) == (cleaned, [])


@given(st.text(max_size=40), st.sampled_from(sorted(NORMAL_FORMS)))
def test_what_was_typed_and_what_is_kept_are_found_by_each_other(typed: str, kind: IndexKind) -> None:
    kept, problems = clean_petitioner(PetitionerFields(**{"name": "林某", kind: typed}))  # type: ignore[arg-type]
    if not problems:
        assert NORMAL_FORMS[kind](typed) == NORMAL_FORMS[kind](getattr(kept, kind))


def test_a_repr_shows_nothing_of_the_person() -> None:
    assert "林" not in repr(PetitionerFields(name="林某", phone="13800138000"))


# --- what real people hand in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "110105491231002",
        "E12345678",
        "EA1234567",
        "ｇ１２３４５６７８",
        "M12345678",
        "TR1234567",
        "C1234567",
        "H1234567801",
        "01234567",
        "0123456789(B)",
        "A123456(7)",
        "FRA123456789012",
        "123456789",
        "810000199408230021",
    ],
)
def test_passports_permits_and_numbers_of_the_first_generation_are_taken(number: str) -> None:
    kept, problems = clean_id_number(number, "person")
    assert problems == []
    assert clean_id_number(kept, "person") == (kept, [])


def test_either_generation_of_an_identity_number_is_found_by_the_other() -> None:
    assert "110105491231002" in looked_for("id_number", "11010519491231002X")
    assert "11010519491231002X" in looked_for("id_number", "110105491231002")
    assert looked_for("id_number", "440524200001010012") == ["440524200001010012"]


DOTTED = [
    "阿卜杜拉·买买提",
    "阿卜杜拉．买买提",
    "阿卜杜拉.买买提",
    "阿卜杜拉ㆍ买买提",
    "阿卜杜拉・买买提",
    "阿卜杜拉 • 买买提",
    "阿卜杜拉买买提",
]


@pytest.mark.parametrize("kept", DOTTED)
@pytest.mark.parametrize("asked", [name for name in DOTTED if name not in ("阿卜杜拉ㆍ买买提", "阿卜杜拉・买买提")])
def test_a_name_is_found_with_whatever_dot_it_is_written(kept: str, asked: str) -> None:
    assert clean_petitioner(PetitionerFields(name=kept))[1] == []
    usual = kept not in ("阿卜杜拉ㆍ买买提", "阿卜杜拉・买买提")
    if usual or asked != "阿卜杜拉买买提":  # two rare dots are not guessed at where none was typed
        assert NORMAL_FORMS["name"](kept) in looked_for("name", asked)


def test_a_short_name_is_looked_for_as_it_is() -> None:
    assert looked_for("name", "林 一") == ["林一"]
    assert len(looked_for("name", "字" * 100)) == 1


@pytest.mark.parametrize(
    "text", ["ᠬᠠᠷ\u180eᠠ", "می\u200cخواهم", "ئۇيغۇر\u200cچە", "👨\u200d👩\u200d👧 👩🏽\u200d⚕️ 🏳️\u200d🌈"]
)
def test_signs_that_do_not_show_stay_where_the_spelling_needs_them(text: str) -> None:
    assert clean_text("text", text) == (text, [])


@pytest.mark.parametrize(
    "text", ["工\u180e资", "工\u200c资", "می\u200c", "a\u200db", "👨\u200d", "\u200d👨", "ᠬ\u180e"]
)
def test_signs_that_do_not_show_are_refused_everywhere_else(text: str) -> None:
    assert codes(clean_text("text", text)[1]) == ["forbidden_character"]


def test_marks_around_a_copied_number_go_without_a_word_and_others_do_not() -> None:
    assert clean_text("text", "请打\u202d138 0013 8000\u202c或\u200e(010)12345678\u200e。") == (
        "请打138 0013 8000或(010)12345678。",
        [],
    )
    assert codes(clean_text("text", "工\u202d资\u202c")[1]) == ["forbidden_character"] * 2
    assert codes(clean_text("text", "a\u202e138")[1]) == ["forbidden_character"]
    assert clean_email("\u2068lin@example.cn\u2069") == ("lin@example.cn", [])
    assert clean_id_number("\u202d11010519491231002X\u202c", "person") == ("11010519491231002X", [])


def test_a_name_with_joiners_is_found_without_them() -> None:
    assert NORMAL_FORMS["name"]("ئۇيغۇر\u200cچە") == NORMAL_FORMS["name"]("ئۇيغۇرچە")
