"""Whom words mean that speak of those who deal with a matter: few are known, so by little, 承办人, 来查的人, 老冯, 他. Pure.

Two readers. Of what a petitioner says (``said_of``) everything counts that is not plainly about the matter: they were met, asked, thanked, or have not
come yet. Of what staff write (``told_of``) that counts where others say it; of their own words only what is bad: they name each other all day long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from huiyin.door.accused.no_record import is_light, speaks_of_those_who_came, without_others
from huiyin.people.names.calls import SURNAMES
from huiyin.people.names.hints import pattern, spoken_lines
from huiyin.people.names.mentions import is_bad, reports
from huiyin.people.names.neutral import CLAUSE_END, says_plainly
from huiyin.people.names.plain import says_nothing, tells_of_things
from huiyin.people.names.spelling import MIN_PART, sounds, surname_of, syllables
from huiyin.people.names.titles import TITLES

_SOMEBODY: Final = "(?:那|这)?(?:个|位|几个|几位|两个|两位|些)?(?:人员?|同志|工作人员|办事员|监督员|检查员|领导|干部|工程师|技术员|专员|科员|客服|经理|[男女]同志|[男女]的|小伙子?|小姑娘|[两几]位|[两几三]个人|位)"
_MINE: Final = "(?:我|本人|俺|他|她|其)[^，,；;。！？!?：:\n]{0,10}?"
_HANDLER: Final = re.compile("(?:那|这)?(?:个|位)?(?:承办|经办|主办)的?(?:人员?|员|同志|领导|干部)")
"""By the office's own word: whoever is on record as handling it, and nobody else."""
_HANDLING: Final = re.compile(
    rf"(?:承办|经办|主办)(?:{_MINE})?的?{_SOMEBODY}"
    rf"|(?:承办|经办|办理){_MINE}的(?=[，,])|(?:上次|那天|前天|昨天|那|这)(?:个|位)?(?:那|这)?(?:个|位)(?:检查|监督|办事|工作人|承办人)员?"
    rf"|(?:办理|处理|负责|办|管|查|调查|核查|跟进|对接){_MINE}的{_SOMEBODY}"
    rf"|(?<!您)(?<!你)办事的(?:那|这)?(?:个|位)?(?:同志|人员?|干部)|(?:办理|处理|负责|经办|查办|调查|核查)(?:此|本|该|这)(?:一?件|个)?(?:事项?|信访件?|案件?)?的{_SOMEBODY}"
    rf"|(?:来|上门|到我[^，,；;。！？!?]{{1,4}}?来?)(?:的|[^，,；;。！？!?：:\n]{{0,6}}?(?:查|检查|调查|核查|核实|看|办|处理)(?:{_MINE})?的){_SOMEBODY}"
    rf"|[你贵](?:们|局|处|科|单位|公司|街道|办)的人(?![都全们])|(?:调查|核查|检查|执法|督查|工作)组的?{_SOMEBODY}"
    rf"|(?:你|贵|局里|处里|单位)?[们局处科]*派(?:来|过来|下来)?的?{_SOMEBODY}"
    rf"|电话(?:里|那头|中)的?{_SOMEBODY}|(?:打|来)(?:来)?电话(?:给我)?的{_SOMEBODY}"
)
_RECEIVING: Final = re.compile(
    rf"(?:接待|接访|登记|接电话|收件)(?:{_MINE})?的?{_SOMEBODY}|窗口[^，,；;。！？!?：:\n]{{0,4}}?的?{_SOMEBODY}|(?:接待|登记)员"
)
_DEED: Final = (
    "(?:量|测)水压|勘[查察]|取证|做笔录|记笔录|送达|送(?:告知书|通知书?|文书|回执|来信)|调解|通话|通电话|回信|回访|回电|办案|办件|对接|签意见|签[名字]|"
    "(?:写|拟|起草)答复|盖章|经(?:你们)?手|受理|复核|复查|执法|领头|带队|(?:戴|带|穿)(?:着|的)?(?:执法)?(?:记录仪|制服|马甲|蓝马甲)|(?:拿|持)着?你们公函来|管我(?:这|们)[^，,；;。！？!?的]{0,3}|(?:开|坐)公务车来"
)
"""What those do who deal with a matter, by which somebody calls them."""
_PERSON: Final = "(?:(?:那|这)(?:个|位|几[个位])?)?(?:人员?|同志|工作人员|工程师|师傅|组长|队长|小?姑娘|小?年轻|小伙子?|胖子|瘦子|女的|男的|女人|男人|家伙|大个子?|两口子|领导|干部|眼镜|位)"
_FILLER: Final = re.compile("(?:对(?!方)|是的|没错|就是|又是|还是|唉|嗯|呵呵|哼|[，,])+")
_BY_DEED: Final = re.compile(
    rf"(?:{_DEED})(?:我们?|这事|我这事|此事|我的[事件案])?的?(?:{_PERSON}|(?:那|这)[个位])|(?:处理|执法|办事|办案|经手)人员?(?!一?栏|名单|是谁)|办案的(?=把|说|让|要|收|拿)|(?:你们|贵[局处]|你[局处])(?:内部|那边|里面|单位)?有人|公务车上下?来?的?(?:人|那位)"
)
"""By what the office does, or as somebody of it: whoever it was. Of other places it says so before."""
_ELSEWHERE: Final = re.compile(
    "(?<![我们家])(?:物业|开发商|饭店|餐馆|烧烤|老板|店|邻居|对方|摊主|业主|学校|公司|工地|施工|小区|城管|街道|社区|村|保安|租户|住户|医院|银行|法院|派出所|警|律师|水务|电力|燃气|自来水|供电|供暖|环卫|快递|中介|志愿|居委会|业委会)(?:[队方里局处员者]|公司|那边)?的?$"
)
"""Right before what somebody is called by: they are of another place."""
_PRIVATE: Final = re.compile(
    "(?<![我们家])(?:物业|开发商|饭店|餐馆|烧烤|老板|邻居|对方|摊主|业主|施工|保安|租户|住户|医院|银行|快递|中介)(?:[队方里员者]|公司|那边)?的?$"
)
"""Likewise, of no office."""
_MADE_OTHERS: Final = re.compile(
    "(?:已经?|都|当场)*(?:让|责令|要求|叫|通知)(?:对方|老板|店家?|物业|他们|施工方?|开发商|业主|摊主|饭店|邻居)[^我你，,；;。！？!?]{0,8}(?:停|改|拆|清|搬|撤|挪|关|修|装|换)[^我你，,；;。！？!?]{0,4}$"
)
_PRONOUN: Final = re.compile("(?:他(?!们家|家|人|妈)|她|此人|该人|这个?人|那个?人|其人)(?!们)")
_HOUR: Final = "(?:[上这下本]?(?:周|星期|个?月)[一二三四五六日天末初底]?|今天|昨天|前天|昨晚|[上下中]午|晚上|早上|刚才|前几天|当天|[0-9一二三四五六七八九十]+[日号月天点])"
_WHEN: Final = f"(?:同志|{_HOUR}|已经?|曾经?|当时|上次|后来|随后|又|就|也|都|均|还|再次|现在|一直|当面|口头|书面|主动|及时|亲自|和|与|跟|给|向|我们?|本人|家里?|来|到|打|现场|过来|很快)*"
_DEALT: Final = "(?:接待|受理|登记|办理|答复|回复|告知|告诉|通知|说明|解释|联系|来过|来了|看|查看|检查|查|核实|核查|调查|了解|回电|来电|询问|问|拍照|拍|记录|走访|打?(?:来|了|过)?电话|收到?|收下|到场|在场|参加|陪同|沟通|见)"
_MET: Final = re.compile(
    rf"{_WHEN}(?:{_DEALT}(?:了|过|的|好|清楚)?){{1,3}}(?:一下|我们?|本人|[他她]们?|此事|情况|现场|(?:我的?|本人的?)?(?:来信|信|材料|来访|情况|事项|申请|登记|事|问题|意见|进度|进展)|[很多几]+张?照片)*(?:了|的)?$"
)
_SAID: Final = re.compile(
    rf"{_WHEN}(?:在?电话(?:里|中))?(?:说|称|告知|告诉|通知|答复|回复|答应|承诺|表示|让|叫|请)(?:了|过)?(?:我们?|本人)?(?:说|要|会|将|再|先|需要?|还要?|等|在)*"
    r"(?:[上这下本]?(?:周|星期|个?月)|月底|年底|近期|尽快|明天|后天|[0-9一二三四五六七八九十]+(?:日|天|个|月)|补|提供|提交|等|研究|核实|答复|回复|整改|处理完|办好|办结|上报|开会|协调|十)"
)
_TELLS: Final = re.compile(
    rf"(?:[\u4e00-\u9fff]{{1,3}}同志)?{_WHEN}(?:来电|在?(?:电话|短信)(?:里|中)?)?(?:说|称|让|叫|要|请|通知|告知|告诉|答复|回复|表示)"
)
_MAKES: Final = re.compile(
    "(?:还|又|并|就|也|非|硬)*(?:让|叫|逼|要(?!多久|等|求|是|不是)|不让|不许|骂|说我)[^，,；;。！？!?]{2}"
)
_OF_THE_MATTER: Final = re.compile(
    "上报|报上去|归[^，,；;。]{1,8}管|合同|报告|检测|找(?:街道|社区|物业|[^，,；;。！？!?]{1,4}(?:局|部门|办|委|所))|更换|要换|维修|检修|安装|拆除|材料|补[交充正齐]|提供|提交|写清|填写|复印件|照片|证明|门牌|上会|研究|整改|处理|等[待到]?|下周|本周|月底|尽快|核实|政策|规定|程序|属于|归|职责|结果|答复|回复|进度|情况|申请|登记|联系|通知|现场|电话"
)
_ASKED_TO: Final = re.compile(
    rf"(?:[\u4e00-\u9fff]{{1,3}}同志)?{_WHEN}(?:说|让|叫|要|请|通知|告知|告诉|提醒)(?:我们?|本人|家里?|人)*(?:补签|补填|重填|漏签|有一[页处](?:漏签|没签|没填)|带路|领路|指路|本人(?:到场|来一?趟|去一?趟)|[别不]要?(?:着急|担心)|不用(?:着急|担心)|各退一步|双方各退一步|"
    "写一?[个张份](?:收条|情况说明|便条)|在(?:检查|现场|谈话)?(?:记录|笔录|回执|清单|登记表|每一?页)(?:上面?)?签[名字收]?|(?:把)?(?:水龙头|阀门|地下室|大门|房门|窗户|水表箱)(?:的门)?打开|(?:我的?)?(?:身份证|户口本|证件|营业执照)(?:复印件)?(?:过期|到期|不清楚|看不清))(?:一?[页张份处次下]|名字?|字)?(?:了)?$"
)
"""What is asked of whoever writes is about the matter."""
_ITS_ANSWER: Final = re.compile(
    r"的?(?:短信|电话|签名|签字|盖章|答复|回复|来电|意见|通知|告知|结论|调查|核查|笔录|记录|处理)(?:书|处|里|中|的|内容|结果|意见)*(?:[^，,；;。！？!?]{0,10}(?:是空白|空号|打不通|没人接|不对|有误|不属实|不实|不准确|不同意|不满意|不服|不认可|不全|不清楚))?$"
)
_GONE: Final = re.compile("(?:走|离开|来过?|检查|查)(?:完|了|过)?(?:以后|之后|后|的时候|时|那天)$")
_QUESTION: Final = re.compile(
    "[^，,；;。！？!?]{0,8}(?:吗|呢|没有|了没|么)$|(?:能不能|能否|可不可以|可否|是否|什么时候|何时|几时|多久|怎么联系)"
)
_AT_WORK: Final = re.compile(
    rf"(?:[\u4e00-\u9fff]{{1,3}}同志)?{_WHEN}(?:(?:和|跟|与|同)(?:我|社区|街道|居委会|同事|另外)[^，,；;。！？!?]{{0,6}}?)?(?:一起|一同|都)*"
    r"(?:来(?:了|过|看|到|量|测|拍|取)|到(?:了|过)|去(?:了|过)?现场|看(?:了|过)|量(?:了|过)|测(?:了|过|量)|问(?:了|过)|查(?:了|过|看)|拍(?:了|过)|核(?:对|实|查)|留(?:了|的|下)(?:电话|号码|名片|联系方式)|"
    r"建议|认为|认定|了解|换(?:人|了)|约(?:了|好|我)|签(?:名|收)|收到|记(?:了|录|下)|提醒|解释|答应|转(?:了|给|交)|上?报(?:了|给|送)|给了?我?(?:一个|一份|一张)?(?:电话|地址|号码|清单|告知|回执|材料|名单)|问的)"
)
_NOT_YET: Final = re.compile(
    rf"{_WHEN}(?:至今|到现在|目前|迟迟|仍然?|尚|直到现在|从来)*(?:还|一直|都|也)?(?:没有?|未|没人)(?:[人再]|和|与|跟|给|向|我们?|本人|打|任何|来)*(?:联系|答复|回复|来过?|消息|回电|电话|通知|结果|回应|告知|回音|露面|到现场|说法|动静|进展)"
)
_PRAISED: Final = re.compile(
    r"(?:同志|的)?(?:工作|办事|服务|态度|说话|人|为人|处理|办得|做得|讲得|的|得|都|很|非常|十分|特别|真|挺|也|是)*(?:好|热情|耐心|认真|负责|和气|客气|辛苦|周到|细心|专业|高效|及时|公正|满意|放心|感谢|清楚|不错)"
)
_WHO: Final = re.compile(
    r"(?:的(?:电话|手机)|是谁|是哪|叫什么|姓什么|贵姓|的?(?:电话|联系方式|手机|姓名|名字)(?:号码?)?(?:是|多少|有|在|[：:?？，,。]|$)|[：:]|$)"
)
_ASKED: Final = re.compile(
    r"(?:请|希望|望|盼|麻烦|感谢|谢谢|多谢|表扬|信任|相信|满意|向|联系过?|联系到?|找过?|问过?|询问|咨询|交给了?|告诉|转给|转告|告知|配合|约好?|约了|和|跟|与|对|由|要求|请求|建议|请问|给|转告)(?:了|过|一下|你们的?|你局的?|贵局的?|我的|这位|那位|登记员|接待员|监督员|检查员|工作人员|承办人|经办人)*$"
)
_OTHERS: Final = re.compile(
    r"(?:但是?|可是?|不过|然而|结果|而|现在|目前|至今|今天|昨天)*(?:请(?!客|吃)|希望|望|麻烦|谢谢|特此|我们?|本人|物业|通道|消火栓|消防|楼|小区|开发商|饭店|餐馆|烧烤|老板|店家?|邻居|对方|问题|情况|隐患|设备|现场|材料|手续|车|垃圾|噪音|油烟|业主|居民|学校|公司|工地|门|灯|水|电)"
)
_OUTSIDE: Final = re.compile(
    "(?:但是?|可是?|不过|然而|而|现在|目前|至今|今天|昨天|第二天|又)*(?:物业|通道|消火栓|消防|楼|小区|开发商|饭店|餐馆|烧烤|老板|店家?|邻居|对方|问题|情况|隐患|设备|现场|材料|手续|车|垃圾|噪[音声]|油烟|漏水|积水|管道|井盖|路灯|电梯|烟道|业主|居民|学校|公司|工地|摊位|摊主|门|灯|水|电|白天|请(?!客|吃)|希望|望|麻烦|谢谢)"
)
_OF_WRITER: Final = re.compile(
    "(?:现在|目前|今天|昨天|后来|刚才)?(?:我们?|本人|我家|我单位|我公司|我店|我厂|我校|家里)"
)
_HARMED: Final = re.compile(
    "[他她您]|此人|该人|吓|怕|不敢|哭|病|失眠|睡|气|辞|开除|停职|转学|挂在|群|名字|同事|看[到见]|听[说人]|发现|才知道|根本|都知道|第二天|等了|被|却|反而|结果|别的|存款|[给交送退][了上过]"
)
"""In what whoever writes goes on to say of themselves: it happened to them, or they tell what others did."""
_OF_PEOPLE: Final = re.compile("[他她我您]|此人|该人|这人|那人|两个人|一起")
_TURNED: Final = re.compile(
    "但|其实|却|一边|顺手|眼睛|空白|手印|保证书|承诺书|息访|息诉|撤|作废|代签|替.{0,4}签|(?:别|不要|不许|不让|不给|不准)(?!着急|担心|急|怕)"
)
"""With these a clause goes on with something else."""
_BAD: Final = re.compile(
    r"给了?(?:物业|对方|老板|他们|开发商|摊主)(?:看|听|送|过目|$|[，。,])|[跟向和问](?:物业|对方|老板|开发商|摊主|店家)[^，,；;。]{0,4}要了|弄丢|没送礼|送礼|再闹|宾馆|会所|茶楼|饭局|每人拎|拎着|油钱|[给交][0-9一二两三四五六七八九十百千万]+[元块]?(?:钱|现金)?就|"
    r"[要交给][我他]?(?:[一二两三四五六七八九十几0-9]+[百千万]|一万|五百)(?![个次年月天日份张分遍人元米])|"
    r"撤(?:了|回|诉|信|案|掉|销|访)|别再?告|再告|不要再?告|不识抬举|懂点?规矩|守规矩|表示表示|意思意思|想快|想好|别想|走着瞧|后果自负|小心点|关门|空手|满手|宴请|请客|吃饭|吃请|饭钱|旅游|"
    r"给了(?:物业|被|对方|老板|他们|开发商)|交给了?(?:物业|对方|老板|开发商)|转给了?(?:物业|对方|老板|开发商|被)|告诉了?(?:物业|对方|老板|开发商|被)|骂|哭|凶|吼|不耐烦|录音|回避|亲戚|亲属|连襟|"
    r"之(?:夫|妻|子|女|弟|兄|父|母)|爱人|老婆|丈夫|侄|合伙|入股|不像话|不妥|不当|批评教育|指定的|指定购买|承认|暗示|送的|所送|收下|茶叶|就是他拿|要东西|同学会|一起吃|打牌|麻将|偏心|走后门|不公|敷衍|搪塞|一伙|同伙|一条裤子|闭嘴|识相|少管|换掉|撤换|表[弟哥姐妹叔]|堂[弟哥姐妹]|外甥|删除|销毁|涂改|伪造|编造|编的|删了|删掉|擅自|未经|住宿|篡改|隐瞒|违反|违规|单独接触|钓鱼|唱歌|喝茶|喝酒|喝多|推销|就餐|用餐|未付款|没付钱|买单|私下|私自|停留|歌厅|洗浴|足浴|经济往来|利益|(?:仍|还|再|不要|不能|不愿|不愿意|拒绝|反对)由～|同乡|老乡|战友|未报告|没有报告|未申报|带回家|答非所问|看手机|念给|哭穷|支援一点|保安|赶我|轰我|滚|报警抓"
)
_NOTHING_WRONG: Final = re.compile(
    "(?:我|本人)的?(?:爱人|老婆|丈夫|妻子|侄[子女])(?=接待|在家|陪|说|都说|不在)|休假|[请放]假|[水气电]压|压力|没有?(?:错|问题|关系|毛病|坏)|无误|不错|[查签接]收|再?打(?:过|了)?[一二三四五六七八九十几两0-9]+(?:次|遍|通)"
)
_THREAT: Final = re.compile(
    "再告|别再?告|不要再?告|撤(?:诉|信|案|访)|不识抬举|走着瞧|后果自负|小心点|找你麻烦|让你[^，,；;。！？!?]{0,6}(?:关门|好看|不好过)"
)
_HERE: Final = re.compile("[你贵](?:们|局|处|科|单位|所|队)")
_TOLD: Final = re.compile(
    "提到|哭诉|出示|播放|(?:反映|举报|投诉|控告)[^，,；;。！？!?]{0,4}$|提供|来电|讲[，,：:]|问[：:，,]|称(?=是|[，,：:])|指着|诉称|质问|抱怨|怀疑|认为|据.{1,10}?[讲说称]"
)
_DID: Final = re.compile(
    rf"(?:同志|{_HOUR}|已经?|均|共|当场|现场|随后|再次|又|负责|也|都|就|及时|曾|于|到|赴|对[^，,；;。！？!?]{{1,10}}?(?:进行)?)*(?:参加|接待|告知|答复|回复|联系|说明|解释|核实|核查|查看|检查|勘查|调查|走访|"
    "办理|承办|经办|主办|登记|受理|转(?:派出所|住建|城管|街道|社区|有关)|汇报|报告|报送|送达|通知|记录|协调|组织|召集|召开|到场|到现场|前往|现场|出具|提交|起草|审核|审查|审批|批示|签字|签发|转交|转办|交办|陪同|协助|提出|建议|表示|认为|负责|值班|跟进|督促|回访|沟通|约谈|同意|拟|起草|复核|说服|劝)"
)
_DEALING: Final = re.compile(
    r"(?:由|会同|经|向|请|与|同|和|联系|约见|感谢|信任|相信|满意|希望由?|要求|请求|请|交|转|转交|报|报请|对|陪同|通知|表扬|告知|跟|及|、|交由|商|征求|协同|配合|指派|安排|派)(?:了|过|我[局处科]?|本[局处科]|监督员|承办人|科员)*$"
)


