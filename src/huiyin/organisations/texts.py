"""What is told about organisations, as codes with parameters: what stands in the way, what is missing, what is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop, terminal
from huiyin.rules.book.texts import CodedText, TextCode


class SeveralProblems(HuiyinError):
    """Raised as one of its subclasses for what somebody wrote, with everything that is wrong with it: ``problems``."""

    def __init__(self, problems: Iterable[CodedText]) -> None:
        self.problems = tuple(problems)
        super().__init__(_("；").join(problem.text(terminal()) for problem in self.problems))

    @property
    def in_lines(self) -> list[str]:
        """Every problem, one a line, and what to do."""
        return [*(problem.text(terminal()) for problem in self.problems), self.to_do]


class ChangeKind(TextCode):
    """What is changed to bring an installation in line with a file; the value is how programs call it."""

    ADD_ORGANISATION = "add-organisation", gettext_noop("新增机构")
    CHANGE_ORGANISATION = "change-organisation", gettext_noop("修改机构")
    CHANGE_RECEPTION = "change-reception", gettext_noop("修改接待信息")
    ADD_UNIT = "add-unit", gettext_noop("新增部门")
    CHANGE_UNIT = "change-unit", gettext_noop("修改部门")
    ABOLISH_UNIT = "abolish-unit", gettext_noop("撤销部门")
    LIAISON_ENDS = "liaison-ends", gettext_noop("不再是联系人")
    ADD_POST = "add-post", gettext_noop("新增岗位")
    CHANGE_POST = "change-post", gettext_noop("修改岗位的角色")
    CLOSE_POST = "close-post", gettext_noop("撤销岗位")
    INVITE = "invite", gettext_noop("邀请人员")
    CHANGE_PERSON = "change-person", gettext_noop("修改姓名")
    APPOINT = "appoint", gettext_noop("任命")
    END_APPOINTMENT = "end-appointment", gettext_noop("结束任职")
    CHANGE_LEADERS = "change-leaders", gettext_noop("调整领导小组")
    ADD_ADMINISTRATOR = "add-administrator", gettext_noop("设管理员")


ENTRIES: Final[Mapping[str, str]] = {
    "name": gettext_noop("单位全称"),
    "short_name": gettext_noop("简称"),
    "level": gettext_noop("层级"),
    "first_responsible": gettext_noop("第一责任人"),
    "paper_code": gettext_noop("发文机关代字"),
    "superior": gettext_noop("上一级机关"),
    "superior_name": gettext_noop("上一级机关（不在本系统内）"),
    "superior_address": gettext_noop("上一级机关地址"),
    "office": gettext_noop("接收来件的部门"),
    "address": gettext_noop("通信地址"),
    "postcode": gettext_noop("邮政编码"),
    "phone": gettext_noop("咨询电话"),
    "hours": gettext_noop("接待时间"),
    "place": gettext_noop("接待地点"),
}
"""What the entries of an organisation are called on pages, by what its file calls them."""


class DescriptionProblem(TextCode):
    """Why an installation cannot be as a file says."""

    OTHER_RULEBOOK = (
        "other-rulebook",
        gettext_noop("$organisation 现按 $rulebook 办理：改用另一规程，请用 huiyin rules activate"),
    )
    UNREADABLE_RULEBOOK = "unreadable-rulebook", gettext_noop("$organisation 的规程 $rulebook：$reason")
    NO_ORGANISATION = "no-organisation", gettext_noop("$organisation 的上级机关 $superior 不在本系统中")
    SUPERIOR_BELOW = "superior-below", gettext_noop("$organisation 的上级机关 $superior 是它自己的下级")
    UNIT_ENDED = "unit-ended", gettext_noop("$organisation 的部门 $unit 已于 $day 撤销，编号不能再用；新部门请另编号")
    UNIT_LEFT_OUT = (
        "unit-left-out",
        gettext_noop(
            "$organisation 的部门 $unit $name 没有写在文件中：请补上；已撤销的，写在 abolished 中，注明由哪个部门承接"
        ),
    )
    NO_UNIT_TO_END = "no-unit-to-end", gettext_noop("$organisation 没有部门 $unit，无从撤销")
    NO_ROLE = "organisation-no-role", gettext_noop("$organisation 的岗位“$post”：规程没有角色 $role，有的是 $known")
    NOBODY_CALLED = (
        "nobody-called",
        gettext_noop("$organisation 的“$place”：没有用户名为 $username 的人员，请写在 people 中"),
    )
    NO_ADMINISTRATOR_CALLED = (
        "no-administrator-called",
        gettext_noop("管理员：没有用户名为 $username 的人员，请写在 people 中"),
    )
    OTHER_PERSON = (
        "person-of-another-organisation",
        gettext_noop("people：$username 是其他机构的“$name”，不能改名；另一个人请用另一个用户名"),
    )
    CANNOT_INVITE = "cannot-invite", gettext_noop("不能邀请 $username：$reason")


class SheetProblem(TextCode):
    """What is wrong with a row of a staff sheet."""

    NO_POST = "row-without-post", gettext_noop("第 $row 行：没有写岗位")
    NO_UNIT = "row-without-unit", gettext_noop("第 $row 行：没有写部门")
    OTHER_PERSON = "row-with-a-taken-name", gettext_noop("第 $row 行：用户名 $username 已是另一个人的")
    TOO_MANY_ROWS = "too-many-rows", gettext_noop("表格超过 $max 行：较大的单位请用文件设立（huiyin setup --file）")
    OTHER_UNIT = "row-with-a-taken-code", gettext_noop("第 $row 行：部门编号 $code 已是“$name”，请另编一个")
    NO_ROLE = "row-with-an-unknown-role", gettext_noop("第 $row 行：没有角色“$role”，可以填写：$known")
    ELSEWHERE = (
        "row-with-somebody-elsewhere",
        gettext_noop(
            "第 $row 行：用户名 $username 是其他机构的“$name”，请另取一个；确实是同一人的，设立以后在“人员”中任命"
        ),
    )
    UNREADABLE_CELL = "row-with-an-unreadable-cell", gettext_noop("第 $row 行：单元格 $cell 读不出来（$fault）")


class Lack(TextCode):
    """What an office still lacks to receive petitions and answer them."""

    NO_ADMINISTRATOR = "no-administrator", gettext_noop("没有系统管理员：请指定两名")
    ONE_ADMINISTRATOR = (
        "one-administrator",
        gettext_noop("只有一名系统管理员，其无法登录时没有人能重置；请再指定一名"),
    )
    ADMINISTRATORS_INVITED = "administrators-invited", gettext_noop("$people 接受邀请之后才有人管理系统")
    LOCAL_ADDRESS = (
        "local-address",
        gettext_noop("$address 只有本机能打开：请用 HUIYIN_PUBLIC_URL 写明对外的网址"),
    )
    ROLE_INVITED = "role-invited", gettext_noop("$organisation：$people 接受邀请之后才有人担任“$role”")
    HANDS_OVER_INVITED = (
        "hands-over-invited",
        gettext_noop("$organisation：“$role”在$organ；$people 接受邀请之后才有人向它转交材料、登记它的结果"),
    )
    ROLE_WITHOUT_HOLDER = "role-without-holder", gettext_noop("$organisation：没有人担任“$role”：请任命人员担任 $posts")
    ROLE_WITHOUT_POST = "role-without-post", gettext_noop("$organisation：没有人担任“$role”：请给一个岗位这一角色")
    STAND_IN = "role-with-stand-in", gettext_noop("$organisation：没有人担任“$role”，现由“$stand_in”代办；请任命人员")
    NO_LIAISON = "unit-without-liaison", gettext_noop("$organisation：部门 $unit 没有联系人（每个部门应有一名）")
    NO_OFFICE = "no-office", gettext_noop("$organisation：没有写明哪个部门是信访工作机构（office）")
    NO_SUPERIOR = (
        "no-superior",
        gettext_noop("$organisation：没有写明上一级机关，告知书上只能写“上一级机关”；有的请写明"),
    )
    NO_CONTACT = "no-contact", gettext_noop("$organisation：$what没有填写，应当公布（《信访工作条例》第十八条）")
    NO_HEAD = "no-head", gettext_noop("$organisation：领导小组没有组长")


class PublishedContact(TextCode):
    """What is published of where an organisation receives people."""

    ADDRESS = "contact-address", gettext_noop("通信地址")
    PHONE = "contact-phone", gettext_noop("咨询电话")
    HOURS = "contact-hours", gettext_noop("接待时间")
    PLACE = "contact-place", gettext_noop("接待地点")
