"""`python -m templates.update` brings the catalogs up to date with the texts that stand in the code.

A text is a plain string in a call of `_`, of a translator called `t` (`caller.t("…")`), or of its plural form
(`t.n("{number} day", "{number} days", …)`). A translation is kept as long as its text stays; what the code no longer
says is dropped, and what is new is left empty.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "templates" / "locale"
PACKAGES = ("bot", "jobs", "store")
CALLS = {"_": 1, "t": 1, "n": 2}
"""What the calls that hold texts are named, and how many texts they hold."""

# No date and no program's version: the files change only when a text does.
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms};\\n"
"Language: {language}\\n"

"""

Id = str | tuple[str, str]
"""A text, or its singular and plural."""


def texts_in(source: str) -> Iterator[tuple[int, Id]]:
    """Line and text of each call, in the order of the code.

    Read from the syntax tree: Babel's own extraction finds no call inside an f-string before Python 3.12.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        wanted = CALLS.get(_name(call.func), 0)
        texts = [
            one.value for one in call.args[:wanted] if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if texts and len(texts) == wanted:
            yield call.lineno, texts[0] if wanted == 1 else (texts[0], texts[1])


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def texts_in_code() -> Catalog:
    """Every text to translate, with the files where it stands."""
    texts = Catalog()
    for path in sorted(one for package in PACKAGES for one in (ROOT / package).rglob("*.py")):
        for line, text in texts_in(path.read_text(encoding="utf-8")):
            texts.add(text, locations=[(path.relative_to(ROOT).as_posix(), line)])
    return texts


def catalog_of(language: str) -> Catalog:
    """What stands in the language's file."""
    with (LOCALES / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language)


def merged(texts: Catalog, translated: Catalog) -> Catalog:
    """The texts of the code, each with its translation if there is one."""
    result = Catalog(locale=translated.locale)
    for message in texts:
        if message.id:
            known = translated.get(source_of(message))
            kept = known.string if known is not None and known.id == message.id else None
            result.add(message.id, kept, locations=message.locations)
    return result


def written(catalog: Catalog) -> str:
    """The file's content, in the order of the code, one line for each text."""
    body = io.BytesIO()
    write_po(body, catalog, omit_header=True, width=0, sort_by_file=True, include_lineno=False)
    header = HEADER.format(plural_forms=catalog.plural_forms.rstrip(";"), language=catalog.locale)
    return header + body.getvalue().decode()


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or lack a plural form."""
    return [source_of(one) for one in catalog if one.id and not all(forms_of(one))]


def forms_of(message: Message) -> list[str]:
    """The translation, in each of its plural forms."""
    return [message.string] if isinstance(message.string, str) else [form or "" for form in message.string or ("",)]


def source_of(message: Message) -> str:
    """The English text, in the singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def main() -> None:
    texts = texts_in_code()
    for path in sorted(LOCALES.glob("*.po")):
        catalog = merged(texts, catalog_of(path.stem))
        path.write_text(written(catalog), encoding="utf-8")
        missing = untranslated(catalog)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(catalog)} texts, {len(missing)} to translate\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)


if __name__ == "__main__":
    main()
