from django.urls import URLPattern, URLResolver

app_name = "exam_room"
urlpatterns: list[URLPattern | URLResolver] = []
