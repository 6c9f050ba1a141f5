"""Hours and durations in a sentence: "14u30", "half drie", "midi et demi", "2-4pm", "anderhalf uur". Pure.

An hour that was said in words, or in figures below seven, has no half of the day: it is read within the working day
(from 7 to 19 o'clock) and the reader is told so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta

from bot.one_line.canvas import Canvas
from bot.one_line.hour_words import AFTERNOON, ENDS, LENGTHS, MORE, hour_patterns
from bot.one_line.vocabulary import number

MORNING_MIN = 7 * 60
HALF_DAY_MIN, DAY_MIN = 12 * 60, 24 * 60
_DAWN = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """`options` are the starts that may be meant.

    `maybe_lasts`: what was typed may be this duration instead of a start. `note`: read within the working day.
    `words` stood from `start` to `end`.
    """

    words: str
    options: tuple[time, ...]
    ends: time | None = None
    maybe_lasts: timedelta | None = None
    note: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Hour:
    """Minutes after midnight. `is_sure`: no other half of the day can be meant."""

    minutes: int
    is_sure: bool

    @property
    def time(self) -> time:
        return time(*divmod(self.minutes % DAY_MIN, 60))


_Read = Callable[[re.Match[str], str], Hours | None]


def is_all_day(canvas: Canvas) -> bool:
    return canvas.take_first(hour_patterns()["all_day"], lambda match: match[0]) is not None


def from_now(canvas: Canvas) -> tuple[str, timedelta] | None:
    """ "dans 2 heures", "over een half uur": what was typed and how long from now; takes it."""
    return canvas.take_first(hour_patterns()["in"], lambda match: (_typed(canvas, match), _length(match)))


def marked_duration(canvas: Canvas) -> tuple[str, timedelta] | None:
    """ "pendant 2 heures", "1u30 lang": what says itself that it is a duration; takes it."""
    tries = (hour_patterns()[name] for name in ("for", "lang", "in_brackets"))
    found = (canvas.take_first(pattern, lambda match: (_typed(canvas, match), _length(match))) for pattern in tries)
    return next((one for one in found if one), None)


def part_of_day(canvas: Canvas) -> str:
    """ "'s morgens", "ce soir": as it was typed; "" without. Takes it."""
    return canvas.take_first(hour_patterns()["part"], lambda match: _typed(canvas, match)) or ""


def hours_in(canvas: Canvas, language: str) -> list[Hours]:
    """Ranges, then single hours as each language says them, in the order of the sentence; takes them."""
    patterns = hour_patterns()
    found: list[Hours] = []

    def take(name: str, read: _Read) -> None:
        def located(match: re.Match[str]) -> Hours | None:
            hours = read(match, _typed(canvas, match))
            return replace(hours, start=match.start(), end=match.end()) if hours else None

        found.extend(canvas.take_all(patterns[name], located))

    take("between", _range)
    take("range", _range)
    take("noon", _noon)
    spoken = {"nl": ("dutch", _dutch), "fr": ("french", _french), "en": ("english", _english)}
    for own, (name, read) in sorted(spoken.items(), key=lambda item: item[0] != language):
        if own != "nl" or own == language or re.search(r"\b(?:half|kwart|uur)\b", canvas.text):
            take(name, read)
    take("figures", _single)
    take("bare", _bare)
    return sorted(found, key=lambda one: one.start)


def duration_in(canvas: Canvas) -> timedelta | None:
    """ "30 min", "anderhalf uur", "2 hours": a length that no hour can be; takes it."""

    def read(match: re.Match[str]) -> timedelta | None:
        unit = match["unit"]
        is_length = match["length"] or unit.startswith("min") or unit in ("uren", "hours", "hour", "hrs")
        return _length(match) if is_length or re.search(r"[.,]", match["count"]) else None

    return canvas.take_first(hour_patterns()["length"], read)


# How each is read


def _typed(canvas: Canvas, match: re.Match[str]) -> str:
    return canvas.typed[match.start() : match.end()].strip()


def _length(match: re.Match[str]) -> timedelta:
    if match["length"]:
        return timedelta(minutes=LENGTHS[re.sub(r"\s+", " ", match["length"])])
    count = match["count"]
    value = float(count.replace(",", ".")) if re.search(r"[.,]", count) else number(count)
    if match["unit"].startswith("min"):
        return timedelta(minutes=value)
    return timedelta(hours=value, minutes=int(match["rest"] or 0))


def _side(match: re.Match[str], name: str) -> _Hour | None:
    """None when it is no hour; without any sign of one it is a bare number."""
    hour = int(match[f"{name}h"])
    minutes = int(match[f"{name}m"] or match[f"{name}mm"] or 0) + _more(match[f"{name}more"])
    half = match[f"{name}half"]
    if hour > (12 if half else 24) or (half and hour == 0):
        return None
    if half:
        return _Hour(hour % 12 * 60 + minutes + (HALF_DAY_MIN if _is_afternoon(half) else 0), is_sure=True)
    is_sure = hour >= _DAWN or hour == 0 or match[f"{name}h"].startswith("0")
    return _Hour(hour * 60 + minutes, is_sure)


def _is_bare(match: re.Match[str], name: str) -> bool:
    return not (match[f"{name}unit"] or match[f"{name}mm"] or match[f"{name}half"] or match[f"{name}more"])


def _is_afternoon(half: str) -> bool:
    return re.sub(r"\s+", " ", half) in AFTERNOON


def _more(words: str | None) -> int:
    words = re.sub(r"\s+", " ", words or "")
    return MORE.get(words, {"trente": 30, "quinze": 15}.get(words, -15 if words.endswith("quart") else 0))


def _range(match: re.Match[str], words: str) -> Hours | None:
    first, last = _side(match, "a"), _side(match, "b")
    are_bare = _is_bare(match, "a") and _is_bare(match, "b")
    if first is None or last is None or (are_bare and not _opens_hours(match)):
        return None
    start, note = first.minutes, False
    if not first.is_sure and (not last.is_sure or start + HALF_DAY_MIN < last.minutes):
        start, note = start + HALF_DAY_MIN, not match["bhalf"]
    end = last.minutes if last.is_sure or last.minutes > start else last.minutes + HALF_DAY_MIN
    return Hours(words, (_Hour(start, True).time,), _Hour(end, True).time, note=note)


def _opens_hours(match: re.Match[str]) -> bool:
    """ "from 2 to 4": hours though nothing says so, unless something is counted."""
    opened = match.groupdict().get("open") or match[0].startswith(("entre", "tussen", "ts", "between"))
    return bool(opened) and ENDS.match(match.string, match.end()) is not None


def _noon(match: re.Match[str], words: str) -> Hours:
    is_night = match["twelve"] in ("minuit", "midnight", "middernacht")
    return Hours(words, (_Hour((0 if is_night else HALF_DAY_MIN) + _more(match["nmore"]), True).time,))


def _spoken(words: str, hour: int, minutes: int, half: str | None) -> Hours | None:
    """Within the working day unless the half of the day was said."""
    if not 1 <= hour <= 12:
        return None
    on_clock = (hour * 60 + minutes) % HALF_DAY_MIN
    if half:
        return Hours(words, (_Hour(on_clock + (HALF_DAY_MIN if _is_afternoon(half) else 0), True).time,))
    in_day = on_clock if on_clock >= MORNING_MIN else on_clock + HALF_DAY_MIN
    return Hours(words, (_Hour(in_day, True).time,), note=True)


def _dutch(match: re.Match[str], words: str) -> Hours | None:
    """ "half drie" is half an hour before three, "tien over half drie" twenty before it."""
    if not (match["nlm"] or match["nlhalf"] or (match["nluur"] and not match["nlh"].isdecimal())):
        return None
    minutes = -30 if match["nlhalf"] else 0
    if match["nlm"]:
        count = 15 if match["nlm"] == "kwart" else number(match["nlm"])
        minutes += -count if match["nlside"] == "voor" else count
    return _spoken(words, number(match["nlh"]), minutes, match["nldayhalf"])


def _french(match: re.Match[str], words: str) -> Hours | None:
    return _spoken(words, number(match["frh"]), _more(match["frmore"]), match["frdayhalf"])


def _english(match: re.Match[str], words: str) -> Hours | None:
    """ "half two" is half past two."""
    half = match["endayhalf"]
    if match["enclock"]:
        return _spoken(words, number(match["enclock"]), 0, half)
    if match["enbrit"]:
        return _spoken(words, number(match["enbrit"]), 30, half)
    count = {"half": 30, "quarter": 15, "twenty-five": 25}.get(match["enm"]) or number(match["enm"])
    return _spoken(words, number(match["enh"]), -count if match["enside"] == "to" else count, half)


def _single(match: re.Match[str], words: str) -> Hours | None:
    hour = _side(match, "a")
    if hour is None or _is_bare(match, "a"):
        return None
    if hour.is_sure:
        return Hours(words, (hour.time,))
    afternoon = _Hour(hour.minutes + HALF_DAY_MIN, True).time
    if match["aunit"] and not match["aat"]:
        return Hours(words, (afternoon,), maybe_lasts=timedelta(minutes=hour.minutes))
    return Hours(words, (afternoon,), note=True)


def _bare(match: re.Match[str], words: str) -> Hours | None:
    hour = int(match["bare"])
    if hour > 23:
        return None
    is_early = 0 < hour < _DAWN
    return Hours(words, (time(hour + 12 if is_early else hour),), note=is_early)
