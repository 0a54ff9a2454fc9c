"""What SPIN says of an exported model is what the prover says of the book: sound or damaged, situation by situation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import spin
from huiyin.rules.book.load import Rules, load
from huiyin.rules.book.steps import next_stage
from huiyin.rules.export.promela import PROPERTIES, promela
from huiyin.rules.prover.codes.ends import EndCode
from huiyin.rules.prover.proofs.ends import ended
from huiyin.rules.prover.walks import walk_all
from tests.books import BOOKS
from tests.rules.damage import Damage, damages

LAW = "national-2022"
needs_spin = pytest.mark.skipif(bool(spin.missing()), reason=f"not installed: {', '.join(spin.missing())}")

DAMAGED = {
    "drop opens · supervision.order: answer": "owed",
    "drop opens · matter.accept: assign": "owed",
    "wrong owner · matter.handle": "seated",
    "swap addressee · matter.declined": "told",
    "drop served · matter.reply": "answered",
}
"""One damage that makes each claim fail alone, by the prover as by SPIN; the first in a small procedure, tried each time."""


@dataclass(frozen=True)
class Expected:
    """What the prover's walk of the main line says, in the words of SPIN's verdict."""

    fails: frozenset[str]
    stuck: bool
    never: frozenset[str]
    unreached: frozenset[str]
    situations: int


def expected(rules: Rules, name: str) -> Expected:
    """The prover's verdict on each claim of the model."""
    walks = walk_all(rules, name)
    main, codes = walks.main, {finding.flaw.why.code for finding in ended(walks)}
    failing = {
        "owed": bool(main.idle),
        "seated": bool(main.unseated),
        "told": bool(main.untold),
        "answered": EndCode.ENDS_UNANSWERED in codes,
        "reasoned": EndCode.ENDS_WITHOUT_REASONS in codes,
    }
    leaving = {before for edges in main.back.values() for before, _ in edges}
    waiting = {node for node in main.trail if node.stage not in walks.transitions.ends}
    told = promela(rules, name)
    actions = {action for action in walks.procedure.actions if f'printf("{action}\\n")' in told}
    stages = {found[len("stage = S_") :] for found in stages_in(told)}
    # A step that the engine would refuse leads to a stage in the model, behind which nothing is walked.
    refused = [(walks.procedure.actions[action], stage) for action, stage in (*main.idle, *main.unseated)]
    reached = {*main.stages, *(next_stage(walks.procedure, action, stage) for action, stage in refused)}
    return Expected(
        frozenset(claim for claim, fails in failing.items() if fails),
        not waiting <= leaving,
        frozenset(actions - main.taken),
        frozenset(stages - {stage.replace("-", "_") for stage in reached}),
        len(main.trail),
    )


def stages_in(model: str) -> Iterator[str]:
    """Where its steps lead."""
    for line in model.splitlines():
        if line.strip().startswith("stage = "):
            yield line.strip().removesuffix(";")


def agree(rules: Rules, name: str, folder: Path, claims: tuple[str, ...] | None = None) -> spin.Verdict:
    """SPIN's verdict, once it was found to be the prover's."""
    said, proved = spin.check(promela(rules, name), folder, claims), expected(rules, name)
    asked = set(PROPERTIES if claims is None else claims)
    assert (said.fails, said.stuck, said.never, said.unreached) == (
        proved.fails & asked,
        proved.stuck,
        proved.never,
        proved.unreached,
    )
    return said


def damaged(where: str) -> Damage:
    """The damage of that name to the law."""
    return next(one for one in damages(load(LAW)) if str(one) == where)


@needs_spin
@pytest.mark.slow
@pytest.mark.parametrize("procedure", ["supervision", pytest.param("matter", marks=pytest.mark.exhaustive)])
def test_spin_finds_the_law_sound_and_stores_as_many_situations_as_the_prover(procedure: str, tmp_path: Path) -> None:
    said = agree(load(LAW), procedure, tmp_path)
    assert not said.fails and not said.stuck
    # One more: nothing is registered yet.
    assert said.states == expected(load(LAW), procedure).situations + 1


@needs_spin
@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "claim"),
    [pytest.param(*one, marks=pytest.mark.exhaustive if "matter" in one[0] else ()) for one in DAMAGED.items()],
)
def test_on_a_damaged_book_both_say_which_property_fails(where: str, claim: str, tmp_path: Path) -> None:
    damage = damaged(where)
    said = agree(damage.rules, damage.procedure, tmp_path, (claim,))
    assert said.fails == {claim}


@needs_spin
@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("name", BOOKS)
def test_spin_and_the_prover_agree_on_every_procedure_of_every_book(name: str, tmp_path: Path) -> None:
    for procedure in load(name).book.procedures:
        said = agree(load(name), procedure, tmp_path)
        assert said.states == expected(load(name), procedure).situations + 1, procedure


@needs_spin
@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("procedure", ["supervision", "retaliation-report"])
def test_spin_and_the_prover_agree_on_every_damage_to_a_small_procedure(procedure: str, tmp_path: Path) -> None:
    for damage in damages(load(LAW)):
        if damage.procedure == procedure:
            agree(damage.rules, procedure, tmp_path)


def test_a_model_says_how_it_is_checked_and_has_five_claims() -> None:
    model = promela(load(LAW), "matter")
    assert "spin -a MODEL" in model
    assert [line.split()[1] for line in model.splitlines() if line.startswith("ltl ")] == list(PROPERTIES)
    assert len(PROPERTIES) == 5


def test_a_procedure_without_a_petitioner_claims_nothing_about_telling_them() -> None:
    model = promela(load(LAW), "supervision")
    assert [line.split()[1] for line in model.splitlines() if line.startswith("ltl ")] == ["owed", "seated"]
