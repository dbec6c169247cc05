"""Every rule has a card and every card a rule; the cards are whole, and tried by tests."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from tests.repository.checkout import ROOT
from tests.review.lint.recorder import TO
from tests.test_texts import CHINESE, glyphs, names, narrow_signs
from toolkit.documents import load_document
from toolkit.language import LANGUAGES
from toolkit.review.lint.cards import FAMILIES, FOLDER, PACKS, Card, Evidence, load_cards
from toolkit.review.lint.rules import all_rules
from toolkit.scheme.measure import Measure
from toolkit.scheme.pay import PayPlan
from toolkit.scheme.rates import RatePlan
from toolkit.scheme.scheme import Scheme

CARDS = load_cards()
TEXTS = ("name", "message", "advice", "what", "why", "example", "instead", "may_not_apply")
HERE = Path(__file__).parent
# What is not about a rule: the engine's own tests, and the schemes in which all rules find nothing.
_NOT_OF_RULES = {"test_lint.py", "test_cards.py", "test_pages.py", "test_impeccable.py"}


def texts(language: str) -> dict[str, str]:
    """Every text of the cards in a language, by code and field."""
    return {
        f"{code}.{field}": getattr(card, field)[language] for code, card in CARDS.items() for field in TEXTS
    }


def test_every_rule_has_a_card_and_every_card_a_rule() -> None:
    assert set(all_rules()) == set(CARDS) and len(CARDS) >= 45


def test_a_cards_slug_is_its_functions_name() -> None:
    assert {code: card.slug for code, card in CARDS.items()} == {
        code: rule.__name__ for code, rule in all_rules().items()
    }
    assert len({card.slug for card in CARDS.values()}) == len(CARDS)


def test_a_family_has_its_own_file_in_order() -> None:
    for family in FAMILIES:
        codes = list(load_document(FOLDER / f"{family}.yaml").data)
        assert codes and all(re.fullmatch(rf"{family}\d\d", code) for code in codes)
        assert codes == sorted(codes)
    assert list(all_rules()) == list(CARDS)


def test_every_pack_has_rules_of_its_own() -> None:
    assert set(PACKS) == {pack for card in CARDS.values() for pack in card.packs}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_drawable(language: str) -> None:
    said = texts(language)
    assert [key for key, words in said.items() if len(words.strip()) < 2] == []
    assert {c for words in said.values() for c in words if ord(c) not in glyphs()} == set()


def test_chinese_is_chinese_and_punctuated_so() -> None:
    said = {key: words.replace("`", "") for key, words in texts("zh").items()}
    assert {key: found for key, words in said.items() if (found := narrow_signs(words))} == {}
    # An example may be nothing but a line of a scheme; what is said about it is prose.
    prose = {k: w for k, w in said.items() if k.split(".")[1] not in ("example", "instead")}
    assert [k for k, w in prose.items() if not re.search(f"[{CHINESE}]", re.sub(r"\{\w+\}", "字", w))] == []


def test_english_has_no_chinese() -> None:
    assert [key for key, words in texts("en").items() if re.search(f"[{CHINESE}]", words)] == []


# What a client's director reads in Chinese too; other Latin words are the file's, and stand under `write`.
_LATIN = {"KPI", "CRM", "NPS", "ROI", "ICC", "P90"}


def test_messages_and_advice_are_words_of_the_trade_and_not_of_the_file() -> None:
    faulty = {}
    for code, card in CARDS.items():
        for words in (*card.message.values(), *card.advice.values()):
            prose = re.sub(r"\{\w+\}", "", words)
            if re.search(r"[`{}\[\]]|\w_\w", prose):
                faulty[code] = prose
        for words in (card.message["zh"], card.advice["zh"]):
            if latin := set(re.findall(r"[A-Za-z][A-Za-z0-9]+", re.sub(r"\{\w+\}", "", words))) - _LATIN:
                faulty[code] = str(latin)
    assert faulty == {}


def test_how_the_file_says_it_is_yaml_with_keys_that_the_file_has() -> None:
    """Nobody can copy a line that the files do not take."""
    kinds: tuple[Any, ...] = (Scheme, Measure, RatePlan, PayPlan)
    fields = [item for kind in kinds for item in kind.__pydantic_fields__.items()]
    known = {field.alias or name for name, field in fields} | {"tables"}  # of the engagement's file
    written = {code: card.write for code, card in CARDS.items() if card.write}
    assert len(written) >= 30
    for code, write in written.items():
        read = yaml.safe_load("{" + write + "}")
        assert isinstance(read, dict) and set(read) <= known, code
        assert not re.search(f"[{CHINESE}]", write), code  # the same in both languages


def test_every_card_names_its_source_and_grade() -> None:
    assert {card.grade for card in CARDS.values()} <= set(get_args(Evidence))
    assert [code for code, card in CARDS.items() if not card.source.strip(" .-–")] == []


def test_a_card_that_grades_itself_own_says_so() -> None:
    """And no other card does: a source that is our own may not borrow a better grade."""
    own = {code for code, card in CARDS.items() if re.match(r"(our )?own\b", card.source)}
    assert own <= {code for code, card in CARDS.items() if card.grade == "own"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the rules found in the tests of the families, run once more under the recorder."""
    to = tmp_path_factory.mktemp("lint") / "seen.json"
    files = [str(path) for path in sorted(HERE.glob("test_*.py")) if path.name not in _NOT_OF_RULES]
    options = ["-q", "-p", "tests.review.lint.recorder", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *files]
    ran = subprocess.run(
        command, cwd=ROOT, env={**os.environ, TO: str(to)}, capture_output=True, text=True, check=False
    )
    assert to.is_file(), ran.stdout[-2000:] + ran.stderr[-2000:]
    found: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
def test_every_rule_is_seen_to_find_and_to_pass(seen: dict[str, Any]) -> None:
    never = {code: seen.get(code, {"found": 0, "passed": 0}) for code in CARDS}
    assert [code for code, one in never.items() if not one["found"]] == []
    assert [code for code, one in never.items() if not one["passed"]] == []


@pytest.mark.slow
def test_messages_and_advice_name_only_what_the_rules_give(seen: dict[str, Any]) -> None:
    lacking = {}
    for code, card in CARDS.items():
        wanted = {n for words in (card.message, card.advice) for said in words.values() for n in names(said)}
        for given in seen.get(code, {"values": []})["values"]:
            if missing := wanted - set(given):
                lacking[code] = missing
    assert lacking == {}


@pytest.mark.slow
def test_every_parameter_is_read_by_its_rule(seen: dict[str, Any]) -> None:
    unread = {
        f"{code}.{name}"
        for code, card in CARDS.items()
        for name in set(card.parameters) - set(seen.get(code, {"read": []})["read"])
    }
    assert unread == set()


def test_a_card_is_refused_when_a_text_is_missing() -> None:
    whole = load_document(FOLDER / "M.yaml").data["M01"]
    assert Card(**whole).slug == "too_few_kpis"
    with pytest.raises(ValidationError, match="advice"):
        Card(**{key: value for key, value in whole.items() if key != "advice"})
