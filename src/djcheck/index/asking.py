"""Questions that evaluation puts to what knows the project, with their answers: what a result rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Arguments = tuple[Any, ...]


class Question:
    """A method of an expert, the arguments that it was given, its answer, and whose results rest on it."""

    __slots__ = ("answer", "arguments", "askers", "method", "named", "who")

    def __init__(self, who: str, method: str, arguments: Arguments, named: dict[str, Any]) -> None:
        self.who = who
        self.method = method
        self.arguments = arguments
        self.named = named
        self.answer: Any = None
        self.askers: set[Any] = set()

    def ask(self, expert: object) -> Any:
        answer = getattr(expert, self.method)(*self.arguments, **self.named)
        return tuple(answer) if isinstance(answer, Iterator) else answer


class Ledger:
    """All questions; `asked` are those of whoever evaluates at the moment."""

    def __init__(self) -> None:
        self.asked: dict[Question, None] = {}
        self._experts: dict[str, object] = {}
        self._makers: dict[str, Callable[[Any], object]] = {}
        self._known: dict[tuple[str, str], dict[object, Question]] = {}

    def introduce(self, who: str, expert: object, make: Callable[[Any], object] | None = None) -> Any:
        """What stands for the expert from now on: its methods' answers are kept, and who asks is noted.

        `make` is how the expert was made, where that takes nothing but an index.
        """
        self._experts[who] = expert
        if make is not None:
            self._makers[who] = make
        return Noted(self, who)

    def replace(self, who: str, expert: object) -> None:
        """Another expert of the same kind answers from now on what has not been asked yet."""
        self._experts[who] = expert

    def replace_all_made_of(self, index: object) -> list[str]:
        """Make those that know nothing but an index of another one. Returns who they are."""
        for who, make in self._makers.items():
            self.replace(who, make(index))
        return list(self._makers)

    def expert(self, who: str) -> object:
        return self._experts[who]

    def known(self, who: str, method: str) -> dict[object, Question]:
        """The questions to one method by their arguments."""
        return self._known.setdefault((who, method), {})

    def changed(self, who: str, concerns: Callable[[Arguments], bool] = lambda arguments: True) -> Iterable[Question]:
        """Ask an expert again, where the arguments are of concern: the questions that have another answer by now."""
        expert = self._experts[who]
        return [
            question
            for (name, _), questions in self._known.items()
            if name == who
            for key, question in list(questions.items())
            if concerns(question.arguments) and self._is_changed(expert, questions, key, question)
        ]

    def _is_changed(self, expert: object, questions: dict[object, Question], key: object, question: Question) -> bool:
        if not question.askers:
            del questions[key]
            return False
        try:
            answer = question.ask(expert)
        except Exception:  # what it is about is gone: whoever asks will not do so again
            del questions[key]
            return True
        if answer == question.answer:
            return False
        question.answer = answer
        return True


class Noted:
    """Stands for an expert (an index, its templates, …): looks like it, and notes what it is asked.

    What an expert has that is no method (the settings) is not noted.
    """

    def __init__(self, ledger: Ledger, who: str) -> None:
        self._ledger = ledger
        self._who = who

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ledger.expert(self._who), name)
        if not callable(found):
            return found
        asker = _asker(self._ledger, self._who, name)
        setattr(self, name, asker)
        return asker


def _asker(ledger: Ledger, who: str, method: str) -> Callable[..., Any]:
    known = ledger.known(who, method)

    def ask(*arguments: Any, **named: Any) -> Any:
        key = (arguments, tuple(named.items())) if named else arguments
        question = known.get(key)
        if question is None:
            question = Question(who, method, arguments, named)
            question.answer = question.ask(ledger.expert(who))
            known[key] = question
        ledger.asked[question] = None
        return question.answer

    return ask
