"""The three languages are complete, say the same, and fit in the places where Slack shows them."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, meta

import bot.slack.app  # noqa: F401 (declares every form)
from bot.slack.choices import Button
from bot.slack.fields import Toggle
from bot.slack.forms import Form, Lines, all_fields
from bot.texts import Texts
from store.collaborators import LANGUAGES
from templates.update import (
    LOCALES,
    PACKAGES,
    ROOT,
    catalog_of,
    forms_of,
    merged,
    source_of,
    texts_in,
    texts_in_code,
    untranslated,
    written,
)

TRANSLATED = sorted(set(LANGUAGES) - {"en"})
SIGNS = "*`+✓⚠\n"
"""What stands around words, and must stand around their translation."""

each_translation = pytest.mark.parametrize("language", TRANSLATED)
each_language = pytest.mark.parametrize("language", LANGUAGES)


# The catalogs


@pytest.fixture(scope="module")
def in_code() -> Catalog:
    return texts_in_code()


def sources(catalog: Catalog) -> dict[str, object]:
    return {source_of(message): message.id for message in catalog if message.id}


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Source and translation, for each plural form."""
    for message in catalog_of(language):
        originals = message.id if isinstance(message.id, tuple) else (source_of(message),)
        for number, text in enumerate(forms_of(message) if message.id else ()):
            yield originals[min(number, len(originals) - 1)], text


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}


@each_translation
def test_every_text_of_the_code_is_in_the_catalog_and_no_other(language: str, in_code: Catalog) -> None:
    catalog = catalog_of(language)
    assert sources(catalog) == sources(in_code), "run: python -m templates.update"
    assert not catalog.obsolete


@each_translation
def test_every_text_is_translated(language: str) -> None:
    catalog = catalog_of(language)
    assert untranslated(catalog) == []
    assert [source_of(message) for message in catalog if message.id and message.fuzzy] == []


@each_translation
def test_a_translation_has_the_placeholders_and_the_signs_of_its_source(language: str) -> None:
    for source, text in translations(language):
        assert placeholders(text) == placeholders(source), text
        assert [text.count(sign) for sign in SIGNS] == [source.count(sign) for sign in SIGNS], text


@each_translation
def test_no_text_begins_or_ends_with_a_space(language: str) -> None:
    for source, text in translations(language):
        assert source == source.strip()
        assert text == text.strip()


@each_translation
def test_apostrophes_and_quotation_marks_are_typographic(language: str) -> None:
    for source, text in translations(language):
        assert not re.search(r"""['"]""", source + text), text


def test_french_signs_have_their_narrow_spaces() -> None:
    for _source, text in translations("fr"):
        assert not re.search(r"[^\u00a0\u202f][;?!»:](?=[\s.,]|$)|«[^\u00a0]", text), text


def joins_by_hand(node: ast.AST) -> bool:
    """`f"{label}: {said}"` or `f": {said}"`; `f":{emoji}: …"` is Slack's."""
    if not isinstance(node, ast.JoinedStr):
        return False
    before = ""
    for part in node.values:
        text = str(part.value) if isinstance(part, ast.Constant) else ""
        if text.startswith(": ") and not before.endswith(":"):
            return True
        before = text or before
    return False


def test_no_label_is_joined_to_what_it_labels_by_a_bare_colon() -> None:
    found = [
        f"{path.name}:{getattr(node, 'lineno', 0)}"
        for path in (ROOT / "bot" / "slack").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if joins_by_hand(node)
    ]
    assert found == [], "Texts.labelled puts the space there that the language wants"


def test_a_label_has_the_colon_of_the_language() -> None:
    assert [Texts(tag).labelled("Client", "Dupont") for tag in ("en", "fr", "nl")] == [
        "Client: Dupont",
        "Client\u00a0: Dupont",
        "Client: Dupont",
    ]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["0 updates", "1 update", "2 updates"]),
        ("fr", ["0 mise à jour", "1 mise à jour", "2 mises à jour"]),
        ("nl", ["0 updates", "1 update", "2 updates"]),
    ],
)
def test_each_language_counts_in_its_own_way(language: str, forms: list[str]) -> None:
    t = Texts(language)
    assert [t.n("{number} update", "{number} updates", number) for number in (0, 1, 2)] == forms


@pytest.mark.parametrize(
    ("template", "value", "said"),
    [
        ("Agenda de {x}", "Els", "Agenda d’Els"),
        ("De {x} à Bram", "Émile", "D’Émile à Bram"),
        ("Agenda de {x}", "Bram", "Agenda de Bram"),
        ("Agenda de {x}", "Hans", "Agenda de Hans"),
        ("Agenda de {x}", "Yves", "Agenda d’Yves"),
        ("Agenda de {x}", "Yann", "Agenda de Yann"),
        ("Ce que {x} est pour Acme", "Œuvre", "Ce qu’Œuvre est pour Acme"),
        ("à partir du {x}", "aujourd’hui", "à partir d’aujourd’hui"),
        ("à partir du {x}", "demain", "à partir de demain"),
        ("à partir du {x}", "26/11/2027", "à partir du 26/11/2027"),
        ("depuis le {x}", "hier", "depuis hier"),
        ("depuis le {x}", "jeu. 26 nov.", "depuis le jeu. 26 nov."),
        ("jusqu’au {x} compris", "demain, 9 h", "jusqu’à demain, 9 h compris"),
    ],
)
def test_french_fits_small_words_to_what_follows(template: str, value: str, said: str) -> None:
    assert Texts("fr")(template, x=value) == said


# Reading them out of the code


