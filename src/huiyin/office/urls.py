"""Addresses of the administrators' pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.office import health, jobs, vacancies

app_name = "office"
urlpatterns: list[URLPattern] = [
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:id>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<uuid:id>/drop/", jobs.drop, name="job_drop"),
    path("health/", health.health, name="health"),
    path("vacancies/", vacancies.vacant, name="vacancies"),
    path("vacancies/<slug:code>/letter/", vacancies.letter, name="letter"),
]
