from django.urls import URLPattern, URLResolver

app_name = "invigilator"
urlpatterns: list[URLPattern | URLResolver] = []