def test_a_text_is_found_in_any_call_that_holds_one() -> None:
    source = """
class NoteForm(Form, id="note", title=_("Note")):
    def say(self, text=_("Nothing")):
        more = f"{text} {t(_('One'))}"
        return caller.t("Two " "words", name=t(text)), t.n("{number} day", "{number} days", count), _(text)
"""
    assert [text for _line, text in texts_in(source)] == [
        "Note",
        "Nothing",
        "One",
        "Two words",
        ("{number} day", "{number} days"),
    ]


def test_an_update_keeps_what_stays_drops_what_went_and_leaves_what_is_new_empty(tmp_path: Path) -> None:
    known = Catalog(locale="fr")
    known.add("Save", "Enregistrer")
    known.add("Gone", "Parti")
    known.add("{number} day", "{number} jour")
    code = Catalog()
    for text in ("Save", "New", ("{number} day", "{number} days")):
        code.add(text, locations=[("bot/some.py", 7)])
    result = merged(code, known)
    assert [message.string for message in result if message.id == "Save"] == ["Enregistrer"]
    assert untranslated(result) == ["New", "{number} day"]
    assert "Gone" not in written(result)


@each_translation
def test_an_update_without_new_texts_changes_nothing(language: str, tmp_path: Path) -> None:
    catalog = catalog_of(language)
    content = written(catalog)
    (tmp_path / "again.po").write_text(content, encoding="utf-8")
    with (tmp_path / "again.po").open("rb") as again:
        assert written(merged(catalog, read_po(again, locale=language))) == content
    assert content.splitlines()[:5] == (LOCALES / f"{language}.po").read_text(encoding="utf-8").splitlines()[:5]


# Slack's places


def forms() -> list[type[Form]]:
    return [kind for kind in Form.__subclasses__() if kind.__module__.startswith("bot.")]


@cache
def chosen_texts() -> frozenset[str]:
    """What stands on buttons and in options: Slack cuts it, or refuses it, after 75 characters."""
    return frozenset([*texts_of_forms(), *texts_of_lists(), *texts_on_buttons()])


def texts_of_forms() -> Iterator[str]:
    for field in (field for form in forms() for field in all_fields(form)):
        if isinstance(field, Toggle):
            yield field.ticked
        elif isinstance(field, Button | Lines):
            yield field.label


def texts_of_lists() -> Iterator[str]:
    for name, module in sys.modules.items():
        if name.startswith("bot.slack."):
            yield from (text for key, value in vars(module).items() if key.endswith("_NAMES") for text in leaves(value))


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | tuple | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)


def texts_on_buttons() -> Iterator[str]:
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if is_button(node) or is_menu_line(node):
                for _line, text in texts_in(ast.unparse(node)):
                    yield from leaves(text)


def is_button(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"button", "Option"}


def is_menu_line(node: ast.AST) -> bool:
    """`("delete", t(_("Delete")))`, or `slack.menu(ACTION_MENU, "cancel", _("Cancel this action"), …)`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "menu"
    return isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant)


def test_the_forms_and_the_buttons_are_found() -> None:
    assert len(forms()) >= 10
    buttons = {"Undo", "Complete", "+ Another phone", "All day", "Mobile", "Cancel this action"}
    assert buttons <= chosen_texts()
    assert "Please fill this in." not in chosen_texts()


@each_language
def test_titles_and_submit_buttons_have_at_most_24_characters(language: str) -> None:
    t = Texts(language)
    texts = [t(text) for form in forms() for text in (form.title, form.submit)]
    assert [text for text in [*texts, t("Cancel"), t("Close")] if len(text) > 24] == []


@each_language
def test_buttons_and_options_have_at_most_75_characters(language: str) -> None:
    t = Texts(language)
    assert [text for text in map(t, chosen_texts()) if len(text) > 75] == []


@each_language
def test_cancelling_an_action_is_not_called_like_leaving_a_form(language: str) -> None:
    t = Texts(language)
    leave = t("Cancel")
    others = [t("Cancel this action"), t("Undo"), *(t(text) for form in forms() for text in (form.title, form.submit))]
    assert leave not in others
    assert all(len(text) >= len(leave) + 5 for text in others if text.startswith(leave))


@pytest.mark.parametrize(("language", "of_cancelling"), [("fr", r"(?i)annul|rétabl"), ("nl", r"(?i)annul|terugdraai")])
def test_undoing_is_never_called_cancelling(language: str, of_cancelling: str) -> None:
    of_undoing = re.compile(r"(?i)\bund(o|one|oing)\b|\btaken back\b")
    found = [text for source, text in translations(language) if of_undoing.search(source)]
    assert len(found) > 10
    assert [text for text in found if re.search(of_cancelling, text)] == []


# Mails


def mail_folders() -> list[Path]:
    return sorted(one for one in (ROOT / "templates" / "mail").iterdir() if one.is_dir())


def test_every_mail_has_every_part_in_every_language() -> None:
    assert mail_folders()
    for folder in mail_folders():
        languages_of_part: dict[str, set[str]] = defaultdict(set)
        for path in folder.glob("*.j2"):
            language, _dot, part = path.name.removesuffix(".j2").partition(".")
            languages_of_part[part].add(language)
        parts = {"subject", "txt", "html"} if "subject" in languages_of_part else set(languages_of_part)
        assert dict(languages_of_part) == {part: set(LANGUAGES) for part in parts}, folder.name


def test_a_mail_says_the_same_in_every_language() -> None:
    environment = Environment(autoescape=True)
    for folder in mail_folders():
        names: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for path in folder.glob("*.j2"):
            tree = environment.parse(path.read_text(encoding="utf-8"))
            language, _dot, part = path.name.removesuffix(".j2").partition(".")
            names[part][language] = meta.find_undeclared_variables(tree)
        for part, by_language in names.items():
            assert by_language == dict.fromkeys(by_language, by_language["en"]), f"{folder.name}, {part}"
