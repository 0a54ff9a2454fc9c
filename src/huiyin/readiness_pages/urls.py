"""Addresses of the policy library, of groups, and of the registers."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.readiness_pages import overview, policies, rows, spendings
from huiyin.readiness_pages.assessment import runs, schemes, units
from huiyin.readiness_pages.rota import calling, month, plans, swapping

app_name = "readiness"
urlpatterns: list[URLPattern] = [
    path("policies/", policies.policies, name="policies"),
    path("policies/new/", policies.add, name="policy-new"),
    path("policies/<uuid:id>/", policies.policy, name="policy"),
    path("policies/<uuid:id>/change/", policies.change, name="policy-change"),
    path("policies/<uuid:id>/repeal/", policies.repeal, name="policy-repeal"),
    path("policies/<uuid:id>/assign/", policies.assign, name="policy-assign"),
    path("policies/<uuid:id>/versions/new/", policies.add_version, name="version-new"),
    path("policies/<uuid:id>/versions/<int:position>/", policies.version, name="version"),
    path("policies/<uuid:id>/versions/<int:position>/articles/<int:place>/", policies.article, name="article"),
    path("ready/", overview.overview, name="overview"),
    path("ready/groups/", overview.both_groups, name="groups"),
    path("ready/funds/<uuid:id>/vouchers/<uuid:spending>/", spendings.voucher, name="voucher"),
    path("ready/funds/<uuid:id>/spendings/<uuid:spending>/reverse/", spendings.reversal, name="reversal"),
    path("ready/assessment/", runs.assessments, name="assessments"),
    path("ready/assessment/schemes/new/", schemes.add, name="scheme-new"),
    path("ready/assessment/schemes/<uuid:id>/", schemes.scheme, name="scheme"),
    path("ready/assessment/schemes/<uuid:id>/change/", schemes.change, name="scheme-change"),
    path("ready/assessment/new/", runs.begin, name="assessment-new"),
    path("ready/assessment/<uuid:id>/", runs.results, name="assessment"),
    path("ready/assessment/<uuid:id>/export.csv", runs.export, {"ending": "csv"}, name="assessment-csv"),
    path("ready/assessment/<uuid:id>/export.xlsx", runs.export, {"ending": "xlsx"}, name="assessment-xlsx"),
    path("ready/assessment/<uuid:id>/publish/", runs.publish, name="assessment-publish"),
    path("ready/assessment/<uuid:id>/units/<uuid:assessed>/", units.unit, name="assessed"),
    path("ready/assessment/<uuid:id>/units/<uuid:assessed>/evidence/<uuid:row>/", units.evidence, name="evidence"),
    path("ready/assessment/<uuid:id>/units/<uuid:assessed>/<slug:name>/", units.step, name="assessed-step"),
    path("ready/<slug:slug>/", rows.listing, name="list"),
    path("ready/<slug:slug>/export.csv", rows.export, {"ending": "csv"}, name="csv"),
    path("ready/<slug:slug>/export.xlsx", rows.export, {"ending": "xlsx"}, name="xlsx"),
    path("ready/<slug:slug>/new/", rows.add, name="new"),
    path("ready/<slug:slug>/<uuid:id>/", rows.detail, name="row"),
    path("ready/<slug:slug>/<uuid:id>/note/", rows.note, name="note"),
    path("ready/<slug:slug>/<uuid:id>/change/", rows.change, name="change"),
    path("ready/<slug:slug>/<uuid:id>/remove/", rows.remove, name="remove"),
    path("rota/", month.month, name="rota"),
    path("rota/mine.ics", month.own_calendar, name="rota-own-calendar"),
    path("rota/plan/<slug:group>/", plans.plan, name="rota-plan"),
    path("rota/wishes/<uuid:id>/", plans.wished, name="rota-wish"),
    path("rota/versions/", plans.versions, name="rota-versions"),
    path("rota/versions/<uuid:id>/", plans.version, name="rota-version"),
    path("rota/versions/<uuid:id>/publish/", plans.publish, name="rota-publish"),
    path("rota/versions/<uuid:id>/discard/", plans.discard, name="rota-discard"),
    path("rota/versions/<uuid:id>/again/", plans.again, name="rota-again"),
    path("rota/shifts/<uuid:id>/swap/", swapping.ask, name="rota-swap"),
    path("rota/swaps/", swapping.history, name="rota-swaps"),
    path("rota/swaps/<uuid:id>/<slug:decision>/", swapping.decide, name="rota-decide"),
    path("rota/calls/", calling.calling, name="rota-calls"),
    path("rota/calls/<uuid:id>/<slug:what>/", calling.note, name="rota-call-note"),
]