@dataclass(frozen=True, slots=True)
class HavingPart:
    """Those who have a part in a matter: who handles it, who received it, and how each of them is called. ``beside`` are who work where it is
    handled, in whatever role: no record says who went along, or made a call.
    """

    handling: frozenset[UUID]
    receiving: frozenset[UUID]
    names: tuple[tuple[UUID, str], ...]
    beside: frozenset[UUID] = frozenset()

    @property
    def dealing(self) -> frozenset[UUID]:
        """Whoever may be meant by what somebody did who deals with the matter."""
        return self.handling | self.beside if self.handling else self.handling

    def __bool__(self) -> bool:
        """Whether there is anybody."""
        return bool(self.handling or self.receiving)


Heard = list[frozenset[UUID]]
"""For each sentence, of whom it says something."""


def said_of(sentences: Sequence[str], part: HavingPart) -> Heard:
    """Of whom each sentence of a petitioner says what is not plainly harmless."""
    lines, called = spoken_lines(sentences), _by_name(part)
    found, is_known, he, they = Heard(), True, part.handling, False
    for number, line in enumerate(lines):
        calls = list(_calls(line, part, called))
        people = {one for call in calls for one in _meant(line, *call, part)}
        if people and not _BAD.search(line) and says_plainly(lines, number, [call[:2] for call in calls]):
            people = set()
        if is_known and _PRONOUN.match(line, _begins(line)) and (_BAD.search(line) or is_bad(line)):
            people |= he
        if speaks_of_those_who_came(line, known=they) and (_BAD.search(line) or is_bad(line)):
            people |= part.dealing
        if _THREAT.search(line) and any(map(_HERE.search, lines)):
            people |= part.dealing
        if any(whom >= part.dealing for _start, _end, whom in calls):
            he = part.dealing
        they = bool(calls) or (they and speaks_of_those_who_came(line, known=True))
        is_known = bool(calls) or (is_known and _PRONOUN.match(line, _begins(line)) is not None)
        found.append(frozenset(people))
    return found


