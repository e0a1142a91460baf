from django.urls import URLPattern, URLResolver, path

from tancai.web.exam_room import check, door, receipt, room

app_name = "exam_room"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", door.page, name="door"),
    path("<int:admission_id>/", check.page, name="check"),
    path("<int:admission_id>/enter/", check.enter, name="enter"),
    path("room/<int:sitting_id>/", room.page, name="room"),
    path("room/<int:sitting_id>/paper/", room.paper, name="paper"),
    path("room/<int:sitting_id>/finish/", room.finish, name="finish"),
    path("room/<int:sitting_id>/receipt/", receipt.page, name="receipt"),
]
