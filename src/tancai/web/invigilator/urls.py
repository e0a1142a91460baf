from django.urls import URLPattern, URLResolver, path

from tancai.web.invigilator import candidate, home, room

app_name = "invigilator"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("<int:session_id>/", room.page, name="room"),
    path("<int:session_id>/lines/", room.lines, name="lines"),
    path("<int:session_id>/order/", room.order, name="order_all"),
    path("candidates/<int:admission_id>/", candidate.page, name="candidate"),
    path("candidates/<int:admission_id>/order/", candidate.order, name="order"),
    path("candidates/<int:admission_id>/queued/", candidate.queued, name="queued"),
    path("candidates/<int:admission_id>/code/", candidate.code, name="code"),
]
