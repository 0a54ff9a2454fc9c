"""The rulebooks as those who work under them see them, and trying out a file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation
from lxml import html as lxml_html

from huiyin import rules, worker
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.rule_pages.shelf import sources_of
from huiyin.rule_store import certificates
from huiyin.rule_store.models import Edition, Proof
from huiyin.rules.book.load import RulebookFlawed, load, load_file, shipped
from huiyin.rules.prover.prove import prove_rules
from tests.books import BOOKS
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.rules.book.test_load_errors import REFERENCES, SCHEMA, SOUND

pytestmark = pytest.mark.rarely_on_postgresql

RULES = "/desk/rules/"
RULES_FOLDER = Path(rules.__file__).parent
PAGES = ("", "print/", "certificate/", "procedures/matter/")


@pytest.fixture
def reader(desk: Desk) -> Client:
    return desk("handler")


def links(page: str) -> Iterator[str]:
    """Where the links of a page lead on the pages of the rulebooks."""
    for address in re.findall(r'<a [^>]*?href="([^"]+)"', page):
        if address.startswith((RULES, "#")) and address != "#content":
            yield address.replace("&amp;", "&")


# --- reading ---


@pytest.mark.parametrize("page", ["", "check/", "national-2022/", "national-2022/print/", "national-2022/certificate/"])
def test_only_who_holds_a_post_reads_the_rulebooks(page: str, cast: Cast) -> None:
    assert Client().get(f"{RULES}{page}").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "no-such-book/",
        "national-2022@9/",
        "..%2f..%2fetc/",
        "holidays-cn/",
        "national-2022/procedures/dance/",
        "no-such-book/print/",
        "no-such-book/certificate/",
    ],
)
def test_an_address_of_nothing_is_not_found(address: str, reader: Client) -> None:
    assert reader.get(f"{RULES}{address}").status_code == 404


def test_the_list_begins_with_the_book_under_which_the_reader_works(reader: Client, cast: Cast) -> None:
    page = html(reader.get(RULES))
    places = {name: page.find(f'{RULES}{name}/"') for name in shipped()}
    assert -1 not in places.values()
    assert min(places, key=lambda name: places[name]) == cast.lj.rulebook.partition("@")[0]
    assert page.count("本机关适用") == 1


def test_a_version_on_file_is_read_in_its_own_words(reader: Client, cast: Cast) -> None:
    texts = dict(sources_of("national-2022").texts)
    texts["national-2022"] = (
        texts["national-2022"].replace('version: "2"', 'version: "0"').replace("信访工作条例", "旧条例")
    )
    Edition.objects.create(
        name="national-2022", version="0", main="national-2022", texts=texts, digest="0" * 64, kept_at=timezone.now()
    )
    assert "national-2022@0/" in html(reader.get(RULES))
    page = html(reader.get(f"{RULES}national-2022@0/"))
    assert "旧条例" in page
    assert f'href="{RULES}national-2022@0/procedures/matter/"' in page
    assert "旧条例" in html(reader.get(f"{RULES}national-2022@0/print/"))


@pytest.mark.parametrize("name", BOOKS)
def test_every_clause_stands_on_the_page_of_its_book_with_what_carries_it_out(name: str, reader: Client) -> None:
    page = html(reader.get(f"{RULES}{name}/"))
    book = load(name).book
    assert page.count('class="clause"') == len(book.clauses)
    assert "没有任何环节落实" not in page
    assert all(f'id="role-{role}"' in page for role in book.roles)


def test_conventions_stand_apart_from_what_something_is_done_under(reader: Client) -> None:
    page = lxml_html.fromstring(html(reader.get(f"{RULES}national-2022/procedures/matter/")))
    apart = page.xpath("//*[@class='convention']")
    assert any("办理约定" in one.text_content() for one in apart)
    assert not [one for one in page.xpath("//*[@class='cite']") if "办理约定" in one.text_content()]
    for one in apart:
        one.drop_tree()
    cells = page.xpath("//td[@data-label='依据、约定']")
    assert cells and not [one for one in cells if "办理约定" in one.text_content()]


@pytest.mark.parametrize("name", BOOKS)
def test_every_link_of_a_book_leads_to_something(name: str, reader: Client) -> None:
    pages = {f"{RULES}{name}/": ""} | {
        f"{RULES}{name}/procedures/{procedure}/": "" for procedure in load(name).book.procedures
    }
    for address in pages:
        pages[address] = html(reader.get(address))
    anchors = {address: set(re.findall(r'id="([^"]+)"', page)) for address, page in pages.items()}
    broken = {
        link
        for here, page in pages.items()
        for link in links(page)
        for address, _, anchor in [link.partition("#")]
        if (address or here) in pages and anchor and anchor not in anchors[address or here]
    }
    assert broken == set()


@pytest.mark.parametrize("name", BOOKS)
def test_the_page_of_a_procedure_shows_all_of_its_elements(name: str, reader: Client) -> None:
    for procedure, rule in load(name).book.procedures.items():
        page = html(reader.get(f"{RULES}{name}/procedures/{procedure}/"))
        kinds = {"stage": rule.stages, "action": rule.actions, "duty": rule.duties}
        kinds |= {"notice": rule.notices, "limit": rule.limits}
        missing = [
            f"{kind} {key}"
            for kind, known in kinds.items()
            for key in known
            if f'id="{procedure}-{kind}-{key}"' not in page
        ]
        assert missing == []


def test_a_duty_says_who_owes_it_until_when_what_opens_it_and_what_discharges_it(reader: Client) -> None:
    page = html(reader.get(f"{RULES}national-2022/procedures/matter/"))
    row = re.search(r'<tr id="matter-duty-decide_acceptance">.*?</tr>', page, re.DOTALL)
    assert row
    said = re.sub(r"<[^>]+>", "", row[0])
    assert all(words in said for words in ("审查并书面告知", "受理审查人", "自收到起 15 日", "提交信访事项", "受理"))


def test_who_may_do_what_is_in_the_cell_of_role_and_stage(reader: Client) -> None:
    page = html(reader.get(f"{RULES}national-2022/procedures/matter/"))
    table = re.search(r'<table class="matrix">.*?</table>', page, re.DOTALL)
    assert table
    heads = re.findall(r'<th scope="col">(?:<a [^>]*>)?([^<]+)', table[0])
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">(.*?)</th>(.*?)</tr>", table[0], re.DOTALL)
    proposed = next(cells for stage, cells in rows if "意见待审批" in stage)
    cells = re.findall(r"<td>(.*?)</td>", proposed, re.DOTALL)
    assert "批准处理意见" in cells[heads.index("本机关负责人") - 1]
    assert "批准处理意见" not in cells[heads.index("承办人") - 1]


def test_a_remedy_shows_its_window_and_who_decides(reader: Client) -> None:
    page = html(reader.get(f"{RULES}national-2022/procedures/matter/"))
    section = re.search(r'id="matter-remedies".*?</section>', page, re.DOTALL)
    assert section
    assert all(said in section[0] for said in ("申请复查", "自答复送达起 30 日", "复查机关承办人"))


@pytest.mark.parametrize("page", PAGES)
def test_pages_speak_the_readers_language(page: str, reader: Client) -> None:
    reader.post("/i18n/setlang/", {"language": "en", "next": "/desk/"})
    shown = html(reader.get(f"{RULES}national-2022/{page}"))
    assert '<html lang="en">' in shown
    assert load("national-2022").book.title.en in shown


def test_the_booklet_holds_everything_and_links_within_itself(reader: Client) -> None:
    page = html(reader.get(f"{RULES}science-bureau/print/"))
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert [link for link in links(page) if link.startswith("#") and link[1:] not in anchors] == []
    assert page.count("<svg xmlns") > len(load("science-bureau").book.procedures)  # a long picture in several pieces


# --- certificates ---


def test_a_certificate_is_made_beside_the_pages_and_kept(reader: Client) -> None:
    page = html(reader.get(f"{RULES}national-2005/certificate/"))
    assert "还没有经过证明" in page
    assert reader.post(f"{RULES}national-2005/prove/").status_code == 302
    assert "随后就到" in html(reader.get(f"{RULES}national-2005/certificate/"))
    assert worker.do_jobs(timezone.now()) == 1
    page = html(reader.get(f"{RULES}national-2005/certificate/"))
    assert "已证明" in page
    assert page.count("成立</span>") == 10
    assert sources_of("national-2005").digest in page
    assert "已证明" in html(reader.get(RULES))


def test_a_certificate_says_what_was_proved_of_which_text(db: None) -> None:
    sources = sources_of("national-2022")
    made = certificates.make(sources, timezone.now())
    assert made.verdict is not None
    assert made.verdict.sound
    assert made.digest == sources.digest
    assert made.verdict.situations.keys() == load("national-2022").book.procedures.keys()
    assert certificates.kept_certificate(sources) == made


def test_a_worker_makes_one_proof_at_a_time_and_the_others_wait(db: None) -> None:
    at = timezone.now()
    books = {name: sources_of(name) for name in ("national-2005", "national-2022")}
    for name, sources in books.items():
        certificates.ask(name, sources, at)
    assert len(queue.claim(at, kinds.PROOF)) == 1
    assert [certificates.states([sources], at)[sources.digest] for sources in books.values()] == ["running", "waiting"]


def test_asking_twice_makes_one_certificate_and_one_that_is_made_is_not_asked_for(db: None) -> None:
    sources, at = sources_of("national-2005"), timezone.now()
    for _ in range(2):
        certificates.ask("national-2005", sources, at)
    assert worker.do_jobs(at) == 1
    certificates.ask("national-2005", sources, at)
    assert (Job.objects.count(), worker.do_jobs(at)) == (1, 0)
    assert certificates.states([sources], at)[sources.digest] == "made"


def test_a_certificate_that_was_lost_can_be_asked_for_again(db: None) -> None:
    sources, at = sources_of("national-2005"), timezone.now()
    certificates.ask("national-2005", sources, at)
    worker.do_jobs(at)
    Proof.objects.all().delete()
    assert certificates.states([sources], at)[sources.digest] == "none"
    certificates.ask("national-2005", sources, at)
    assert worker.do_jobs(at) == 1
    assert certificates.states([sources], at)[sources.digest] == "made"


def test_what_an_earlier_version_of_the_system_proved_does_not_count(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sources, at = sources_of("national-2005"), timezone.now()
    with monkeypatch.context() as earlier:
        earlier.setattr(certificates, "_prover", lambda: "0" * 12)
        certificates.make(sources, at)
        assert certificates.kept_certificate(sources) is not None
    assert certificates.kept_certificate(sources) is None
    certificates.make(sources, at)
    assert Proof.objects.count() == 1


def test_the_prover_is_named_by_every_file_below_the_rules(tmp_path: Path) -> None:
    """Of one text, one prover: what the rules are read, counted and proved by lies in folders below ``rules``."""
    copy = shutil.copytree(RULES_FOLDER, tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    whole = certificates.digest_of(RULES_FOLDER)
    assert certificates.digest_of(copy) == whole
    assert whole[:12] in certificates.system()
    files = [path for path in copy.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {"book", "books", "deadlines", "prover"}
    for path in files:
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        assert certificates.digest_of(copy) != whole, path
        path.write_bytes(text)
    assert certificates.digest_of(copy) == whole


def test_a_book_that_is_gone_is_given_up_and_the_page_says_so(reader: Client) -> None:
    sources, at = sources_of("national-2005"), timezone.now()
    certificates.ask("national-2005", sources, at)
    Job.objects.update(payload={"book": "gone@7", "digest": sources.digest})
    worker.do_jobs(at)
    assert certificates.states([sources], at)[sources.digest] == "failed"
    assert "几次尝试都失败了" in html(reader.get(f"{RULES}national-2005/certificate/"))
    reader.post(f"{RULES}national-2005/prove/")
    assert certificates.states([sources], timezone.now()) == {sources.digest: "waiting"}


def test_a_page_says_when_no_worker_runs_instead_of_waiting_for_ever(reader: Client) -> None:
    certificates.ask("national-2005", sources_of("national-2005"), timezone.now() - queue.STALLED_AFTER)
    for page in ("", "national-2005/certificate/"):
        assert "没有后台进程" in html(reader.get(f"{RULES}{page}"))


def test_a_procedure_is_drawn_once_for_each_language_and_no_reader_sees_anothers(reader: Client) -> None:
    address = f"{RULES}xx-bureau/procedures/matter/"
    first, other = reader.get(address), reader.get(address, headers={"accept-language": "en"})
    again = reader.get(address)
    assert first.context["drawn"] is again.context["drawn"]
    assert first.context["drawn"] != other.context["drawn"]
    english = '<html lang="en"'
    assert english in html(other) and english not in html(again)


def test_reading_never_starts_a_proof(reader: Client) -> None:
    for page in PAGES:
        reader.get(f"{RULES}national-2022/{page}")
    assert reader.get(f"{RULES}national-2022/prove/").status_code == 405
    assert set(certificates.states([sources_of("national-2022")], timezone.now()).values()) == {"none"}


# --- trying out a file ---


def sent(client: Client, content: str | bytes, name: str = "small.yaml") -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"{RULES}check/", {"file": SimpleUploadedFile(name, data), "text": ""})


def test_a_sound_file_gets_its_certificate(reader: Client) -> None:
    answer = sent(reader, SOUND)
    assert answer.status_code == 200
    assert "规程自洽，但有的地方给信访人的少于法律" in html(answer)


def test_a_pasted_text_is_tried_like_a_file(reader: Client) -> None:
    answer = reader.post(f"{RULES}check/", {"text": SOUND.replace("\n", "\r\n")})
    assert "规程自洽，但有的地方给信访人的少于法律" in html(answer)


def test_an_error_is_shown_at_its_line_in_the_readers_language(reader: Client) -> None:
    answer = sent(reader, SOUND.replace("discharges: reply", "discharges: all"))
    page = html(answer)
    assert answer.status_code == 422
    wrong = re.findall(r'is-wrong"><span class="source-number">(\d+)</span>', page)
    assert wrong == ["36"]
    assert "本程序 duties 中的职责：reply" in page
    assert "<code>all</code>" in page


def test_what_the_prover_finds_is_told_as_a_numbered_story(reader: Client) -> None:
    page = html(sent(reader, SOUND.replace(", discharges: reply", "")))
    assert "怎样走到这一步" in page
    assert re.search(r"<ol><li>信访人：提交。阶段：办理中。待办：答复（经办人）</li>", page)


def test_a_book_that_gives_less_than_the_law_says_where(reader: Client) -> None:
    raw = Path("tests/rules/raw/science-bureau.yaml").read_bytes()
    page = html(sent(reader, raw, "ours.yaml"))
    assert "少在哪里" in page
    assert "national-2022@2" in page


HOSTILE = {
    "empty": b"   \n",
    "no mapping": b"- a\n- b\n",
    "another encoding": SOUND.encode("gb18030"),
    "NUL bytes": SOUND.encode().replace("小规程".encode(), b"\x00\x00"),
    "bytes of an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "deep": b"a: " + b"[" * 3000,
    "duplicate key": SOUND.replace("moments:\n", "moments:\n  received: {zh: 到}\n").encode(),
    "10,000 stages": SOUND.replace(
        "      done: ", "".join(f"      s{n}: {{zh: 无, clause: c-1}}\n" for n in range(10_000)) + "      done: "
    ).encode(),
    "extends itself": SOUND.replace("effective", "extends: small\neffective").encode(),
    "extends nothing": SOUND.replace("effective", "extends: nowhere\neffective").encode(),
    "extends a path": SOUND.replace("effective", "extends: ../../etc/passwd\neffective").encode(),
    "half a megabyte": b"a: " + b"x" * 600_000,
    "more than a megabyte": b"a: " + b"x" * 1_100_000,
}


EACH_TIME = ("empty", "a bomb", "10,000 stages", "extends a path", "more than a megabyte")
"""What the reader says of the others is in tests/rules/book/test_bad_files.py; each is a process of its own here."""


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(content, id=name, marks=() if name in EACH_TIME else pytest.mark.exhaustive)
        for name, content in HOSTILE.items()
    ],
)
def test_a_hostile_file_gets_one_clear_error_quickly(
    content: bytes, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiyin.rule_pages.check.MAX_SECONDS", 120)  # a guard against hanging, not a measurement
    answer = sent(reader, content)
    page = html(answer)
    assert answer.status_code == 422
    assert "error-summary" in page
    assert "Traceback" not in page
    assert "没有核对完" not in page
    assert page.count('class="fault-what"') <= 1


def test_a_file_that_cannot_be_proved_in_time_holds_up_nothing(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyin.rule_pages.check.MAX_SECONDS", 0.01)
    answer = sent(reader, SOUND)
    assert answer.status_code == 422
    assert "没有核对完" in html(answer)


def test_markup_in_a_file_is_shown_and_not_carried_out(reader: Client) -> None:
    evil = "<script>alert(1)</script>"
    page = html(
        sent(reader, SOUND.replace("zh: 定轻重", f"zh: '{evil}'").replace("discharges: reply", "discharges: all"))
    )
    assert evil not in page
    page = html(
        sent(
            reader, SOUND.replace("by: clerk, from: open, fields: weight", f"by: '{evil}', from: open, fields: weight")
        )
    )
    assert evil not in page


def test_a_file_needs_the_token_of_the_form(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.accounts["handler"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"{RULES}check/", {"text": SOUND}).status_code == 403
    assert client.post(f"{RULES}national-2005/prove/").status_code == 403


@pytest.mark.parametrize(("old", "new"), [case[1:3] for case in (*SCHEMA, *REFERENCES)])
def test_every_error_of_the_loader_has_its_chinese(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    try:
        flaws = [
            finding.flaw for finding in prove_rules(load_file(path)).findings if finding.zh.startswith("所写的名称")
        ]
    except RulebookFlawed as error:
        flaws = list(error.flaws)
    assert flaws
    assert [flaw.expected for flaw in flaws if flaw.why.expected("zh-hans") == flaw.expected] == []


def test_an_english_reader_gets_the_english_words(reader: Client) -> None:
    reader.post("/i18n/setlang/", {"language": "en", "next": "/desk/"})
    page = html(sent(reader, SOUND.replace("discharges: reply", "discharges: all")))
    assert "a duty of this procedure (reply)" in page
    translation.activate("zh-hans")
