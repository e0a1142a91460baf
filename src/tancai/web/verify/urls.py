from django.urls import URLPattern, URLResolver, path

from tancai.web.verify import certificate, home, paper, result

app_name = "verify"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("result", result.page, name="result"),
    path("c/<str:number>", paper.page, name="paper"),
    path("certificate/<str:token>/", certificate.page, name="certificate"),
    path("certificate/<str:token>/portrait.jpg", certificate.portrait, name="portrait"),
    path("certificate/<str:token>/certificate.pdf", certificate.pdf, name="pdf"),
]
