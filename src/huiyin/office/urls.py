"""Addresses of the administrators' pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.office import (
    account_changes,
    appointing,
    health,
    holidays,
    jobs,
    log,
    people,
    person,
    proposals,
    setting_up,
    vacancies,
)
from huiyin.office.structure import changes, pages

app_name = "office"
urlpatterns: list[URLPattern] = [
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:id>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<uuid:id>/drop/", jobs.drop, name="job_drop"),
    path("setup/", setting_up.organisation, name="setup"),
    path("setup/staff/", setting_up.staff, name="setup-staff"),
    path("setup/staff.csv", setting_up.sheet, name="setup-sheet"),
    path("setup/administrators/", setting_up.administrators, name="setup-administrators"),
    path("setup/review/", setting_up.review, name="setup-review"),
    path("setup/link/<str:key>/", setting_up.follow_link, name="setup-link"),
    path("health/", health.health, name="health"),
    path("holidays/", holidays.holidays, name="holidays"),
    path("holidays/new/", holidays.enter, name="enter-holidays"),
    path("vacancies/", vacancies.vacant, name="vacancies"),
    path("vacancies/<slug:code>/letter/", vacancies.letter, name="letter"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="invite"),
    path("people/<uuid:id>/", person.person, name="person"),
    path("people/<uuid:id>/link/", person.link, name="link"),
    path("people/<uuid:id>/link/printed/", person.printed, name="printed"),
    path("people/<uuid:id>/appoint/", appointing.appoint_page, name="appoint"),
    path("people/<uuid:id>/posts/<uuid:holding>/end/", appointing.end_page, name="end"),
    path("people/<uuid:id>/away/", appointing.away_page, name="away"),
    path("people/<uuid:id>/back/", appointing.back_page, name="back"),
    path("people/<uuid:id>/close/", account_changes.close_page, name="close"),
    path("people/<uuid:id>/reopen/", account_changes.reopen_page, name="reopen"),
    path("people/<uuid:id>/sessions/", account_changes.sessions_page, name="sessions"),
    path("people/<uuid:id>/tokens/", account_changes.tokens_page, name="tokens"),
    path("people/<uuid:id>/name/", account_changes.rename_page, name="rename"),
    path("people/<uuid:id>/leader/", account_changes.leader_page, name="leader"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<uuid:id>/", proposals.decided, name="decided"),
    path("log/", log.log, name="log"),
    path("organisations/", pages.organisations, name="organisations"),
    path("organisations/<slug:code>/", pages.organisation, name="organisation"),
    path("organisations/<slug:code>/file.yaml", pages.file, name="organisation-file"),
    path("organisations/<slug:code>/own/", changes.edit_own, name="edit-own"),
    path("organisations/<slug:code>/units/new/", changes.new_unit, name="new-unit"),
    path("units/<uuid:id>/", changes.edit_unit, name="edit-unit"),
    path("units/<uuid:id>/end/", changes.end_unit, name="end-unit"),
    path("units/<uuid:id>/posts/new/", changes.new_post, name="new-post"),
    path("posts/<uuid:id>/", changes.edit_post, name="edit-post"),
]
