from django.urls import path

from tancai.web.marker import answer, mine, queue

app_name = "marker"
urlpatterns = [
    path("", queue.page, name="queue"),
    path("sessions/<int:session_id>/next/", queue.next_answer, name="next"),
    path("answers/<int:answer_id>/", answer.page, name="answer"),
    path("marks/<int:mark_id>/undo/", answer.undo, name="undo"),
    path("mine/", mine.page, name="mine"),
]
