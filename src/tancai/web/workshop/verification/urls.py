from django.urls import path

from tancai.web.workshop.verification import begin, conclusion, desk, outcome

urlpatterns = [
    path("verification/", begin.page, name="verification"),
    path("verification/case/", begin.case, name="verification_case"),
    path("verification/own/", begin.own, name="verification_own"),
    path("verification/<int:work_id>/", desk.page, name="verification_work"),
    path("verification/<int:work_id>/papers.xlsx", desk.tables, name="verification_tables"),
    path("verification/<int:work_id>/conclude/", desk.conclude, name="verification_conclude"),
    path("verification/<int:work_id>/outcome/", outcome.page, name="verification_outcome"),
    path("verification/<int:work_id>/conclusion.pdf", conclusion.pdf, name="verification_pdf"),
]
