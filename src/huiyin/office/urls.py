"""Addresses of the administrators' pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.office import jobs, setting_up, vacancies

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
    path("vacancies/", vacancies.vacant, name="vacancies"),
    path("vacancies/<slug:code>/letter/", vacancies.letter, name="letter"),
]
