"""What people are called by beside or instead of their names: titles, ranks, forms of address, compound surnames."""

from __future__ import annotations

from typing import Final

TITLES: Final = frozenset(
    (
        "同志 先生 女士 小姐 老师 师傅 大夫 医生 警官 警员 干警 干部 本人 等人 个人 "
        "局长 处长 科长 股长 所长 队长 站长 院长 校长 厅长 部长 市长 县长 区长 镇长 乡长 村长 组长 主任 书记 "
        "主席 委员 政委 参谋 干事 科员 主管 经理 总监 董事长 董事 总裁 负责人 领导 司长 支队长 大队长 中队长 "
        "秘书 秘书长 教导员 指导员 会计 专员 检察官 法官 巡视员 调研员 承办人 联系人 经办人 登记员 审查员 接待员 "
        "督察员 办事员 工作人员 教授 工程师"
    ).split()
)
CUSTODIANS: Final = tuple(
    "纪检 纪委 纪工委 纪监 纪律 纪保 监委 派驻 廉政 班子 党委 党组 保管人 jw jiwei jijian jilu jiancha ducha".split()
)
"""What people call the office or the group that custodians come from, whatever else stands beside it."""
INSPECTORS: Final = ("监察", "督察")
"""Likewise, unless a trade stands before it: 监察室, 督察处, not 劳动监察队. Supervising (监督) is what any office may do: 防火监督处."""
TRADES: Final = tuple(
    "安全 安监 消防 防火 劳动 保障 卫生 食品 药品 医保 环境 环保 生态 土地 国土 资源 规划 建设 城管 城市 综合 质量 交通 市场 价格 "
    "物价 文化 旅游 渔政 水政 林业 农业 能源 电力 执法 税务 统计 教育".split()
)
"""What such an office inspects that is nobody's discipline."""
RANKS: Final = ("副", "正", "代", "原", "前", "现", "首席", "常务", "第一")
SHORT_TITLES: Final = tuple(
    ("局 处 科 股 所 队 站 院 校 厅 部 市 县 区 镇 乡 村 组 总 工 董 支 政 司 某 氏 姓 x 主 书 导 老 哥 姐").split()
)
FAMILIAR: Final = tuple("哥 姐 叔 姨 弟 妹 爷 总 头 儿 子 兄".split())
POINTING: Final = "你我他它们的贵本该那这个位某单位机关现任前原"
BEFORE_SURNAME: Final = ("老", "小", "阿", "大", "姓")
COMPOUND: Final = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 "
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门 西门 左丘 第五 纳兰".split()
)
