"""Links in templates lead where Django's own tag leads, each thread is answered in its own language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

from django.template import Context, Engine, Template
from django.utils.translation import get_language, override

LINKS = """{% url 'desk:cases' %} {% url 'desk:case' no %} {% url name 'xx-bureau' 'matter' %} {% url 'desk:notice' id=id %}
{% url 'desk:notice' id %} {% url 'desk:duties' as kept %}{{ kept }} {% url 'nowhere' as nothing %}[{{ nothing }}]"""
GIVEN = {"no": "LJ-20260302-000011", "name": "rules:procedure", "id": UUID(int=7)}


def test_links_lead_where_those_of_django_lead() -> None:
    theirs = Template(LINKS, engine=Engine()).render(Context(GIVEN))
    assert [Template(LINKS).render(Context(GIVEN)) for _again in range(2)] == [theirs, theirs]


def test_each_thread_has_its_own_language() -> None:
    meet = Barrier(2, timeout=10)

    def spoken(language: str) -> tuple[str | None, str | None]:
        with override(language):
            meet.wait()
            inside = get_language()
        return inside, get_language()

    with ThreadPoolExecutor(2) as pool:
        inside = [found for found, _after in pool.map(spoken, ("en", "zh-hant"))]
    assert inside == ["en", "zh-hant"]