def _begins(line: str) -> int:
    """Where a line begins to say anything: 对，就是他."""
    found = _FILLER.match(line)
    return found.end() if found else 0


def _meant(line: str, start: int, end: int, whom: frozenset[UUID], part: HavingPart) -> frozenset[UUID]:
    """Of whom a line says something where it calls ``whom``: of those whom no record names only what is more than unclear."""
    if _is_harmless(line, start, end):
        return frozenset()
    if whom == part.dealing and part.beside and is_light(line, start, end):
        rest = without_others(line[end:])
        if not _is_bad_of(line[:end] + rest, start, end):
            return part.handling if rest != "，".join(CLAUSE_END.split(line[end:])) else frozenset()
    return whom


def told_of(sentences: Sequence[str], part: HavingPart) -> Heard:
    """Of whom each sentence that staff wrote tells what others say, which is not plainly harmless, or says what is bad."""
    called = _by_name(part)
    return [
        frozenset(
            one for start, end, whom in _calls(line, part, called) if not _is_at_work(line, start, end) for one in whom
        )
        for line in spoken_lines(sentences)
    ]


def _calls(line: str, part: HavingPart, called: re.Pattern[str] | None) -> Iterator[tuple[int, int, frozenset[UUID]]]:
    """Where somebody who has a part is called, and who that may be."""
    taken = set[int]()
    for found in called.finditer(line) if called is not None else ():
        if pattern("elsewhere").search(CLAUSE_END.split(line[: found.start()])[-1][-MIN_PART * 2 :]):
            continue
        taken.update(range(found.start(), found.end()))
        yield found.start(), found.end(), _bearers(found[0], part)
    for roles, people in ((_HANDLING, part.dealing), (_RECEIVING, part.receiving or part.dealing)):
        for found in roles.finditer(line):
            # 承办人冯火生 is he, and nobody else who handles it.
            if _PRIVATE.search(line[: found.start()]):
                continue
            if people and found.end() not in taken and found.start() not in taken:
                taken.update(range(found.start(), found.end()))
                yield found.start(), found.end(), part.handling if _HANDLER.fullmatch(found[0]) else people
    for found in _BY_DEED.finditer(line) if part.dealing else ():
        if taken.isdisjoint(range(found.start(), found.end())) and not _ELSEWHERE.search(line[: found.start()]):
            yield found.start(), found.end(), part.dealing


