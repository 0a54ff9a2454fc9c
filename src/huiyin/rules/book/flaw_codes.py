"""Everything that may be wrong with the text of a rulebook, as codes: what should stand there instead, and what may stand there.

A code is for programs and stays; its Chinese words are the key of its translations.
"""

from __future__ import annotations

from typing import Self

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode


class FlawCode(TextCode):
    """What the reader of rulebooks complains of, each with what is expected instead; what stands there is the parameter ``found``."""

    def __new__(cls, value: str, expected: str, text: str = "") -> Self:
        return cls._with(value, text, expected, "$found")

    # --- the file ---
    FILE_TOO_LARGE = "file-too-large", gettext_noop("文件不超过 $max 字节")
    FILE_UNREADABLE = "file-unreadable", gettext_noop("一个可以读取的文件")
    NO_FILE = "no-file", gettext_noop("一个文件")
    NOT_UTF8 = "not-utf8", gettext_noop("UTF-8 编码的文本（请用 UTF-8 编码另存）")
    CONTROL_CHARACTER = "control-character", gettext_noop("不含控制字符的文本")
    TOO_MANY_PARTS = "too-many-parts", gettext_noop("规程不超过 $max 个部分")
    TOO_DEEP = "too-deep", gettext_noop("层级不超过 $max 层")
    TOO_MANY_ENTRIES = "too-many-entries", gettext_noop("不超过 $max 项")
    TOO_MANY_DOCUMENTS = "too-many-documents", gettext_noop("一个文件只写一部规程")
    ALIAS = "alias", gettext_noop("直接写出内容（不用 * 引用）")
    MERGE = "merge", gettext_noop("直接写出内容（不用 << 合并）")
    TAG = "tag", gettext_noop("不带标签（!…）的内容；文本可以加引号")
    KEY_NOT_A_WORD = "key-not-a-word", gettext_noop("一个词作键")
    KEY_TOO_LONG = "key-too-long", gettext_noop("键不超过 $max 个字符")
    KEY_TWICE = "key-twice", gettext_noop("每个键只写一次，请合并或者删去重复的")
    NO_MAPPING = "no-mapping", gettext_noop("以 rulebook: 开头的“键: 值”内容")
    TABS = "tabs", gettext_noop("键前用空格缩进，不用制表符")
    NO_COLON = "no-colon", gettext_noop("写成“键: 值”，键后加冒号和空格")
    NO_CLOSING_QUOTE = "no-closing-quote", gettext_noop("这段文本的后引号")
    TWO_COLONS = "two-colons", gettext_noop("一行只写一个“键: 值”；文本中有冒号的，加引号")
    NO_COMMA = "no-comma", gettext_noop("各项之间加逗号，括号成对")
    INDENTATION = "indentation", gettext_noop("与上下各项同样的缩进")
    SPECIAL_SIGN = "special-sign", gettext_noop("以特殊符号开头的文本加引号")
    NO_YAML = "no-yaml", gettext_noop("有效的 YAML")
    MORE_ERRORS = "more-errors", gettext_noop("请先改正以上各处")
    # --- what it is made of ---
    UNKNOWN_BOOK = "unknown-book", gettext_noop("已有的规程之一（$known）")
    OTHER_VERSION = "other-version", gettext_noop("版本 $version")
    EXTENDS_ITSELF = "extends-itself", gettext_noop("不以本规程为上位规程的规程（继承不能成环）")
    INCLUDES_ITSELF = "includes-itself", gettext_noop("不包含本规程的模块（包含不能成环）")
    MODULE_OF_ANOTHER = "module-of-another", gettext_noop("继承 $needed 的规程：模块 $module 要求如此")
    TOO_MANY_LAYERS = "too-many-layers", gettext_noop("规程逐级继承不超过 $max 级")
    NO_PROCEDURE_FILE = (
        "no-procedure-file",
        gettext_noop("程序的内容，或者文件 $file"),
    )
    NO_TIME_ZONE = "no-time-zone", gettext_noop("时区名称，例如 Asia/Shanghai")
    NO_CALENDAR = "no-calendar", gettext_noop("放假安排的名称，例如 CN")
    # --- the files of the calendar ---
    OTHER_CALENDAR = "other-calendar", gettext_noop("calendar: $code，与文件名一致")
    NO_HOLIDAY = "no-holiday", gettext_noop("names 中的节日之一（$known）")
    NO_YEAR = "no-year", gettext_noop("四位数的年份")
    NO_DAY_OF_YEAR = "no-day-of-year", gettext_noop('每年的月和日，写作 "01-31"')
    NO_DAYS = "no-days", gettext_noop("日期，写作 2026-01-31，或者首日..末日")
    DAYS_BACKWARD = "days-backward", gettext_noop("末日不早于首日")
    DAYS_OF_ANOTHER_YEAR = "days-of-another-year", gettext_noop("$year 年或者上一年 12 月的日期")
    NO_WEEKEND = "no-weekend", gettext_noop("周六或者周日（其他日子本来就上班）")
    OFF_AND_WORKED = "off-and-worked", gettext_noop("同一天或者放假（off）或者上班（work）")
    # --- the file of an organisation ---
    NO_CODE = "no-code", gettext_noop("字母、数字、- 和 _，以字母或者数字开头，不超过 $max 个")
    NO_USERNAME = "no-username", gettext_noop("用户名：字母、数字、点、-、_ 和 @，以字母或者数字开头，不超过 $max 个")
    UNSEEN_SIGNS = (
        "unseen-signs",
        gettext_noop(
            "不含看不见的字符的文字：请删去这里的 $signs（会改变文字的显示次序，或者藏在文字之间），或者重新输入"
        ),
    )
    NO_MAIL = "no-mail", gettext_noop("邮箱地址，例如 name@example.cn")
    ENDS_BEFORE_IT_BEGINS = "ends-before-it-begins", gettext_noop("晚于 $since 的日期")
    NO_UNIT = "no-unit", gettext_noop("units 中的部门编号之一（$known）")
    TREE_WITH_A_CYCLE = "tree-with-a-cycle", gettext_noop("不在本部门之下的上级部门（部门上下级不能成环）")
    NAMED_TWICE = "named-twice", gettext_noop("每个只写一次")
    ONE_SUPERIOR = "one-superior", gettext_noop("只写一项：本系统内上级机关的 code，或者系统外上级机关的 name")
    WEEKDAYS_OR_DAY = "weekdays-or-day", gettext_noop("只写一项：每周的 weekdays（1 至 7），或者某一天 day")
    NO_SUCCESSOR = (
        "no-successor",
        gettext_noop("不在 units 中的部门编号（code），和 units 中承接它的部门编号（successor）"),
    )
    # --- single values ---
    UNKNOWN_KEY = "unknown-key", gettext_noop("此处可用的键之一（$known）")
    MISSING = "missing", gettext_noop("必须写明这一项")
    EMPTY_TEXT = "empty-text", gettext_noop("不为空的文本")
    NO_TEXT = "no-text", gettext_noop("文本（像数字、日期、true、false 的，加引号）")
    NO_KEYS = "no-keys", gettext_noop("“键: 值”的内容")
    NO_NAMES = "no-names", gettext_noop("一个名称，或者名称的列表")
    NO_WHOLE_NUMBER = "no-whole-number", gettext_noop("整数")
    NEITHER_TRUE_NOR_FALSE = "neither-true-nor-false", gettext_noop("true 或者 false")
    NO_DATE = "no-date", gettext_noop("日期，写作 2026-01-31")
    TEXT_TOO_LONG = "text-too-long", gettext_noop("不超过 $max 个字")
    ONE_AT_LEAST = "one-at-least", gettext_noop("至少一项")
    TOO_FEW = "too-few", gettext_noop("至少 $min 项")
    TOO_SMALL = "too-small", gettext_noop("不小于 $min")
    ENTRY_TWICE = "entry-twice", gettext_noop("每项只写一次")
    NO_ID = "no-id", gettext_noop("小写字母、数字、- 和 _，以字母开头")
    NO_FIELD_USE = "no-field-use", gettext_noop("填写项的名称（小写字母、数字和 _），可不填的在后面加 ?")
    NO_VERSION = "no-version", gettext_noop("字母、数字、点和 -，不超过 20 个")
    NO_LIMIT = (
        "no-limit",
        gettext_noop("写作 15 days（自然日）、5 working days（工作日）、2 hours（小时）或者 at once（当日）"),
    )
    LIMIT_TOO_LONG = "limit-too-long", gettext_noop("期限为 0 至 $max 日")
    NOT_AMONG = "not-among", gettext_noop("以下之一：$known")
    OUTSIDE_THE_VOCABULARY = "outside-the-vocabulary", gettext_noop("规程用语之内的内容")
    # --- names that lead somewhere ---
    NO_CLAUSE = "no-clause", gettext_noop("本规程 clauses 中的条款$known")
    NO_ROLE = "no-role", gettext_noop("本规程 roles 中的角色$known")
    NO_FACT = "no-fact", gettext_noop("本规程 facts 中的事实$known")
    NO_FIELD = "no-field", gettext_noop("本规程 fields 中的填写项$known")
    NO_PROCEDURE = "no-procedure", gettext_noop("本规程 procedures 中的程序$known")
    NO_MOMENT = "no-moment", gettext_noop("本规程 moments 中的时点$known")
    NO_STAGE = "no-stage", gettext_noop("本程序 stages 中的阶段$known")
    NO_LIMIT_NAME = "no-limit-name", gettext_noop("本程序 limits 中的期限$known")
    NO_DUTY = "no-duty", gettext_noop("本程序 duties 中的职责$known")
    NO_NOTICE = "no-notice", gettext_noop("本程序 notices 中的文书$known")
    NO_ACTION = "no-action", gettext_noop("本程序 actions 中的办理动作$known")
    NO_VALUE_OF_THIS = "no-value-of-this", gettext_noop("这项事实的取值之一$known")
    NO_VALUE_NOR_FIELD = "no-value-nor-field", gettext_noop("事实 $fact 的取值，或者 $$填写项$known")
    NO_VALUE_OF_FACT = "no-value-of-fact", gettext_noop("事实 $fact 的取值$known")
    NO_VALUE = "no-value", gettext_noop("$name 的取值$known")
    CHOICES_OF_ANOTHER_FACT = "choices-of-another-fact", gettext_noop("各选项都是事实 $fact 的取值的填写项（$known）")
    FIELD_OF_ANOTHER_TYPE = "field-of-another-type", gettext_noop("类型为 $types 的填写项")
    NEITHER_FIELD_NOR_FACT = "neither-field-nor-fact", gettext_noop("本动作的填写项或者事实$known")
    FIELD_NOT_ASKED = "field-not-asked", gettext_noop("本动作填写项之一$known")
    NO_CHOICE_FOR_ALL = "no-choice-for-all", gettext_noop("至少有一个选项不写 offered_if：在每一件上都可以选")
    FIELD_NOT_OPTIONAL = "field-not-optional", gettext_noop("可以不填的填写项（在填写项中写作 $field?）")
    FIELD_OF_DUE_DATE = "field-of-due-date", gettext_noop("必填的填写项 $field：职责 $duty 的期限由它确定")
    NO_DOLLAR = "no-dollar", gettext_noop("$$ 加填写项的名称")
    NOT_RECEIVED_SO = (
        "not-received-so",
        gettext_noop(
            "只有信访人自己、在等待送达凭证时（while_open）、以其同意（said）为前提、不填写任何内容而签收文书的，才可写明 receives"
        ),
    )
    NOT_IN_DAYS = "not-in-days", gettext_noop("自然日（days）")
    NO_VALUE_OF_FIELD = "no-value-of-field", gettext_noop("该填写项的选项")
    LIMIT_WITHOUT_LENGTH = "limit-without-length", gettext_noop("写明 within 和 from，或者写明 by_field")
    LIMIT_WITHOUT_START = "limit-without-start", gettext_noop("写明 from：期限自何时起算")
    START_WITHOUT_STAGE = "start-without-stage", gettext_noop("写明 to：登记之后处于哪个阶段")
    NOT_BY_THE_SYSTEM = "not-by-the-system", gettext_noop("系统角色（of: system）可以办理的动作")
    NOT_OF_THE_ORGANISATION = "not-of-the-organisation", gettext_noop("本机关的角色（of: organisation）")
    NOT_OF_THE_PETITIONER = "not-of-the-petitioner", gettext_noop("只由信访人采取的动作（登记人另在 entered 中写明）")
    ASKS_FOR_FIELDS = "asks-for-fields", gettext_noop("不要求填写的动作")
    ERASES_ALONE = (
        "erases-alone",
        gettext_noop("只从终结的阶段、在另一人批准而产生的职责未完成时（while_open、not_by）才可销毁"),
    )
    LIMIT_NOT_SO = "limit-not-so", gettext_noop("写明 $key 的期限")
    STAND_IN_FOR_NOBODY = "stand-in-for-nobody", gettext_noop("只有本机关或者上级机关的角色可以有代行人")
    STAND_IN_ELSEWHERE = "stand-in-elsewhere", gettext_noop("本机关的角色（of: organisation）")
    SEAT_FACT_FOR_NOBODY = (
        "seat-fact-for-nobody",
        gettext_noop("只有上级机关的角色并且写明代行人的，才可以有 seat_fact"),
    )
    SEAT_FACT_VALUES = "seat-fact-values", gettext_noop("取值为 inside（起始值）和 outside 的事实")
    # --- the catalogue of files ---
    NO_END_TO_ARCHIVE = "no-end-to-archive", gettext_noop("any，或者可以归档的终结阶段$known")
    ONE_KIND_OF_ITEM = "one-kind-of-item", gettext_noop("paper、served、step、kept 中恰好写一种")
    END_WITHOUT_CATALOGUE = "end-without-catalogue", gettext_noop("写明在“$stage”终结的案卷应当有什么")
    NO_PLACE_FOR_REASONS = (
        "no-place-for-reasons",
        gettext_noop("归档动作有可以不填的文本填写项 $field?：缺项在那里说明"),
    )
    # --- figures ---
    ONE_KIND_OF_INDICATOR = "one-kind-of-indicator", gettext_noop("duties、field、without 中恰好写一种")
    # --- what is found without a search ---
    MOMENT_UNMARKED = (
        "moment-unmarked",
        gettext_noop("此前已记录时点“$moment”：职责“$duty”自它起算"),
        gettext_noop("职责的期限可能还没有起算"),
    )


