from django.apps import AppConfig


class ExamRoomConfig(AppConfig):
    name = "tancai.web.exam_room"
    label = "web_exam_room"
    verbose_name = "exam_room"
