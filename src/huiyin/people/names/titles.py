"""What people are called by beside or instead of their names: titles, ranks, forms of address, compound surnames."""

from __future__ import annotations

import re
from typing import Final

TITLES: Final = frozenset(
    (
        "同志 先生 女士 小姐 老师 师傅 大夫 医生 警官 警员 干警 干部 本人 等人 个人 "
        "局长 处长 科长 股长 所长 队长 站长 院长 校长 厅长 部长 市长 县长 区长 镇长 乡长 村长 组长 主任 书记 "
        "主席 委员 政委 参谋 干事 科员 主管 经理 总监 董事长 董事 总裁 负责人 领导 司长 支队长 大队长 中队长 "
        "一把手 二把手 大人 头头 老板 老大 头儿 秘书 秘书长 教导员 指导员 会计 专员 检察官 法官 巡视员 调研员 承办人 联系人 经办人 登记员 审查员 接待员 "
        "督察员 办事员 工作人员 教授 工程师"
    ).split()
)
CUSTODIANS: Final = tuple(
    "纪检 纪委 纪工委 纪监 纪律 纪保 监委 派驻 廉政 班子 党委 党组 保管 jw jiwei jijian jilu jiancha ducha secretary commission discipline custodian "
    "inspector".split()
)
"""What people call the office or the group that custodians come from, whatever else stands beside it."""
INSPECTORS: Final = ("监察", "督察")
"""Likewise, unless a trade stands before it: 监察室, 督察处, not 劳动监察队. Supervising (监督) is what any office may do: 防火监督处."""
TRADES: Final = tuple(
    "安全 安监 消防 防火 劳动 保障 卫生 食品 药品 医保 环境 环保 生态 土地 国土 资源 规划 建设 城管 城市 综合 质量 交通 市场 价格 "
    "物价 文化 旅游 渔政 水政 林业 农业 能源 电力 执法 税务 统计 教育".split()
)
"""What such an office inspects that is nobody's discipline."""
RANKS: Final = ("副", "正", "代", "原", "前", "现", "大", "老", "首席", "常务", "第一")
SHORT_TITLES: Final = tuple(
    (
        "局 处 科 股 所 队 站 院 校 厅 部 市 县 区 镇 乡 村 组 总 工 董 支 政 司 某 氏 姓 x 主 书 导 老 哥 姐 头 板 领 大 副 指 教"
    ).split()
)
RELATIVES: Final = tuple("哥 姐 叔 姨 弟 妹 爷 总 兄".split())
FAMILIAR: Final = (*RELATIVES, "头", "儿", "子")
POINTING: Final = "你我他它们的贵本该那这个位某单位机关现任前原"
BEFORE_SURNAME: Final = ("老", "小", "阿", "大", "姓")
COMPOUND: Final = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 "
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门 西门 左丘 第五 纳兰".split()
)
HEADS: Final = tuple(
    "一把手 主要领导 主要负责 负责人 老大 局座 头头 单位领导 领导班子 班子 法定代表人 法人代表 当家人 掌舵".split()
)
"""What people call whoever heads an organisation, whatever their post is called."""
DEPUTIES: Final = tuple("二把手 分管领导 分管负责 副职 主持工作 三把手 常务副 领导".split())
"""Likewise those beside them."""
HEADING: Final = tuple(
    "局长 主任 书记 总经理 董事长 院长 校长 站长 所长 厅长 部长 镇长 乡长 区长 县长 市长 主席 总裁 社长 行长".split()
)
"""What the post of one is called, at its end."""
HONORIFICS: Final = tuple(
    "director minister secretary chief manager officer captain professor boss miss mrs mr ms dr".split()
)
KINDS_OF_UNIT: Final = tuple(
    "办公室 部门 窗口 支队 大队 中队 小队 分队 中心 处室 科室 机构 小组 单位 处 科 室 办 部 局 股 组 队 所 站 厅 司 课 口 线".split()
)
"""With which the names of units end, which people take for one another; the longest first."""
OFFICE: Final = "办公室"
OFFICES: Final = re.compile(r"(?:局|党|行|政|院|校|厂|厅|委|所|站|区|市|县|镇|乡|街|总|综合)办(?![案理事法学公])")
"""What an office is called that is the office of something: 局办, 党办, 政办."""
NUMERALS: Final = str.maketrans(
    {
        **dict(zip("0123456789", "零一二三四五六七八九", strict=True)),
        **dict(zip("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十", strict=True)),
    }
    | {"两": "二", "第": ""}
)
"""Numbers of units as they are compared: 第2大队 is 二大队."""
