from django.urls import URLPattern, URLResolver, path

from tancai.web.site import dashboard, home

app_name = "site"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("today/", dashboard.page, name="today"),
]
