"""Addresses of the administrators' pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.office import document_templates, health, holidays, jobs, log, trial
from huiyin.office.setup import pages as setup_pages
from huiyin.office.staff import account_changes, appointing, people, person, proposals, vacancies
from huiyin.office.structure import changes, pages, phrases, reception

app_name = "office"
urlpatterns: list[URLPattern] = [
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:id>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<uuid:id>/drop/", jobs.drop, name="job_drop"),
    path("setup/", setup_pages.organisation, name="setup"),
    path("setup/staff/", setup_pages.staff, name="setup-staff"),
    path("setup/staff.csv", setup_pages.sheet, name="setup-sheet"),
    path("setup/administrators/", setup_pages.administrators, name="setup-administrators"),
    path("setup/review/", setup_pages.review, name="setup-review"),
    path("setup/link/<str:key>/", setup_pages.follow_link, name="setup-link"),
    path("setup/trial/", trial.in_setup, name="setup-trial"),
    path("trial/", trial.later, name="trial"),
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
    path("organisations/<slug:code>/papers/", document_templates.templates, name="wordings"),
    path("organisations/<slug:code>/papers/<slug:kind>/", document_templates.template, name="wording"),
    path("organisations/<slug:code>/papers/<slug:kind>/preview/", document_templates.preview, name="wording-preview"),
    path("organisations/<slug:code>/own/", changes.edit_own, name="edit-own"),
    path("organisations/<slug:code>/units/new/", changes.new_unit, name="new-unit"),
    path("organisations/<slug:code>/reception/", reception.reception, name="reception"),
    path("organisations/<slug:code>/reception/new/", reception.add, name="add-reception"),
    path("organisations/<slug:code>/reception/<uuid:id>/remove/", reception.remove, name="remove-reception"),
    path("organisations/<slug:code>/phrases/", phrases.phrases, name="phrases"),
    path("organisations/<slug:code>/phrases/new/", phrases.add, name="add-phrase"),
    path("organisations/<slug:code>/phrases/<uuid:id>/retire/", phrases.retire, name="retire-phrase"),
    path("units/<uuid:id>/", changes.edit_unit, name="edit-unit"),
    path("units/<uuid:id>/end/", changes.end_unit, name="end-unit"),
    path("units/<uuid:id>/posts/new/", changes.new_post, name="new-post"),
    path("posts/<uuid:id>/", changes.edit_post, name="edit-post"),
]
