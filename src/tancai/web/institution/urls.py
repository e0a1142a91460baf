"""Addresses of the institution's desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tancai.web.institution import application, home, imports

app_name = "institution"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.choose, name="home"),
    path("<slug:code>/", home.page, name="candidates"),
    path("<slug:code>/import/", imports.new, name="import"),
    path("<slug:code>/import/template/<slug:programme>/", imports.template, name="import_template"),
    path("<slug:code>/imports/<int:batch_id>/", imports.batch, name="batch"),
    path("<slug:code>/imports/<int:batch_id>/progress/", imports.progress, name="batch_progress"),
    path("<slug:code>/imports/<int:batch_id>/confirm/", imports.confirm, name="batch_confirm"),
    path("<slug:code>/imports/<int:batch_id>/retry/", imports.retry, name="batch_retry"),
    path("<slug:code>/imports/<int:batch_id>/drop/", imports.drop, name="batch_drop"),
    path("<slug:code>/imports/<int:batch_id>/bad-rows/", imports.bad_rows, name="batch_bad_rows"),
    path("<slug:code>/applications/<slug:number>/", application.page, name="application"),
    path(
        "<slug:code>/applications/<slug:number>/materials/<slug:kind>/", application.upload, name="material"
    ),
    path(
        "<slug:code>/applications/<slug:number>/files/<slug:token>/", application.file, name="material_file"
    ),
    path("<slug:code>/applications/<slug:number>/submit/", application.submit, name="submit"),
    path("<slug:code>/applications/<slug:number>/withdraw/", application.withdraw, name="withdraw"),
    path("<slug:code>/applications/<slug:number>/form/", application.form_pdf, name="form"),
]
