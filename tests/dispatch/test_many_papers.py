"""The documents of a whole day in one file."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from huiyin import worker
from huiyin.casework.lists.service import service_kinds, to_serve
from huiyin.dispatch import bundles
from tests.cast import Cast, make_cast
from tests.matters import begin, walk

PAPERS = 500


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.exhaustive
def test_five_hundred_papers_are_one_file_that_is_made_piece_by_piece(cast: Cast) -> None:
    at = timezone.now() - timedelta(days=5)
    for _n in range(PAPERS):
        walk(begin(cast, at), "approve_opinion")
    now = timezone.now()
    actor = cast.actor("handler", now)
    owed = [duty.id for rows in to_serve(actor, service_kinds()) for duty in rows]
    assert len(owed) == PAPERS
    bundle = bundles.begin(actor, cast.accounts["handler"], owed, now)
    assert bundle is not None
    pieces = 0
    while worker.do_jobs(now):
        pieces += 1
    bundle.refresh_from_db()
    assert bundle.ended_at is not None and not bundle.reason
    assert pieces >= PAPERS // bundles.DOCUMENTS_A_PIECE
    whole = PdfReader(BytesIO(bundles.printed_file(bundle, "临江")))
    assert len(whole.pages) >= 2 * PAPERS
