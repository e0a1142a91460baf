from django.urls import URLPattern, URLResolver

app_name = "institution"
urlpatterns: list[URLPattern | URLResolver] = []
