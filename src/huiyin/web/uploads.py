"""Files on their way in: they go to disk, and what is larger than may be kept is counted and thrown away. And on their way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from huiyin.casework.code_guesses import HELD_BACK
from huiyin.casework.file_checks import active
from huiyin.casework.file_checks.turns import OthersFirst
from huiyin.casework.sealed import pictures
from huiyin.casework.sealed.attachments import MAX_BYTES, MAX_FILE_BYTES, OpenedFile
from huiyin.casework.vocabulary import File, Waiting
from huiyin.documents.forms import Rendered

MULTIPART: Final = "multipart/form-data"
MARK: Final = "takes_files"
AGAIN_SECONDS: Final = 2
Uploads = MultiValueDict[str, UploadedFile]
View = TypeVar("View", bound=Callable[..., Any])


def with_files(view: View) -> View:
    """Marks a page whose form sends files: only such a page is sent large bodies."""
    setattr(view, MARK, True)
    return view


def takes_files(view: Callable[..., Any]) -> bool:
    """Whether ``view`` was marked."""
    return bool(getattr(view, MARK, False))


class _Uploaded(Waiting):
    """An upload where the handlers have put it; ``size`` is what was sent."""

    def __init__(self, upload: UploadedFile) -> None:
        self.upload, self.size = upload, upload.size or 0

    def read(self) -> bytes:
        self.upload.seek(0)
        content: bytes = self.upload.read()
        return content


def arrived(upload: UploadedFile) -> File:
    """A file of a form, for the door."""
    return File(upload.name or "", _Uploaded(upload))


def to_be_saved(opened: OpenedFile) -> HttpResponse:
    """The answer that hands a file out, to be saved; browsers are not asked to open it."""
    response = HttpResponse(opened.content, content_type=opened.type)
    response.headers["Content-Disposition"] = content_disposition_header(True, opened.name) or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def picture(request: HttpRequest, opened: OpenedFile) -> HttpResponse:
    """The answer that shows a picture of a phone (HEIC) as JPEG, which browsers show. While others are converted, the browser is sent to ask
    again, and waits without a thread. Raises Http404 for any other file, and for one that cannot be converted.
    """
    try:
        found = pictures.as_jpeg(opened.content) if opened.type in pictures.CONVERTED else None
    except OthersFirst:
        again = HttpResponseRedirect(request.get_full_path())
        again.headers[HELD_BACK] = str(AGAIN_SECONDS)
        return again
    if found is None:
        raise Http404
    response = HttpResponse(found, content_type="image/jpeg")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{opened.name}.jpg") or "inline"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def handed_out(request: HttpRequest, opened: OpenedFile, came_with: str, back: str) -> HttpResponse:
    """A file that somebody handed in, to be saved. Who asks for one that would do something when it is opened is told first what.

    ``came_with`` says in a word where it belongs, ``back`` is the address of that.
    """
    concerns = () if request.GET.get("save") else active.concerns(opened.name, opened.content)
    if not concerns:
        return to_be_saved(opened)
    shown = {"name": opened.name, "size": len(opened.content), "came_with": came_with, "back": back}
    shown |= {"address": request.path, "concerns": [_(active.MESSAGES[concern]) for concern in concerns]}
    return render(request, "web/before_saving.html", shown)


def document_to_be_saved(document: Rendered) -> HttpResponse:
    """The answer that hands a document out as a file, to be saved."""
    response = HttpResponse(document.content, content_type=document.type)
    response.headers["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"
    return response


def unset_sign() -> str:
    """What is said where a document holds a sign that no typeface of the server can show."""
    return _("文书里有个别字，服务器上的字体显示不出来，没有生成 PDF。请下载 Word，或者在本页打印。")


class TooMuchIsThrownAway(FileUploadHandler):
    """Stands before the handlers that keep files: what exceeds the limits of attachments never reaches them.

    The form still comes in whole. Its file says how large it was, and holds nothing.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.together, self.size = 0, 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins to count anew."""
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Passes on what may be kept."""
        self.size += len(raw_data)
        self.together += len(raw_data)
        return None if self._exceeds() else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """A file without content in place of one that was too large; the others are the business of whoever kept them."""
        if not self._exceeds():
            return None
        return UploadedFile(ContentFile(b""), self.file_name, self.content_type, self.size, self.charset)

    def _exceeds(self) -> bool:
        return self.size > MAX_FILE_BYTES or self.together > MAX_BYTES
