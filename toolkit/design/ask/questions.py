"""What people are asked, as data: questions about each KPI on a scale, and room for their own proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.errors import DataError, Problem
from toolkit.language import has_text, text


@dataclass(frozen=True)
class Question:
    """One question asked of every KPI.

    Parameters
    ----------
    name : str
        Its id; what it is called and asks stands in the texts `ask.<about>.<name>`, `….asks` and, for each
        answer that is described, `….<n>`.
    low, high : int
        The lowest and the highest answer; answers are whole numbers.
    """

    name: str
    low: int = 1
    high: int = 5


@dataclass(frozen=True)
class Questionnaire:
    """A form's questions.

    Parameters
    ----------
    about : str
        What it asks about; also the folder of its answers, `answers/<about>/`.
    questions : tuple of Question
    proposal : tuple of str
        What is asked of a proposal: its name first. None: there is no sheet for proposals.
    proposals : int
        How many there is room for.
    """

    about: str
    questions: tuple[Question, ...]
    proposal: tuple[str, ...] = ()
    proposals: int = 0

    def question(self, name: str) -> Question:
        """A question by its name."""
        return next(q for q in self.questions if q.name == name)

    def say(self, key: str, language: str, **values: object) -> str:
        """A text of this questionnaire."""
        return text(f"ask.{self.about}.{key}", language, **values)

    def described(self, question: Question, language: str) -> Iterator[tuple[int, str]]:
        """The answers that have a description, with it."""
        for n in range(question.low, question.high + 1):
            if has_text(f"ask.{self.about}.{question.name}.{n}"):
                yield n, self.say(f"{question.name}.{n}", language)


KPIS = Questionnaire(
    "kpis",
    (Question("influence"), Question("clarity"), Question("gaming")),
    proposal=("name", "reason", "how"),
    proposals=5,
)
QUESTIONNAIRES = {KPIS.about: KPIS}


def questionnaire(about: str) -> Questionnaire:
    """The questionnaire about something.

    Raises
    ------
    DataError
        There is none; those that there are are named.

    Examples
    --------
    >>> [question.name for question in questionnaire("kpis").questions]
    ['influence', 'clarity', 'gaming']
    """
    if about not in QUESTIONNAIRES:
        raise DataError(
            Problem("ask.unknown_about", value=about, values={"known": ", ".join(QUESTIONNAIRES)})
        )
    return QUESTIONNAIRES[about]
