"""What an upgrade adds to states of an older form: everybody who ever took an action."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps

from huiyin.casework.models import Case
from huiyin.procedure.storage import codec
from tests.cast import make_cast
from tests.matters import begin, replay_equals_projection, walk

pytestmark = pytest.mark.django_db
migration = import_module("huiyin.casework.migrations.0011_everybody_who_took_an_action")


def test_who_took_an_action_before_somebody_else_did_is_found_in_the_ledger() -> None:
    matter = walk(begin(make_cast()), "investigate")
    matter.does("colleague", "investigate")
    state = codec.loads(matter.case.state)
    handler, colleague = (matter.actor(name).person for name in ("handler", "colleague"))
    assert state.takers["investigate"] == (handler, colleague)
    older = replace(state, takers=state.takers | {"investigate": (colleague,)})
    Case.objects.filter(id=matter.id).update(state=codec.dumps(older))
    migration.add_earlier_takers(apps, None)
    assert codec.loads(matter.case.state) == state
    replay_equals_projection(matter.id)