class PhraseCode(TextCode):
    """What stands in a rulebook, or how parts of an expectation are said, where it is no word of the file itself."""

    NOTHING = "found-nothing", gettext_noop("没有写")
    NONE = "found-none", gettext_noop("没有")
    NEITHER = "found-neither", gettext_noop("两项都没有写")
    MORE = "found-more", gettext_noop("超出了")
    DEEPER = "found-deeper", gettext_noop("更深")
    BYTES = "found-bytes", gettext_noop("$number 字节")
    MORE_PLACES = "found-more-places", gettext_noop("还有 $number 处")
    AGAIN = "found-again", gettext_noop("又写了一次 $key")
    SECOND_DOCUMENT = "found-second-document", gettext_noop("--- 之后又有一份")
    A_LIST_OR_MAPPING = "found-a-list-or-mapping", gettext_noop("列表或者“键: 值”内容")
    A_LIST = "found-a-list", gettext_noop("列表")
    A_TEXT = "found-a-text", gettext_noop("单个文本")
    A_FOLDER = "found-a-folder", gettext_noop("文件夹")
    SOMETHING_ELSE = "found-something-else", gettext_noop("别的东西")
    UNREADABLE = "found-unreadable", gettext_noop("系统读不了它")
    OTHER_ENCODING = "found-other-encoding", gettext_noop("别的编码，可能是 GBK")
    NOT_TEXT = "found-not-text", gettext_noop("不是文本的内容")
    NOT_YAML = "found-not-yaml", gettext_noop("不合 YAML 写法的内容")
    NOT_YAML_UP_TO = "found-not-yaml-up-to", gettext_noop("不合 YAML 写法的内容，直到第 $line 行")
    OF_TYPE = "found-of-type", gettext_noop("$name，类型为 $type")
    CALENDAR_NOT_THERE = "found-calendar-not-there", gettext_noop("没有 $code 的放假安排（文件 $file）")
    MAYBE_UNMARKED = "found-maybe-unmarked", gettext_noop("自 $stage 办理时可能没有记录")
    NOBODY = "found-nobody", gettext_noop("没有人")
    NO_DUTY = "found-no-duty", gettext_noop("无人负有")
    LISTED = "found-listed", gettext_noop("：$names")
    NEAREST = "found-nearest", gettext_noop("$names；最接近的是 $near")
