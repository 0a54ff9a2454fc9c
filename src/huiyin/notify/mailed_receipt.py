"""By e-mail: receipt and query code, to whoever petitioned by mail. No page could show them to who has opened none."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.casework import receipts
from huiyin.casework.models import Submission
from huiyin.casework.sealed import codes
from huiyin.jobs.models import Job
from huiyin.notify import mail
from huiyin.notify.mail import Undeliverable
from huiyin.people import petitioners
from huiyin.people.acting import system_actor
from huiyin.people.petitioners import PetitionerErased

PURPOSE = "receipt"


def write_receipt(job: Job, at: datetime) -> None:
    """Answer a petition that came by mail (``huiyin.jobs.kinds.mailed_receipt``); nothing where the petitioner was erased
    meanwhile, or the installation sends no mail any more.

    Raises:
        Undeliverable: the mail server refuses the address for good.
        OSError, SMTPException: the mail server cannot be reached, or refuses for now.
    """
    if not settings.HUIYIN_SENDS_MAIL:
        return  # else the receipt would end in a file of the data folder
    rows = Submission.objects.select_related("case__organisation", "petitioner__key")
    submission = rows.filter(id=UUID(job.payload["submission"])).first()
    if submission is None:
        raise Undeliverable("the submission does not exist")
    reader = system_actor(submission.organisation_id)
    try:
        read = petitioners.read_petitioner(submission.petitioner, reader, PURPOSE, at, submission.case_id)
    except PetitionerErased:
        return
    if not read.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = _words(submission)
    mail.send(read.email, subject, body, submission.id.hex)


def _words(submission: Submission) -> tuple[str, str]:
    """Subject and text: nothing of what was written, which others may read over a shoulder or on the way."""
    words = {
        "organisation": submission.case.organisation.name,
        "receipt": submission.receipt,
        "code": receipts.code_of(submission.receipt, codes.current(submission)),
        "address": f"{settings.HUIYIN_PUBLIC_URL}/track/",
    }
    return _("您的来信已登记"), _(
        "您好：\n\n%(organisation)s已收到并登记您的来信。\n\n回执：%(receipt)s\n查询码：%(code)s\n\n"
        "请打开 %(address)s ，用回执和查询码查看办理情况、补充材料。查询码请妥善保管，不要告诉他人；"
        "两者同时泄露的，请来电或者来访更换。\n\n本邮件由系统自动发出，请勿直接回复。\n\n%(organisation)s"
    ) % words
