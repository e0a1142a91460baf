"""The application form on paper."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from tancai.enrolment import api as enrolment
from tests.enrolment.conftest import AT, resident_number
from tests.enrolment.test_road import complete, person  # noqa: F401

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> tuple[int, str]:
    document = pypdfium2.PdfDocument(pdf)
    return len(document), "".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_form_is_one_page_with_what_was_filled_in(person: Any) -> None:  # noqa: F811
    application = complete(person)
    pages, text = text_of(enrolment.application_form_pdf(application.pk, at=AT))
    assert pages == 1
    title = enrolment.definition_for(application).catalogue.form_title
    for wanted in (title, "林清源", resident_number(1), application.number, "汉语言文学", "2024.01 — 至今"):
        assert wanted in text


def test_for_others_the_number_is_masked(person: Any) -> None:  # noqa: F811
    application = complete(person)
    _pages, text = text_of(enrolment.application_form_pdf(application.pk, masked=True, at=AT))
    assert resident_number(1) not in text and person.document_masked in text
