"""Addresses of this application's pages. No receipt and no query code ever stands in one."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from huiyin.portal import contact, guidance, receptions, submitting, tracking, verifying

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", guidance.home, name="home"),
    path("rights/", guidance.rights, name="rights"),
    path("rights/<slug:code>/", guidance.clauses, name="clauses"),
    path("receptions/<slug:code>/", receptions.receptions, name="receptions"),
    path("receptions/<slug:code>/leaders.ics", receptions.receptions_calendar, name="receptions-calendar"),
    path("submit/", submitting.choose, name="choose"),
    path("submit/<slug:code>/", submitting.submit, name="submit"),
    path("submitted/", submitting.submitted, name="submitted"),
    path("verify/", verifying.ask, name="verify"),
    path("verify/<slug:issuer>/<slug:number>/<slug:code>/", verifying.document, name="verified"),
    path("track/", tracking.track, name="track"),
    path("track/close/", tracking.close, name="close"),
    path("track/matter/", tracking.matter, name="matter"),
    path("track/matter/contact/", contact.contact, name="contact"),
    path("track/matter/contact/<int:number>/", contact.contact, name="contact-of"),
    path("track/matter/notices/<uuid:notice>/", tracking.notice, name="notice"),
    path("track/matter/notices/<uuid:notice>/paper.<str:form>", tracking.notice_file, name="notice-file"),
    path("track/matter/files/<uuid:id>/", tracking.file, name="file"),
    path("track/matter/<slug:action>/", tracking.act, name="act"),
]
