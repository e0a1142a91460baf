from django.urls import URLPattern, URLResolver, path

from tancai.web.exam_room import check, client, door, receipt, room

app_name = "exam_room"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", door.page, name="door"),
    path("client/", client.guide, name="client_guide"),
    path("client/<str:token>/exam.seb", client.file, name="client_file"),
    path("leave/<str:token>/", client.leave, name="leave"),
    path("<int:admission_id>/client/", client.page, name="client"),
    path("<int:admission_id>/client/prove/", client.prove, name="client_prove"),
    path("<int:admission_id>/", check.page, name="check"),
    path("<int:admission_id>/enter/", check.enter, name="enter"),
    path("room/<int:sitting_id>/", room.page, name="room"),
    path("room/<int:sitting_id>/paper/", room.paper, name="paper"),
    path("room/<int:sitting_id>/finish/", room.finish, name="finish"),
    path("room/<int:sitting_id>/receipt/", receipt.page, name="receipt"),
]
