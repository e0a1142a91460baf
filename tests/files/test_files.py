"""Limits, types, retention and orphans."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from tancai.files import api as files
from tancai.files import rules
from tancai.files.actions import place
from tancai.people import api as people

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n%%EOF"


def picture(size=(3000, 1000)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "declared", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "text/html", "image/jpeg"),
        (picture((2, 2)), "", "image/png"),
        (PDF, "image/png", "application/pdf"),
        (b"<script>", "text/html", "application/octet-stream"),
        (b"<svg>", "image/svg+xml", "application/octet-stream"),
        (b"a,b", "text/csv; charset=utf-8", "text/csv"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "spreadsheet"),
        (b"PK\x03\x04", "text/html", "application/zip"),
        (b"MZ", "application/zip", "application/octet-stream"),
    ],
)
def test_the_bytes_decide_the_type(data, declared, kind):
    assert kind in rules.true_type(data, declared)


@pytest.mark.parametrize(
    ("size", "mime", "code"), [(0, "x", "empty"), (11, "x", "too_large"), (10, "x", ""), (5, "y", "type")]
)
def test_limits_belong_to_the_purpose(size, mime, code):
    assert rules.judge(size, mime, rules.Purpose(most=10, mimes=frozenset({"x"}))) == code


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\照片.jpg", "照片.jpg"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("", "file"),
        ("...", "file"),
        ("名" * 200 + ".jpg", "名" * 146 + ".jpg"),
    ],
)
def test_a_file_name_is_only_a_name(name, clean):
    assert rules.clean_name(name) == clean


pytestmark = pytest.mark.django_db


def test_pictures_are_made_anew_and_anything_else_refused():
    row = files.store_image(picture(), purpose="portrait", name="x.png", max_side=1200, by=None, at=AT)
    shown = Image.open(io.BytesIO(files.read(row)))
    assert (row.mime, row.name, shown.size) == ("image/jpeg", "x.jpg", (1200, 400))
    with pytest.raises(files.BadFile) as refused:
        files.store_image(PDF, purpose="portrait", name="x.png", by=None, at=AT)
    assert refused.value.code == "not_an_image"


def test_serving_shows_pictures_and_downloads_the_rest_privately():
    shown = files.serve(files.store(PDF, purpose="note", name="审核表.pdf", by=None, at=AT))
    assert shown["Content-Type"] == "application/pdf" and shown["Content-Disposition"].startswith("inline")
    assert shown["X-Content-Type-Options"] == "nosniff" and "private" in shown["Cache-Control"]
    page = files.serve(
        files.store(b"<script>", purpose="note", name="x.html", mime="text/html", by=None, at=AT)
    )
    assert page["Content-Type"] == "application/octet-stream"
    assert page["Content-Disposition"].startswith("attachment")


def test_a_discarded_file_is_gone_with_its_bytes(django_capture_on_commit_callbacks):
    row = files.store(PDF, purpose="note", name="x.pdf", by=None, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        files.discard(row, reason="not needed", by=None, at=AT)
        files.discard(row, reason="again", by=None, at=AT)
    assert files.file(row.token) is None and not default_storage.exists(place(row.token))
    with pytest.raises(files.FileGone):
        files.read(row)


def test_bytes_moved_under_another_token_do_not_open():
    one = files.store(PDF, purpose="note", name="x.pdf", by=None, at=AT)
    other = files.store(b"other", purpose="note", name="y", by=None, at=AT)
    with default_storage.open(place(other.token)) as stream:
        sealed = stream.read()
    default_storage.delete(place(one.token))
    default_storage.save(place(one.token), ContentFile(sealed))
    with pytest.raises(files.FileGone):
        files.read(one)


def test_what_is_past_its_date_is_purged(django_capture_on_commit_callbacks):
    files.register_purpose("test_short", keep_days=30)
    short = files.store(PDF, purpose="test_short", name="x.pdf", by=None, at=AT)
    long = files.store(PDF, purpose="test_short", name="x.pdf", keep_until=date(2030, 1, 1), by=None, at=AT)
    assert short.keep_until == date(2026, 4, 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert files.purge(AT + timedelta(days=30)) == 0
        assert files.purge(AT + timedelta(days=31)) == 1
    assert files.file(short.token) is None and files.file(long.token) == long


def test_a_write_that_fails_leaves_no_bytes(monkeypatch):
    before = {f for folder in default_storage.listdir("")[0] for f in default_storage.listdir(folder)[1]}

    def broken(*args, **kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr("tancai.files.actions.audit.record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        files.store(PDF, purpose="note", name="x.pdf", by=None, at=AT)
    assert {
        f for folder in default_storage.listdir("")[0] for f in default_storage.listdir(folder)[1]
    } == before


def test_orphans_are_swept_after_a_day():
    row = files.store(PDF, purpose="note", name="x.pdf", by=None, at=AT)
    default_storage.save("aa/" + "a" * 40, ContentFile(b"left behind"))
    now = datetime.now(UTC)
    assert files.sweep_orphans(now) == 0
    files.sweep_orphans(now + timedelta(days=2))
    assert not default_storage.exists("aa/" + "a" * 40) and files.read(row) == PDF


def test_where_nothing_was_ever_kept_there_are_no_orphans(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "none")},
        },
    }
    assert files.sweep_orphans(datetime.now(UTC)) == 0


def test_files_are_listed_by_owner():
    person = people.enter_person(
        name="李雷", document_kind="resident_id", document="11010519491231002X", by=None, at=AT
    )
    mine = files.store(PDF, purpose="diploma", name="x.pdf", owner_person=person, by=None, at=AT)
    files.store(PDF, purpose="diploma", name="x.pdf", by=None, at=AT)
    assert list(files.files_of(person=person)) == [mine]
    assert not files.files_of(person=person, purpose="portrait") and not files.files_of()
