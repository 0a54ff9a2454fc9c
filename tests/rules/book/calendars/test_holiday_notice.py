"""The yearly notice is read as it is published; what does not fit its year is refused."""

from __future__ import annotations

import re

import pytest

from huiyin.rules.book.calendars.calendar_file import load_calendar
from huiyin.rules.book.calendars.holiday_notice import NoticeFault, NoticeUnreadable, read_notice

CALENDAR = load_calendar("CN", "Asia/Shanghai")
NOTICE_2026 = """各省、自治区、直辖市人民政府：经国务院批准，现将2026年元旦、春节等放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。"""


def test_a_notice_as_it_is_published_says_what_ships() -> None:
    text = read_notice(NOTICE_2026, 2026, CALENDAR.names).as_file("CN", "通知")
    entered = load_calendar("CN", "Asia/Shanghai", entered=(text,))
    assert (entered.off, entered.work) == (CALENDAR.off, CALENDAR.work)
    assert entered.sources[2026] == "通知"


@pytest.mark.parametrize(
    ("provision", "off", "work"),
    [
        ("一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。", "2018-12-30..2019-01-01", "2018-12-29"),
        ("元旦：12月30日至1月1日放假，12月29日上班", "2018-12-30..2019-01-01", "2018-12-29"),
        ("六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月29日上班。", "2019-10-01..2019-10-08", "2019-09-29"),
    ],
)  # fmt: skip
def test_other_years_wrote_it_in_other_ways(provision: str, off: str, work: str) -> None:
    text = read_notice(provision, 2019, CALENDAR.names).as_file("CN", "通知")
    assert re.findall(r"\[(.*)\]", text) == [off, work]


@pytest.mark.parametrize(
    ("notice", "fault"),
    [
        ("放假的事另行通知", NoticeFault.NO_HOLIDAY),
        ("元旦：13月1日放假", NoticeFault.NO_SUCH_DAY),
        ("元旦：日放假", NoticeFault.NO_HOLIDAY),
        ("春节：2月20日至18日放假", NoticeFault.BACKWARD),
        (NOTICE_2026.replace("1月4日（周日）", "1月4日（周一）"), NoticeFault.OTHER_WEEKDAY),
    ],
)
def test_what_is_no_notice_of_the_year_is_refused(notice: str, fault: NoticeFault) -> None:
    with pytest.raises(NoticeUnreadable) as refused:
        read_notice(notice, 2026, CALENDAR.names)
    assert refused.value.fault == fault


def test_a_notice_of_another_year_is_told_by_its_weekdays() -> None:
    with pytest.raises(NoticeUnreadable) as refused:
        read_notice(NOTICE_2026, 2027, CALENDAR.names)
    assert refused.value.fault == NoticeFault.OTHER_WEEKDAY


def test_a_notice_of_which_a_part_was_pasted_says_what_it_does_not_speak_of() -> None:
    assert read_notice(NOTICE_2026, 2026, CALENDAR.names).missing == ()
    part = NOTICE_2026.partition("三、")[0]
    assert read_notice(part, 2026, CALENDAR.names).missing == ("清明节", "劳动节", "端午节", "中秋节", "国庆节")
    together = read_notice("六、国庆节、中秋节：10月1日至8日放假调休。", 2026, CALENDAR.names)
    assert together.missing == ("元旦", "春节", "清明节", "劳动节", "端午节")
