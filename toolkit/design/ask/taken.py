"""The folder of forms that came back: read whole, or added to after checking; all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from toolkit.data.files.form_cells import safe_name
from toolkit.design.ask.opened import Opened
from toolkit.design.ask.page import Sent
from toolkit.errors import DataError, Problems

F = TypeVar("F", bound=Opened)
_ASIDE = {"thumbs.db", "desktop.ini"}  # what systems leave in folders


def read_folder(folder: Path, read: Callable[[Path, Problems], F | None]) -> list[F]:
    """Read every form of a folder; a folder that is not there holds none.

    A blank form is passed over where the same person sent another one.

    Raises
    ------
    DataError
        Every fault of every form; somebody sent two.
    """
    problems = Problems()
    forms = [form for path in _files(folder) if (form := read(path, problems)) is not None]
    counted = _one_each(forms, problems)
    problems.raise_as(DataError)
    return counted


def take_in(
    paths: Iterable[str | Path], folder: Path, read: Callable[[Path, Problems], F | None]
) -> tuple[Path, ...]:
    """Put forms into a folder after checking them together with those there; what is there is passed over.

    So is a blank form of somebody who sent another one; one that lies there already is left there.

    Returns
    -------
    tuple of Path
        The files added.

    Raises
    ------
    DataError
        As `read_folder`, of the new forms and those there already.
    """
    problems = Problems()
    there = [form for path in _files(folder) if (form := read(path, problems)) is not None]
    known = {form.sha256 for form in there}
    new = [form for path in paths if (form := read(Path(path), problems)) is not None]
    fresh = list({form.sha256: form for form in new if form.sha256 not in known}.values())
    counted = {form.sha256 for form in _one_each([*there, *fresh], problems)}
    problems.raise_as(DataError)
    return _put_in([form for form in fresh if form.sha256 in counted], folder)


def _put_in(forms: Sequence[Opened], folder: Path) -> tuple[Path, ...]:
    """Copy what was checked, under names that say whose it is."""
    if not forms:
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    added = []
    with TemporaryDirectory(dir=folder, prefix=".new-") as place:
        for at, form in enumerate(forms, len(_files(folder)) + 1):
            name = f"{safe_name(f'{form.sent.respondent} {form.sent.name}', at)}.xlsx"
            while (folder / name).exists():
                at += 1
                name = f"{safe_name(f'{form.sent.respondent} {form.sent.name}', at)}.xlsx"
            Path(place, name).write_bytes(form.content)
            added.append(name)
        for name in added:
            Path(place, name).replace(folder / name)
    return tuple(folder / name for name in added)


def _files(folder: Path) -> list[Path]:
    """The files of a folder but for what programs and systems leave in it."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(
        p
        for p in found
        if p.is_file() and not p.name.startswith((".", "~$")) and p.name.lower() not in _ASIDE
    )


def _one_each(forms: Iterable[F], problems: Problems) -> list[F]:
    """One form of everybody: blank ones beside another passed over; two that say something are noted."""
    sent: dict[Hashable, list[F]] = {}
    for form in forms:
        sent.setdefault(_asked_of(form.sent), []).append(form)
    counted = []
    for own in sent.values():
        first, *others = [form for form in own if not form.blank] or own[:1]
        counted.append(first)
        for form in others:
            who = form.sent.respondent
            problems.add("ask.twice", where=form.path.name, value=who, other=first.path.name)
    return counted


def _asked_of(sent: Sent) -> Hashable:
    """Whom a form asks about what: of two schemes one person may be asked."""
    return sent.respondent, sent.weighing and sent.weighing.scheme.partition("@")[0]
