"""The stage on which all tests play: an installation of their own, a database and a browser.

HUIYIN_TEST_DB=sqlite (default) or postgresql chooses the database of a run. On PostgreSQL only tests that use a database
are run: the others would say the same twice.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import django
import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.utils import translation
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers

from huiyin.cli import SELDOM
from huiyin.sealing import keyring
from tests import forks, kept
from tests.clause_record import pytest_runtest_setup, pytest_sessionstart  # noqa: F401 - hooks
from tests.installation import Installation, fresh_database
from tests.once import _judged_once, _laid_out_once, _tried_out_once  # noqa: F401 - fixtures
from tools.private_postgresql import ClusterError, PrivateCluster, memory_folder

ROOT: Final = Path(__file__).resolve().parent.parent
DATABASE: Final = os.environ.get("HUIYIN_TEST_DB", "sqlite")
DATABASE_FIXTURES: Final = {"db", "transactional_db", "live_server", "django_db_setup", "bare_installation", "prepared"}
WHOLE_ON_POSTGRESQL: Final = {"audit", "budgets", "faults", "jobs", "ledger", "search", "worker"}
"""Where statements, locks, types and plans are. Pages, documents, books and commands stand on these: there the first test of each file."""
SOME_ON_POSTGRESQL: Final = {"casework", "door", "insight", "people"}
"""Where many tests of a file send the same statements, and ask what follows for whom: the first of each file, and whatever commits."""
SOME: Final = 6
EACH_ON_POSTGRESQL: Final = {"budgets", "faults", "ledger"}
"""Where each set of parameters is another table, page or place to fail."""
PURE: Final = {"docs", "procedure", "rules"}
"""No test of these uses a database, and reading their tables of cases takes half of the time of reading all tests."""
FEW: Final = 2
ANSWER_SECONDS: Final = 30
PATIENCE_MS: Final = 120_000
"""How long a page is waited for. It says nothing of speed: beside other work a step has taken more than half a minute."""
CHROMIUM_ARGS: Final = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

# Before anything reads the settings: never the data folder, database or mail server of whoever runs the tests.
HOME: Final = Path(tempfile.mkdtemp(prefix="huiyin-test-", dir=memory_folder()))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for name in ("HUIYIN_SECRET_KEYS", "HUIYIN_STORAGE", "HUIYIN_PUBLIC_URL", "EMAIL_URL"):
    os.environ.pop(name, None)
os.environ["HUIYIN_HOME"] = str(HOME)
os.environ["HUIYIN_LANGUAGE"] = "en"  # whatever the machine speaks; what is asked in Chinese says so
os.environ["HUIYIN_DEBUG"] = "1"  # plain static files, no collecting; pytest-django switches DEBUG itself off
os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.site.settings"
if DATABASE not in ("sqlite", "postgresql"):
    raise pytest.UsageError("HUIYIN_TEST_DB must be sqlite or postgresql")
if DATABASE == "sqlite":
    os.environ.pop("DATABASE_URL", None)

if DATABASE == "postgresql" and "PYTEST_XDIST_WORKER" not in os.environ:
    # Once, in the process that the workers inherit their environment from.
    _cluster = PrivateCluster()
    try:
        os.environ["DATABASE_URL"] = _cluster.__enter__().url
    except ClusterError as error:
        raise pytest.UsageError(str(error)) from None
    atexit.register(_cluster.stop)
# Here and not in a hook: conftest files of the packages import models.
django.setup()
if HOME != settings.HUIYIN_HOME:
    # Two processes on one store of files sweep away what the other has not committed.
    raise pytest.UsageError(f"settings were read before: this process would share {settings.HUIYIN_HOME}")

from huiyin.doctor import ready  # noqa: E402 - it has models
from huiyin.rota import on_duty  # noqa: E402 - it has models
from huiyin.rule_store import holidays, store  # noqa: E402 - it has models

# The same examples each time, so that a run fails for what was changed and not by chance. `--hypothesis-profile=search` looks for
# new ones (`make test-all`); what it finds becomes an @example. No deadline: two processes share the machine.
hypothesis.settings.register_profile(
    "fixed",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "search",
    hypothesis.settings.get_profile("fixed"),
    derandomize=False,
    database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples"),
    max_examples=1000,
)
hypothesis.settings.load_profile("fixed")

# The server of `live_server` writes an answer in several small pieces, each of which would wait 40 ms for the other side to say that it
# has the one before.
WSGIRequestHandler.disable_nagle_algorithm = True
# The same algorithm at its lowest price: nothing in this process guards a password that is worth half a second of two cores.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The processes that are started now inherit no name of settings: pytest-django would read them before HOME is theirs."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """One process from which commands and servers are forked does for all processes of tests."""
    node.workerinput["forks"] = forks.waiting()


def pytest_configure(config: pytest.Config) -> None:
    """No draws from the constants of whatever modules are imported: what a test tries would hang on which tests ran before it.

    Files go to the processes in the order of `long_ones_first`.
    """
    gc.set_threshold(*SELDOM)
    if hasattr(config, "workerinput"):
        forks.share(config.workerinput["forks"])
    config.option.loadscopereorder = False
    if config.getoption("hypothesis_profile", None) != "search":
        providers.is_local_module_file = lambda _file: False


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On PostgreSQL no file is read that has nothing to ask there."""
    if DATABASE == "postgresql" and collection_path.parent == ROOT / "tests" and collection_path.name in PURE:
        return True
    return None


