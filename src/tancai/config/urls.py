from django.urls import include, path

urlpatterns = [
    # first, since it is looked through for every page of an exam
    path("exam/", include("tancai.web.exam_room.urls")),
    path("", include("tancai.web.site.urls")),
    path("account/", include("tancai.web.site.account.urls")),
    path("account/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("me/", include("tancai.web.candidate.urls")),
    path("institution/", include("tancai.web.institution.urls")),
    path("workshop/", include("tancai.web.workshop.urls")),
    path("invigilate/", include("tancai.web.invigilator.urls")),
    path("mark/", include("tancai.web.marker.urls")),
    path("author/", include("tancai.web.author.urls")),
    path("office/", include("tancai.web.office.urls")),
    path("verify/", include("tancai.web.verify.urls")),
]

handler403 = handler404 = "tancai.web.shell.errors.not_found"
handler400 = "tancai.web.shell.errors.bad_request"
handler500 = "tancai.web.shell.errors.server_error"