def _bearers(call: str, part: HavingPart) -> frozenset[UUID]:
    whole = {person for person, name in part.names if name in call}
    given = {person for person, name in part.names if len(name) > MIN_PART and name[1:] in call}
    family = {person for person, name in part.names if surname_of(name) in call}
    last = {person for person, name in part.names if name[-1] in call}
    spelt = {person for person, name in part.names if _initials(name) in call}
    heard = {person for person, name in part.names if any(one & sounds(name[0])[0] for one in sounds(call))}
    return frozenset(whole or given or family or last or spelt or heard)


def _initials(name: str) -> str:
    return "".join(one[:1] for one in syllables(name))


def _by_name(part: HavingPart) -> re.Pattern[str] | None:
    """Every way in which one of them may be called by a name or a part of it."""
    ways = {way for _person, name in part.names if not name.isascii() for way in _ways(name)}
    return re.compile("|".join(sorted(ways, key=len, reverse=True))) if ways else None


def _ways(name: str) -> Iterable[str]:
    family = surname_of(name)
    own, given, last = re.escape(family), re.escape(name[len(family) :]), re.escape(name[-1:])
    titles = "|".join(sorted(TITLES, key=len, reverse=True))
    yield re.escape(name)
    yield rf"姓{own}的?(?:那个|那位)?|[老小阿]{own}(?![庄村镇乡街路桥沟区河湾店家])"
    yield rf"{own}(?:副)?(?:{titles}|[工科处局队所姐哥姨叔总某](?![局处科所队站长员里内业程作地厂])|承办人|监督员|检查员|干部|同志|师傅)"
    if len(name) - len(family) >= MIN_PART:
        yield rf"{given}(?:同志)?"
    yield rf"{last}[哥姐]"
    yield rf"{own}姓(?=同志|领导|干部|工程师|人员|那|的)|{own}大人"
    yield rf"(?<![a-z]){_initials(name)}(?=同志|某|工|队|科|[，,]|这|那|把|让|收|拿|要)"
    alike = "".join(one for one in sorted(SURNAMES | {"芦"}) if sounds(one)[0] & sounds(name[0])[0])
    yield rf"姓[{alike or own}]的?(?:那个|那位)?"


