from django.urls import path

from tancai.web.author import (
    alike,
    bank,
    bulk,
    coverage,
    edit,
    item,
    remarks,
    review,
    sources,
    topics,
    trial,
    writing,
)

app_name = "author"
urlpatterns = [
    path("", bank.page, name="bank"),
    path("new/", edit.new, name="new"),
    path("preview/<slug:kind>/", writing.preview, name="preview"),
    path("pictures/", writing.picture, name="picture"),
    path("topics/", topics.page, name="topics"),
    path("sources/", sources.page, name="sources"),
    path("sources/mark/", sources.mark, name="source_mark"),
    path("alike/", alike.page, name="alike"),
    path("alike/<slug:first>/<slug:second>/", alike.pair, name="alike_pair"),
    path("bulk/", bulk.page, name="bulk"),
    path("changes/", bulk.changes, name="changes"),
    path("changes/<int:batch_id>/undo/", bulk.undo, name="change_undo"),
    path("review/", review.page, name="review"),
    path("review/<int:version_id>/remark/", review.remark, name="review_remark"),
    path("review/<int:version_id>/<slug:state>/", review.verdict, name="review_verdict"),
    path("coverage/", coverage.page, name="coverage"),
    path("trial/", trial.page, name="trial"),
    path("items/<slug:code>/", item.page, name="item"),
    path("items/<slug:code>/edit/", edit.revise, name="revise"),
    path("items/<slug:code>/compare/", item.compare, name="compare"),
    path("items/<slug:code>/versions/<int:number>/<slug:state>/", item.step, name="step"),
    path("items/<slug:code>/versions/<int:number>/remarks/say/", remarks.say, name="remark"),
    path("items/<slug:code>/remarks/<int:comment_id>/<slug:mark>/", remarks.mark, name="remark_mark"),
]
