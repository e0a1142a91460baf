from django.urls import path

from tancai.web.workshop.task import catalogue, desk, marks, papers

urlpatterns = [
    path("tasks/", catalogue.page, name="tasks"),
    path("tasks/<slug:code>/", catalogue.one, name="task"),
    path("tasks/<slug:code>/begin/", catalogue.begin, name="task_begin"),
    path("task/<int:work_id>/", desk.page, name="task_work"),
    path("task/<int:work_id>/check/<slug:step>/", desk.check, name="task_check"),
    path("task/<int:work_id>/hand-in/", desk.hand_in, name="task_hand_in"),
    path("task/<int:work_id>/marks/", marks.page, name="task_marks"),
    path("task/<int:work_id>/marks.pdf", marks.pdf, name="task_marks_pdf"),
    path("task/<int:work_id>/papers.xlsx", papers.tables, name="task_tables"),
    path("task/<int:work_id>/papers.md", papers.text, name="task_papers"),
]