def _is_harmless(line: str, start: int, end: int) -> bool:
    """Whether what a petitioner says there of somebody is plainly about the matter."""
    before, (after, *others) = CLAUSE_END.split(line[:start])[-1], CLAUSE_END.split(line[end:])
    if _is_bad_of(line, start, end) or not all(map(_is_of_matter, others)):
        return False
    if (after or before) and _is_as_usual(after):
        return True
    return _tells_of_matter(after) or _ASKED.search(before) is not None or _WHO.match(line[end:]) is not None


def _is_as_usual(after: str) -> bool:
    """Whether a clause goes on as those do that tell how a matter is dealt with: they were here, said when, have not answered yet."""
    if (
        _MET.match(after)
        or _ASKED_TO.match(after)
        or _ITS_ANSWER.match(after)
        or _GONE.match(after)
        or _QUESTION.match(after)
    ):
        return True
    if _MADE_OTHERS.match(after):
        return True
    begun = (_SAID.match(after), _NOT_YET.match(after), _PRAISED.match(after), _AT_WORK.match(after))
    return any(found is not None and _goes_on_plainly(after, found.end()) for found in begun)


def _goes_on_plainly(clause: str, at: int) -> bool:
    """Whether a clause of which the beginning is as usual says no more than what is plain; what it began with may end within a word."""
    return any(says_nothing(clause[place:]) for place in range(max(0, at - MIN_PART), at + 1))