@pytest.hookimpl(tryfirst=True)  # before -m is looked at
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what nobody asked for, and what the database of this run says nothing about."""
    if DATABASE == "postgresql":
        for item in [*items_marked(items, "rarely_on_postgresql"), *beyond_a_few_of_each(items)]:
            item.add_marker(pytest.mark.exhaustive)
        for item in [*beyond_the_first_of_each_file(items)]:
            item.add_marker(pytest.mark.exhaustive)
    if "exhaustive" not in config.option.markexpr:
        deselect(config, items, [item for item in items if left_out(item)])
    long_ones_first(items)
    if DATABASE == "postgresql":
        deselect(config, items, [item for item in items if not uses_database(item)])
        return
    for item in items:
        if item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set HUIYIN_TEST_DB=postgresql"))


def items_marked(items: Sequence[pytest.Item], name: str) -> list[pytest.Item]:
    """Those that bear a mark."""
    return [item for item in items if item.get_closest_marker(name)]


def beyond_a_few_of_each(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """Of tests with many sets of parameters all but the first few: SQLite has tried each, and what is different on PostgreSQL (types,
    locks, plans) is so for all of them.
    """
    seen: Counter[str] = Counter()
    for item in items:
        name, _, parameters = item.nodeid.partition("[")
        if parameters and package(item) not in EACH_ON_POSTGRESQL:
            seen[name] += 1
            if seen[name] > FEW:
                yield item


def beyond_the_first_of_each_file(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """Where nothing of its own is asked of the database, all but the first test of a file that uses one: what a page or a command
    asks for is asked of the packages in `WHOLE_ON_POSTGRESQL`, and tests/budgets reads every page. Of those in `SOME_ON_POSTGRESQL`
    all but the first few.
    """
    begun: Counter[Path] = Counter()
    for item in items:
        if package(item) in WHOLE_ON_POSTGRESQL or not uses_database(item) or left_out(item):
            continue
        some = package(item) in SOME_ON_POSTGRESQL
        if begun[item.path] >= (SOME if some else 1) and not ((some and commits(item)) or is_for_postgresql(item)):
            yield item
        begun[item.path] += 1


def commits(item: pytest.Item) -> bool:
    """Whether what a test writes is committed, so that locks and other connections see it."""
    marks = [mark.kwargs.get("transaction", False) for mark in item.iter_markers("django_db")]
    return any(marks) or "transactional_db" in getattr(item, "fixturenames", ())


def is_for_postgresql(item: pytest.Item) -> bool:
    """Whether a test is about what PostgreSQL alone does."""
    return item.get_closest_marker("postgresql") is not None


def package(item: pytest.Item) -> str:
    """Of what package of ours a test is, by its folder."""
    return item.path.relative_to(ROOT).parts[1]


def left_out(item: pytest.Item) -> bool:
    """Whether a test runs where -m asks for it alone."""
    return item.get_closest_marker("exhaustive") is not None


def long_ones_first(items: list[pytest.Item]) -> None:
    """Files with tests that take long come first, then those with many: one that begins last keeps one process busy for minutes."""
    long = {item.path for name in ("slow", "e2e") for item in items_marked(items, name)}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in long, -tests[item.path], str(item.path)))


def deselect(config: pytest.Config, items: list[pytest.Item], unwanted: list[pytest.Item]) -> None:
    """Takes the unwanted tests out of the list, and tells pytest for its count."""
    config.hook.pytest_deselected(items=unwanted)
    gone = set(unwanted)
    items[:] = [item for item in items if item not in gone]


def uses_database(item: pytest.Item) -> bool:
    """Whether a test reads or writes rows, and might do so otherwise on another database."""
    if item.get_closest_marker("any_database"):
        return False
    markers = ("django_db", "postgresql")
    fixtures = set(getattr(item, "fixturenames", ()))
    return any(item.get_closest_marker(name) for name in markers) or not fixtures.isdisjoint(DATABASE_FIXTURES)


# --- database -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _nothing_left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page fetched in another language leaves its thread in it; what a process knew of another database must not be known in this one."""
    translation.deactivate()
    store.read_book.cache_clear()
    holidays.read_anew()
    on_duty.read_anew()
    ready._migrated.clear()
    kept.begin_test(request.node)
    yield
    kept.end_test()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tables as the models have them, as at the first start of an installation (tests/ledger/test_tables.py compares with migrations).

    On SQLite a real file, as in an installation: threads of a test then lock each other as they would there.
    """
    from django.db import connection

    connection.settings_dict["TEST"]["MIGRATE"] = False
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(HOME / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Guards the ledger, and lets the emptying after a transactional test pass the triggers that forbid deleting from it."""
    from django.db import connection

    from huiyin.ledger import guard, tables

    with django_db_blocker.unblock():
        guard.install(connection)
        tables.note_migrations(connection)
    # On the class: with a browser's event loop running, Django hands out another connection object in this thread.
    operations: Any = type(connection.ops)
    operations.execute_sql_flush = _without_triggers(operations.execute_sql_flush)


