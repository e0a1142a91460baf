"""The competency framework of T/MIITEC 020-2024 as data: directions, posts, statements, grades, weights."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

DimensionCode = Literal["knowledge", "skill", "practice"]
Verb = Literal["了解", "掌握", "能够", "具备"]
Text = Annotated[str, Field(min_length=1)]
Weight = Annotated[int, Field(ge=0, le=100)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Element(_Part):
    """An element of a dimension (table 2), e.g. 基础知识."""

    code: Text
    name: Text
    text: Text


class Dimension(_Part):
    """One of the three dimensions with its elements and its method of evaluation (B.1)."""

    code: DimensionCode
    name: Text
    name_en: Text
    method: Text
    method_en: Text
    elements: tuple[Element, ...] = Field(min_length=1)


class Statement(_Part):
    """A requirement: clause, verb of the document and the printed sentence.

    ``code`` is ``<clause>-<letter><number>``, e.g. ``5.1.1-a2``; it stays when the wording is corrected.
    """

    code: Annotated[str, Field(pattern=r"^5\.[1-5]\.[1-4]-[abc][1-9]$")]
    verb: Verb
    text: Text


class Post(_Part):
    """A post with its duty (table 1) and requirements per dimension (clause 5)."""

    code: Text
    name: Text
    name_en: Text
    clause: Annotated[str, Field(pattern=r"^5\.[1-5]\.[1-4]$")]
    duty: Text
    knowledge: tuple[Statement, ...] = Field(min_length=1)
    skill: tuple[Statement, ...] = Field(min_length=1)
    practice: tuple[Statement, ...] = Field(min_length=1)

    def statements(self, dimension: str) -> tuple[Statement, ...]:
        return {"knowledge": self.knowledge, "skill": self.skill, "practice": self.practice}[dimension]


class Direction(_Part):
    """A direction with its posts."""

    code: Text
    name: Text
    name_en: Text
    clause: Text
    posts: tuple[Post, ...] = Field(min_length=1)


class GradeGroup(_Part):
    """A level of three grades (B.2) with the weights of its dimensions in percent (B.3).

    ``thresholds``: total from which the first, second and third grade of the group is given.
    """

    code: Text
    name: Text
    name_en: Text
    grades: tuple[int, ...] = Field(min_length=1)
    text: Text
    min_years: int = Field(ge=0)
    knowledge: Weight
    skill: Weight
    practice: Weight
    thresholds: tuple[int, ...]

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if self.knowledge + self.skill + self.practice != 100:
            raise ValueError("weights_not_hundred")
        if len(self.thresholds) != len(self.grades) or list(self.thresholds) != sorted(self.thresholds):
            raise ValueError("thresholds_order")
        return self

    def weights(self) -> dict[str, int]:
        """Percent by dimension code."""
        return {"knowledge": self.knowledge, "skill": self.skill, "practice": self.practice}


class Improvement(_Part):
    """A way to improve (annex A): before the post, on the post, or a kind of provider."""

    stage: Literal["content", "before_post", "on_post", "provider"]
    code: Text
    text: Text


class Framework(_Part):
    """The whole framework."""

    standard: Text
    title: Text
    title_en: Text
    publisher: Text
    published_on: Text
    uses: tuple[Text, ...] = ()
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    directions: tuple[Direction, ...] = Field(min_length=1)
    groups: tuple[GradeGroup, ...] = Field(min_length=1)
    improvements: tuple[Improvement, ...] = ()
    references: tuple[Text, ...] = ()

    @property
    def posts(self) -> tuple[Post, ...]:
        return tuple(post for direction in self.directions for post in direction.posts)

    def post(self, code: str) -> Post | None:
        return next((post for post in self.posts if post.code == code), None)

    def group_of(self, grade: int) -> GradeGroup | None:
        return next((group for group in self.groups if grade in group.grades), None)