def _is_of_matter(clause: str) -> bool:
    """Whether another clause of the sentence goes on with the matter, in plain words, or with things and people outside alone."""
    if _MAKES.match(clause) and not _OF_THE_MATTER.search(clause):
        return False
    outside = _OUTSIDE.match(clause) is not None and _OF_PEOPLE.search(clause) is None
    own = _OF_WRITER.match(clause) is not None and _HARMED.search(clause) is None and not is_bad(clause)
    return outside or own or tells_of_things(clause) or _is_as_usual(clause) or _tells_of_matter(clause)


def _tells_of_matter(clause: str) -> bool:
    tells = _TELLS.match(clause)
    if tells is None or _TURNED.search(clause):
        return False
    return _OF_THE_MATTER.search(clause, tells.end()) is not None


def _is_at_work(line: str, start: int, end: int) -> bool:
    """Whether what staff wrote there of somebody is their work, or what others say of it."""
    if _is_bad_of(line, start, end, own=True) or any(map(_tells_of_them, CLAUSE_END.split(line[end:])[1:])):
        return False
    if does_work(line, start, end) or not CLAUSE_END.split(line[end:])[0]:
        return True
    return not _is_told(line[:start]) or _is_harmless(line, start, end)


def _tells_of_them(clause: str) -> bool:
    """Whether a later clause tells what others say of the same person: 来访人说他答非所问."""
    who = _PRONOUN.search(clause) if _is_told(clause) else None
    return who is not None and not (_is_as_usual(clause[who.end() :]) or _tells_of_matter(clause[who.end() :]))


