from django.urls import URLPattern, URLResolver, path

from tancai.web.invigilator import candidate, client, home, journal, report, room, stream, trial

app_name = "invigilator"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("<int:session_id>/", room.page, name="room"),
    path("<int:session_id>/lines/", room.lines, name="lines"),
    path("<int:session_id>/stream/", stream.stream, name="stream"),
    path("<int:session_id>/order/", room.order, name="order_all"),
    path("<int:session_id>/trial/", trial.page, name="trial"),
    path("<int:session_id>/trial/remind/", trial.remind, name="trial_remind"),
    path("candidates/<int:admission_id>/trial/", trial.candidate, name="trial_candidate"),
    path("<int:session_id>/client/", client.page, name="client"),
    path("<int:session_id>/client/agree/", client.agree, name="client_agree"),
    path("candidates/<int:admission_id>/client/", client.take_back, name="client_take_back"),
    path("<int:session_id>/duty/", room.duty, name="duty"),
    path("<int:session_id>/journal/", journal.page, name="journal"),
    path("<int:session_id>/journal/note/", journal.note, name="note"),
    path("<int:session_id>/report/", report.pdf, name="report"),
    path("candidates/<int:admission_id>/", candidate.page, name="candidate"),
    path("candidates/<int:admission_id>/order/", candidate.order, name="order"),
    path("candidates/<int:admission_id>/queued/", candidate.queued, name="queued"),
    path("candidates/<int:admission_id>/looked/", candidate.looked, name="looked"),
    path("candidates/<int:admission_id>/code/", candidate.code, name="code"),
]
