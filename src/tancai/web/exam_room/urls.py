from django.urls import URLPattern, URLResolver, path

from tancai.web.exam_room import camera, check, client, door, identity, receipt, room, statement, trial

app_name = "exam_room"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", door.page, name="door"),
    path("room/<int:sitting_id>/", room.page, name="room"),
    path("room/<int:sitting_id>/paper/", room.paper, name="paper"),
    path("room/<int:sitting_id>/finish/", room.finish, name="finish"),
    path("room/<int:sitting_id>/receipt/", receipt.page, name="receipt"),
    path("<int:admission_id>/", check.page, name="check"),
    path("<int:admission_id>/enter/", check.enter, name="enter"),
    path("trial/", trial.door, name="trial_door"),
    path("<int:admission_id>/trial/", trial.page, name="trial"),
    path("<int:admission_id>/trial/begin/", trial.begin, name="trial_begin"),
    path("<int:admission_id>/trial/result/", trial.result, name="trial_result"),
    path("<int:admission_id>/trial/practice/", trial.practice, name="trial_practice"),
    path("client/", client.guide, name="client_guide"),
    path("client/<str:token>/exam.seb", client.file, name="client_file"),
    path("leave/<str:token>/", client.leave, name="leave"),
    path("<int:admission_id>/client/", client.page, name="client"),
    path("<int:admission_id>/client/prove/", client.prove, name="client_prove"),
    path("<int:admission_id>/identity/", identity.page, name="identity"),
    path("<int:admission_id>/identity/standing/", identity.standing, name="identity_standing"),
    path("<int:admission_id>/identity/choose/", identity.choose, name="identity_choose"),
    path("<int:admission_id>/identity/pictures/", identity.hand_in, name="identity_pictures"),
    path("<int:admission_id>/identity/withdraw/", identity.withdraw, name="identity_withdraw"),
    path("<int:admission_id>/camera/", camera.receive, name="camera"),
    path("<int:admission_id>/camera/told/", camera.told, name="camera_told"),
    path("<int:admission_id>/camera/ready/", camera.ready, name="camera_ready"),
    path("<int:admission_id>/statement/", statement.page, name="statement"),
]
