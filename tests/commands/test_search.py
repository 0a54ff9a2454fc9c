"""`huiyin search` as an administrator uses it."""

from __future__ import annotations

from huiyin.search import index
from huiyin.search.find import find_texts
from huiyin.search.models import Posting
from tests.cast import NOW, make_cast
from tests.commands.running import Huiyin
from tests.matters import begin


def test_the_index_is_made_anew_from_every_text(db: None, huiyin: Huiyin) -> None:
    cast = make_cast()
    begin(cast)
    index.take_in(NOW)
    Posting.objects.all().delete()
    assert not find_texts(cast.actor("registrar"), "路灯").items
    made = huiyin("search", "rebuild", "--json")
    assert (made.status, made.data) == (0, {"texts": 2, "found": 2})
    assert find_texts(cast.actor("registrar"), "路灯").items


def test_without_a_part_it_says_how_it_is_used(huiyin: Huiyin) -> None:
    assert huiyin("search").status == 2