def does_work(line: str, start: int, end: int) -> bool:
    """Whether a line of staff says of whoever is called there that they do their work, and nothing bad: 会同冯火生, 冯火生到场."""
    before, after = CLAUSE_END.split(line[:start])[-1], CLAUSE_END.split(line[end:])[0]
    is_work = _DID.match(after) is not None or _DEALING.search(before) is not None
    return is_work and not _is_bad_of(line, start, end, own=True)


def may_tell(text: str) -> bool:
    """Whether what staff wrote may say anything of somebody, be it that others do; nobody is looked for in a text that does not."""
    return any(_BAD.search(line) or _own_bad().search(line) or _is_told(line) for line in spoken_lines([text]))


def _is_told(before: str) -> bool:
    return reports(before) or _TOLD.search(before) is not None


def _is_bad_of(line: str, start: int, end: int, *, own: bool = False) -> bool:
    """Whether the clause says anything bad, or one after it that is not about somebody else."""
    first, *others = CLAUSE_END.split(line[end:])
    clause = CLAUSE_END.split(line[:start])[-1] + "～" + first
    goes_on = [one for one in others if not _OTHERS.match(one) or _PRONOUN.search(one)]
    clauses = "，".join((clause, *goes_on))
    clauses = _NOTHING_WRONG.sub("", clauses)
    if own:
        return (_BAD.search(clauses) or _own_bad().search(clauses)) is not None
    return _BAD.search(clauses) is not None or is_bad(clauses)


def _own_bad() -> re.Pattern[str]:
    return pattern("corruption", "conduct", "taken", "private")
