"""Addresses of the staff's pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.desk import (
    actions,
    beginning,
    case,
    cases,
    correction,
    design,
    documents,
    identity,
    notices,
    receipts,
    service,
    tokens,
    units,
)
from huiyin.desk.deciding import signing
from huiyin.desk.finding import pages as finding
from huiyin.desk.finding import terminated
from huiyin.desk.issuing import correcting as document_corrections
from huiyin.desk.issuing import sealing, step_documents
from huiyin.desk.levels import pages as levels
from huiyin.desk.mailbox import pages as mailbox
from huiyin.desk.old_register import confirming as confirming_old_register
from huiyin.desk.old_register import pages as old_register
from huiyin.desk.registering import beside
from huiyin.desk.registering import pages as registering
from huiyin.desk.registers import calendar, files, views
from huiyin.desk.statistics import pages as statistics
from huiyin.desk.statistics import reports
from huiyin.desk.work import drafts, home, news, snoozing, team
from huiyin.desk.work import page as work
from huiyin.web.page_access import switch_post

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", work.duties, name="duties"),
    path("pulse/", work.pulse, name="pulse"),
    path("home/", home.home, name="home"),
    path("news/", news.news, name="news"),
    path("news/count/", news.count, name="news-count"),
    path("post/owed/", news.owed_elsewhere, name="other-posts"),
    path("team/", team.team, name="team"),
    path("drafts/", drafts.mine, name="drafts"),
    path("drafts/<uuid:id>/remove/", drafts.throw_away, name="draft-remove"),
    path("signing/", signing.signing, name="signing"),
    path("signing/<slug:action>/", signing.sign_read, name="sign-read"),
    path("duties/<uuid:id>/aside/", snoozing.put_aside, name="aside"),
    path("duties/<uuid:id>/back/", snoozing.take_back, name="aside-back"),
    path("post/", switch_post, name="post"),
    path("find/", finding.find, name="find"),
    path("find/terminated/", terminated.terminated, name="terminated"),
    path("keys/", finding.keys, name="keys"),
    path("find/kept/", views.keep_search, name="keep-search"),
    path("find/kept/<uuid:id>/", views.search_again, name="search-again"),
    path("cases/", cases.case_register, name="cases"),
    path("cases/print/", files.printed, name="cases-printed"),
    path("cases/files/", files.export, name="export-register"),
    path("cases/files/<uuid:id>/", files.progress, name="export"),
    path("cases/files/<uuid:id>/register", files.file, name="export-file"),
    path("cases/views/", views.keep_view, name="keep-view"),
    path("views/<uuid:id>/remove/", views.remove, name="remove-view"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("unfinished/", cases.unfinished, name="unfinished"),
    path("statistics/", statistics.figures, name="statistics"),
    path("statistics/report.<str:form>", statistics.report_file, name="statistics-report"),
    path("statistics/table.<str:form>", statistics.table_file, name="statistics-table"),
    path("statistics/reports/", reports.reports, name="reports"),
    path("statistics/reports/put-up/", reports.put_up, name="report-put-up"),
    path("statistics/reports/<uuid:id>/", reports.report, name="report"),
    path("statistics/reports/<uuid:id>/decide/", reports.decide, name="report-decide"),
    path("statistics/reports/<uuid:id>/scan/", reports.scan, name="report-scan"),
    path("statistics/reports/<uuid:id>/paper.<str:form>", reports.file, name="report-file"),
    path("statistics/<slug:name>/", statistics.behind, name="statistics-behind"),
    path("register/", registering.register_page, name="register"),
    path("register/repeats/", beside.repeats, name="repeats"),
    path("register/compare/", beside.compare, name="compare"),
    path("register/receipt/", registering.receipt, name="receipt"),
    path("begin/<slug:procedure>/<slug:action>/", beginning.begin, name="begin"),
    path("cases/<slug:no>/", case.case, name="case"),
    path("cases/<slug:no>/seen/", case.mark_seen, name="seen"),
    path("cases/<slug:no>/petitioners/", case.reveal, name="reveal"),
    path("cases/<slug:no>/notes/", case.note, name="note"),
    path("cases/<slug:no>/looks/", case.looks, name="looks"),
    path("cases/<slug:no>/correct/", correction.correct, name="correct"),
    path("cases/<slug:no>/level/", levels.level, name="level"),
    path("cases/<slug:no>/identity/", identity.identity, name="identity"),
    path("cases/<slug:no>/attachments/<uuid:id>/", case.attachment, name="attachment"),
    path("cases/<slug:no>/attachments/<uuid:id>/looked-through/", case.looked_through, name="looked-through"),
    path("cases/<slug:no>/actions/<slug:action>/", actions.act, name="action"),
    path("cases/<slug:no>/actions/<slug:action>/preview/", actions.preview, name="preview"),
    path("cases/<slug:no>/steps/<int:seq>/paper.<str:form>", step_documents.step_file, name="step-file"),
    path("cases/<slug:no>/registration.<str:form>", step_documents.registration_file, name="registration-file"),
    path("cases/<slug:no>/papers/<uuid:id>/", documents.document, name="paper"),
    path("cases/<slug:no>/papers/<uuid:id>/edit/", documents.edit, name="paper-edit"),
    path("cases/<slug:no>/papers/<uuid:id>/approve/", document_corrections.approve, name="paper-approve"),
    path("cases/<slug:no>/papers/<uuid:id>/seal/", sealing.seal_one, name="paper-seal"),
    path("cases/<slug:no>/papers/<uuid:id>/compare/", sealing.compare_one, name="paper-compare"),
    path("cases/<slug:no>/papers/<uuid:id>/void/", documents.void, name="paper-void"),
    path("cases/<slug:no>/papers/<uuid:id>/paper.<str:form>", documents.document_file, name="paper-file"),
    path("cases/<slug:no>/receipts/<uuid:id>/", receipts.give_out_again, name="receipt-again"),
    path("notices/<uuid:id>/", notices.notice, name="notice"),
    path("notices/<uuid:id>/correct/", document_corrections.correct, name="notice-correct"),
    path("notices/<uuid:id>/paper.<str:form>", notices.notice_file, name="notice-file"),
    path("notices/<uuid:id>/service.<str:form>", notices.service_file, name="notice-service"),
    path("mailbox/", mailbox.messages_aside, name="mailbox"),
    path("mailbox/<uuid:id>/", mailbox.decide, name="mailbox-decide"),
    path("old-register/", old_register.hand_in, name="old-register"),
    path("old-register/example.csv", old_register.example_file, name="old-register-example"),
    path("old-register/waiting/", confirming_old_register.waiting, name="old-register-waiting"),
    path("old-register/<uuid:id>/confirm/", confirming_old_register.confirm, name="old-register-confirm"),
    path("old-register/<uuid:id>/", old_register.show, name="old-register-run"),
    path("old-register/<uuid:id>/columns/", old_register.columns, name="old-register-columns"),
    path("old-register/<uuid:id>/words/", old_register.words, name="old-register-words"),
    path("old-register/<uuid:id>/progress/", old_register.progress, name="old-register-progress"),
    path("old-register/<uuid:id>/bring-in/", old_register.bring_in, name="old-register-bring-in"),
    path("old-register/<uuid:id>/report.csv", old_register.report, name="old-register-report"),
    path("papers/", sealing.documents, name="sealing"),
    path("papers/seal/", sealing.seal_read, name="seal-read"),
    path("service/", service.service, name="service"),
    path("service/labels/", service.labels, name="service-labels"),
    path("service/bundles/", service.print_bundle, name="service-bundle"),
    path("service/bundles/<uuid:id>/", service.bundle, name="bundle"),
    path("service/bundles/<uuid:id>/papers.pdf", service.bundle_file, name="bundle-file"),
    path("service/<uuid:id>/record.pdf", service.record, name="service-record"),
    path("design/", design.design, name="design"),
    path("units/", units.units, name="units"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="token-new"),
    path("tokens/<uuid:id>/revoke/", tokens.revoke, name="token-revoke"),
]
