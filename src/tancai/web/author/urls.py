from django.urls import path

from tancai.web.author import bank, coverage, edit, item, trial

app_name = "author"
urlpatterns = [
    path("", bank.page, name="bank"),
    path("new/", edit.new, name="new"),
    path("coverage/", coverage.page, name="coverage"),
    path("trial/", trial.page, name="trial"),
    path("items/<slug:code>/", item.page, name="item"),
    path("items/<slug:code>/edit/", edit.revise, name="revise"),
    path("items/<slug:code>/compare/", item.compare, name="compare"),
    path("items/<slug:code>/versions/<int:number>/<slug:state>/", item.step, name="step"),
]
