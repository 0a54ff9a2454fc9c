"""What the prover may find about who is kept out and who decides, as codes like those of ``findings``."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode

_NONE = gettext_noop("没有")


class IndependenceCode(TextCode):
    """(f) Whom a form complains of is kept out, and nobody decides over themselves."""

    NOT_SEALED = (
        "not-sealed",
        gettext_noop("“$action”填写“$field”，却没有对其密封"),
        gettext_noop("写明被反映的人员、单位的一项要写 accuses: true"),
        gettext_noop("“$field”没有写"),
    )
    OWES_UNSEEN = (
        "owes-unseen",
        gettext_noop("“$role”负有“$duty”，却看不到任何事项"),
        gettext_noop("sees: unit 或者 organisation"),
        "sees: none",
    )
    APPROVAL_PASSED = (
        "approval-passed",
        gettext_noop("“$action”不经“$duty”就到“$stage”，而“$proposals”之后要经过它"),
        gettext_noop("产生“$duty”，或者由负责它的人办理"),
        gettext_noop("直接到“$stage”"),
    )
    PLEDGED = (
        "pledged",
        gettext_noop("信访人“$action”时必须填“$field”，不作这样的表示就不能提出"),
        gettext_noop("“$field”可以不填，或者不问"),
        gettext_noop("必须填"),
    )
    NO_CUSTODIAN = (
        "no-custodian",
        gettext_noop("没有角色“$role”：不能确定反映的是谁时，无人可以查阅"),
        gettext_noop("角色 $role，of: organisation"),
        _NONE,
    )
    NOBODY_IDENTIFIES = (
        "nobody-identifies",
        gettext_noop("“$procedure”中没有人确定被反映的是谁"),
        gettext_noop("由 custodian 办理、写明 identifies: true 的动作"),
        _NONE,
    )
    IDENTIFIES_WRONGLY = (
        "identifies-wrongly",
        gettext_noop("“$action”不能让保管人确定被反映的是谁"),
        gettext_noop("只由 custodian 办理，填写被反映的单位和人员，办结其自 accused_written 起算的一项职责"),
        gettext_noop("“$action”不是这样"),
    )
    LOOKED_FOR_WRONGLY = (
        "looked-for-wrongly",
        gettext_noop("“$action”不能由别人代保管人办理，向其他机关函询须有公函"),
        gettext_noop(
            "由 custodian 办理（逾期转办由系统办理）；写明 on_paper: true 的，发出给该机关（to: organ）的文书"
        ),
        gettext_noop("“$action”不是这样"),
    )
    CUSTODIAN_STUCK = (
        "custodian-stuck",
        gettext_noop("保管人自己回避、逾期未办或者不认识被反映人的，“$duty”没有去处"),
        gettext_noop(
            "逾期转由下一顺位办理（on_due）、保管人回避（recuses: actor）、函询并按来函登记（on_paper）的办理动作"
        ),
        gettext_noop("没有 $way"),
    )
    CLEARED_ALONE = (
        "cleared-alone",
        gettext_noop("“$duty”由一人即可认定不反映任何人，或者无人能够确认"),
        gettext_noop(
            "只由 custodian 办理的 propose_clearing：记录 clearing_proposed 和 accused_written，撤销并重新产生这项职责；"
            "角色 custodian 写明 confirmed_by，为本机构另一角色"
        ),
        gettext_noop("没有 $way"),
    )
    NO_WAY_OUTSIDE = (
        "no-way-outside",
        gettext_noop("“$role”的机关不使用本系统时，“$duty”无人能够依法办理：本机关不得代为决定"),
        gettext_noop("代行人（stand_in）和 seat_fact，以及 seat_fact 为 outside 时转交、登记结果的办理动作"),
        _NONE,
    )
    DECIDES_OVER_ITSELF = (
        "decides-over-itself",
        gettext_noop("“$role”的机关不使用本系统时，代行的“$stand_in”也可以“$action”，等于对本机关的事自行决定"),
        gettext_noop("when 中写明 $fact 为 inside；或者为 outside，只登记上级机关的结果"),
        gettext_noop("没有限定"),
    )
    RECORDED_WITHOUT_PAPER = (
        "recorded-without-paper",
        gettext_noop("“$action”登记上级机关的结果，却不要求填写其文书"),
        gettext_noop("必填的文号（line）、文书日期（date，past）和文书原件（files）"),
        "$fields",
    )
    NOT_HANDED_OVER = (
        "not-handed-over",
        gettext_noop("“$action”之前，事项可能还没有转交上级机关"),
        gettext_noop("unless_open 中有一项只在 $fact 为 outside 时产生的转交职责"),
        _NONE,
    )
    HANDED_OVER_BY_NOBODY = (
        "handed-over-by-nobody",
        gettext_noop("“$action”之后没有人负责把事项转交系统之外的上级机关"),
        gettext_noop("opens 中有一项只在 $fact 为 outside 时产生的转交职责"),
        _NONE,
    )
    IN_ANOTHERS_NAME = (
        "in-anothers-name",
        gettext_noop("本机关登记上级机关的结果时发出“$notice”，而这是上级机关“$other”时发出的文书"),
        gettext_noop("本机关自己的告知文书"),
        "$notice",
    )
