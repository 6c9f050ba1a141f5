"""A chart as a picture, for a Slack that draws none: one bar for each label, its value behind it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import font_roboto
from PIL import Image, ImageDraw, ImageFont

WIDTH, ROW, MARGIN = 900, 44, 24
LABEL_WIDTH, VALUE_WIDTH = 240, 150
BAR, INK, PAPER = "#1f3a5f", "#1d1c1d", "#ffffff"


def draw_bars(title: str, bars: Sequence[tuple[str, float, str]]) -> bytes:
    """A PNG. Each bar is its label, its value, and how that is written; a negative one has no length."""
    image = Image.new("RGB", (WIDTH, 2 * MARGIN + ROW * (len(bars) + 1)), PAPER)
    draw = ImageDraw.Draw(image)
    bold, plain = ImageFont.truetype(font_roboto.RobotoBold, 24), ImageFont.truetype(font_roboto.Roboto, 20)
    draw.text((MARGIN, MARGIN), _cut(draw, title, bold, WIDTH - 2 * MARGIN), font=bold, fill=INK)
    room = WIDTH - 2 * MARGIN - LABEL_WIDTH - VALUE_WIDTH
    longest = max((value for _label, value, _said in bars), default=0)
    for number, (label, value, said) in enumerate(bars, start=1):
        top = MARGIN + number * ROW
        draw.text((MARGIN, top + 8), _cut(draw, label, plain, LABEL_WIDTH - 12), font=plain, fill=INK)
        length = max(2, round(room * value / longest)) if longest > 0 and value > 0 else 0
        left = MARGIN + LABEL_WIDTH
        if length:
            draw.rectangle((left, top + 6, left + length, top + ROW - 8), fill=BAR)
        draw.text((left + length + 10, top + 8), said, font=plain, fill=INK)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _cut(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    if draw.textlength(text, font=font) <= room:
        return text
    while text and draw.textlength(f"{text}…", font=font) > room:
        text = text[:-1]
    return f"{text}…"