def _without_triggers(empty: Callable[[Any, Sequence[str]], Any]) -> Callable[[Any, Sequence[str]], Any]:
    def on_sqlite(operations: Any, statements: Sequence[str]) -> Any:
        connection = operations.connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            return empty(operations, statements)
        finally:
            with connection.cursor() as cursor:
                for _, definition in triggers:
                    cursor.execute(definition)

    def on_postgresql(operations: Any, statements: Sequence[str]) -> Any:
        within = ["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"]
        return empty(operations, within)

    return on_sqlite if DATABASE == "sqlite" else on_postgresql


# --- installations of their own -------------------------------------------------------------------------------------


def _ended(made: Installation) -> Iterator[Installation]:
    yield made
    made.close()
    shutil.rmtree(made.home, ignore_errors=True)


@pytest.fixture
def no_failed_sign_ins(db: None) -> None:
    """Nobody has mistyped a password yet: they are counted in a table that a test may have filled."""
    cache.clear()


@pytest.fixture
def bare_installation() -> Iterator[Installation]:
    """An installation driven from outside, on the first start of which everything is still to be made."""
    url = os.environ.get("DATABASE_URL") if DATABASE == "postgresql" else None
    yield from _ended(Installation(HOME / uuid4().hex, fresh_database(url) if url else None))


@pytest.fixture(scope="session")
def prepared() -> Installation:
    """What `huiyin prepare` made, to be copied: making it takes seconds, copying it none."""
    url = os.environ.get("DATABASE_URL") if DATABASE == "postgresql" else None
    made = Installation(HOME / "prepared", fresh_database(url) if url else None)
    outcome = made.run("prepare")
    assert outcome.returncode == 0, outcome.stderr
    return made


@pytest.fixture(scope="session")
def peopled(prepared: Installation) -> Installation:
    """The organisations and accounts of the demonstration without any matter, to be copied as well."""
    made = prepared.copy(HOME / "peopled")
    outcome = made.run("demo", "--matters", "0")
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    return made


@pytest.fixture
def installation(prepared: Installation) -> Iterator[Installation]:
    """An installation driven from outside, with the kind of database this run is on; prepared, empty, not started."""
    yield from _ended(prepared.copy(HOME / uuid4().hex))


@pytest.fixture
def staffed(peopled: Installation) -> Iterator[Installation]:
    """The same with the organisations and accounts of the demonstration, without any matter."""
    yield from _ended(peopled.copy(HOME / uuid4().hex))


@pytest.fixture(scope="module")
def serve_options() -> Sequence[str]:
    """What else `huiyin serve` of `served` is told: a file says so by a fixture of this name."""
    return ()


@pytest.fixture(scope="module")
def served(prepared: Installation, serve_options: Sequence[str]) -> Iterator[Installation]:
    """A started installation that the tests of one file share."""
    for made in _ended(prepared.copy(HOME / uuid4().hex)):
        made.start(*serve_options)
        yield made


# --- browser --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium for the whole run (Debian's: none is downloaded)."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("no Chromium found: run `apt-get install chromium`")
    # Playwright drives its event loop in this thread, which Django would otherwise take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


class PageComplaints(list[str]):
    """What a page complained about: script errors, and whatever the content security policy refused."""

    def listen(self, page: Any) -> None:
        """Collects the complaints of one page."""
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", lambda message: self._hear(message.text))

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.append(text)


def _open_page(browser: Any, width: int, height: int) -> Iterator[Any]:
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": height}
    )
    context.set_default_timeout(PATIENCE_MS)
    page, complaints = context.new_page(), PageComplaints()
    complaints.listen(page)
    earlier = frozenset(threading.enumerate())
    yield page
    # A page that is left sends what was typed, and a server in this process may still be answering: neither may reach the database
    # after it was emptied.
    context.set_offline(True)
    context.close()
    _await_answers(earlier)
    assert complaints == []


def _await_answers(earlier: Set[threading.Thread]) -> None:
    """Returns when the server of `live_server` answers nobody any more but connections that others hold open since ``earlier``."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name and thread not in earlier:
            thread.join(ANSWER_SECONDS)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A desktop page in a fresh browser profile; the test fails if a script failed or the policy refused anything."""
    yield from _open_page(chromium, 1280, 800)


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """The same on the screen of a phone."""
    yield from _open_page(chromium, 390, 844)


# --- material outside the project -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real messages and law texts beside the project (or in HUIYIN_SHARED); skips where it is absent."""
    folder = Path(os.environ.get("HUIYIN_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no material beside the project: set HUIYIN_SHARED")
    return folder


@pytest.fixture
def ring_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's own key ring, made on first use."""
    path = tmp_path / "home" / "keys"
    monkeypatch.setenv("HUIYIN_SECRET_KEYS", str(path))
    keyring.key_ring()
    return path
