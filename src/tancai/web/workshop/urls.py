from django.urls import path

from tancai.web.workshop import home, saving

app_name = "workshop"
urlpatterns = [
    path("", home.page, name="home"),
    path("work/<int:work_id>/save/", saving.save, name="save"),
]
