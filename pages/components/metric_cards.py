"""Headline figures as cards: the share with its parts, its status against the target, the change since the day compared with."""

import datetime as dt
import html
from dataclasses import dataclass

import streamlit as st

from locales import _
from pages.components import comparison, drilldown_links
from pages.components.page_frame import View
from pages.data import indicator_status, measures
from pages.text import formatting, labels, statuses
from pages.text.masked_count import is_hidden, is_withheld


@dataclass(frozen=True)
class Card:
    """A figure of the registry (`code`) with its parts as markup that opens their list; judged where it has a target; `note` is markup."""

    code: str
    numerator: int
    denominator: int
    parts: str
    target: float | None = None
    before: float | None = None  # the share on the day compared with
    note: str = ""
    title: str = ""
    compared: dt.date = dt.date.min  # the day of `before`
    is_due: bool = True  # whether it is judged at this time of the year


def share_card(view: View, code: str, note: str = "") -> Card:
    """Return the card of a share whose parts are columns of its metric."""
    group = measures.group_of(code, view.group)
    figures = view.figures, view.figures.on(view.figures.before)
    now, before = (measures.parts_of(on, code, view.village_id, group) for on in figures)
    target = view.figures.target(f"{code}_{group}" if group else code)
    title = measures.name(code, group) if group else ""
    is_due = indicator_status.is_due(code, view.day)
    return Card(code, *now, drilldown_links.parts(view, code, *now), target, formatting.ratio(*before), note, title, figures[1].day, is_due)


def show(cards: list[Card]) -> None:
    """Show cards side by side, one below the other on a phone."""
    st.html('<div class="cards">' + "".join(map(_markup, cards)) + "</div>")


def _markup(card: Card) -> str:
    title = card.title or labels.name(card.code)
    hint, meaning = (html.escape(text) for text in (_("{title}是怎么算的").format(title=title), labels.meaning(card.code)))
    now = formatting.ratio(card.numerator, card.denominator)
    status = statuses.judge(card.numerator, card.denominator, card.target) if card.target and card.is_due and not is_withheld(now) else None
    word = statuses.word_of(status, card.code, card.denominator) if status else ""
    lines = [f'<div class="state is-{status.code}">{status.sign} {word}</div>'] if status else []
    remarks = [_("目标 {target}").format(target=formatting.percent(card.target))] if card.target else []
    is_reported = not is_hidden(now) or is_withheld(now)
    if is_reported and now is not None and card.before is not None and (is_withheld(card.before) or not is_hidden(card.before)):
        remarks.append(comparison.points(now, card.before, card.compared))
    lines += [f'<div class="quiet">{text}</div>' for text in (" · ".join(remarks), card.note if is_reported else "") if text]
    return (
        f'<div class="card{f" is-{status.code}" if status else ""}"><div class="name">{formatting.unbroken(title)}</div>'
        f'<details class="why"><summary aria-label="{hint}" title="{hint}">?</summary><div>{meaning}</div></details>'
        f'<div class="value">{formatting.percent(now)}<span class="parts"> {"" if now is None or is_hidden(now) else card.parts}</span></div>'
        + "".join(lines)
        + "</div>"
    )
