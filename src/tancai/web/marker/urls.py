from django.urls import URLPattern, URLResolver

app_name = "marker"
urlpatterns: list[URLPattern | URLResolver] = []
