from django.urls import include, path

from tancai.web.workshop import home, saving, works

app_name = "workshop"
urlpatterns = [
    path("", home.page, name="home"),
    path("", include("tancai.web.workshop.task.urls")),
    path("", include("tancai.web.workshop.verification.urls")),
    path("sink/", include("tancai.web.workshop.sink.urls")),
    path("works/<int:work_id>/save/", saving.save, name="save"),
    path("works/<int:work_id>/rename/", works.rename, name="rename"),
    path("works/<int:work_id>/away/", works.put_away, name="put_away"),
    path("works/<int:work_id>/back/", works.take_back, name="take_back"),
    path("footprint/", include("tancai.web.workshop.footprint.urls")),
    path("accounting/", include("tancai.web.workshop.accounting.urls")),
    path("", include("tancai.web.workshop.trading.urls")),
]
