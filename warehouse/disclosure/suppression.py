"""Which cells of a publication are withheld, so that no small count can be worked out from what is shown.

Primary: counts above 0 and below the setting `small_count`, and the small complements of shares ("not covered") that no
table shows. Complementary cells are chosen by the linear programme of Kelly, Golden and Assad (1992), and each choice
carries its proof in the manner of the attacker's problem of Fischetti and Salazar-González (2001; Hundepool et al.,
Statistical Disclosure Control, 2012, ch. 4): for every protected count v there is, beside the truth, a whole-number filling
that agrees with all that is shown and has it at v + small_count (their upper protection level). So nothing shown tells that
it is small, nor pins it down to fewer than small_count + 1 values.

What a reader is taken to know: every figure shown, every relation, every figure shown for the same day before, and the
method: a withheld figure is not 0, because zeros are shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from locales import N_, Refusal
from warehouse.disclosure.disclosure_risk import Cell, Relation, System

_FREE = 0.001  # cost of moving a cell that is withheld or not shown at all
# What one unit nearer a proof may cost where several are sought at once: nearly nothing, or all but a total of the town.
_LITTLE, _MUCH = 0.1, 200.0


class CannotProtect(Refusal, ValueError):
    """No choice of cells keeps the small counts of a publication."""

    says = N_("这些表放在一起，有少于规定人数的数怎么隐去都能推算出来，所以没有导出。请少选一张表，或改为只按全镇、只按村（社区）分组。")


@dataclass(frozen=True)
class Publication:
    """The cells of all tables that are released together, and the relations between them."""

    cells: Mapping[Any, Cell]
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is withheld: `small` counts, `complement` to protect them; `already_published` are small counts that earlier releases showed.

    `guessable` counts have no full proof beside earlier editions: a reader who takes for granted that figures are what they were
    in the last period could guess them, or the same day was released with other data and leaves them fewer values.
    """

    small: frozenset[Any] = frozenset()
    complement: frozenset[Any] = frozenset()
    already_published: frozenset[Any] = frozenset()
    guessable: frozenset[Any] = frozenset()
    guarded: frozenset[Any] = field(default=frozenset(), repr=False)

    @property
    def withheld(self) -> frozenset[Any]:
        """Every cell that is not to be shown."""
        return self.small | self.complement


class Before(NamedTuple):
    """What earlier editions say of the cells of a new one (warehouse/disclosure/release_log.py)."""

    disclosed: frozenset[Any] = frozenset()  # shown as they are
    held: frozenset[Any] = frozenset()  # withheld
    guarded: frozenset[Any] = frozenset()  # protected
    guessed: frozenset[Any] = frozenset()  # with the same number in the period before: avoided as complements while it can be done


_NO_EDITIONS = Before()


def plan(publication: Publication, threshold: int, before: Before = _NO_EDITIONS) -> Plan:
    """Choose what to withhold. Raises CannotProtect where nothing will do."""
    cells, disclosed = publication.cells, before.disclosed
    # Zeros are shown: they speak of nobody.
    small = {key for key, cell in cells.items() if cell.is_guarded and 0 < cell.value < threshold}
    protected = (small | {key for key in before.guarded if key in cells and cells[key].value}) - disclosed
    first = {key for key in small if cells[key].is_published}
    first |= {key for key in before.held - disclosed if key in cells and cells[key].is_published and cells[key].value}
    search = _Search(publication, protected, first, threshold)
    search.run(disclosed | before.guessed - first)
    guessable = frozenset(search.open)
    search.run(disclosed)
    if search.open and disclosed:  # too much was released before: what is left is that it is not pinned down
        guessable |= set(search.open)
        search.threshold = 1
        search.run(disclosed)
    if search.open:
        raise CannotProtect
    suppressed = frozenset(key for key in small if cells[key].is_published)
    return Plan(suppressed, frozenset(search.withheld) - suppressed, suppressed & disclosed, guessable, frozenset(protected))


class _Search:
    """Withholds more until every protected count has its proof: a filling in which it is higher by the threshold."""

    def __init__(self, publication: Publication, protected: Collection[Any], first: Collection[Any], threshold: int) -> None:
        self.publication, self.threshold = publication, threshold
        self.open = sorted(protected)
        self.withheld: set[Any] = set(first)

    def run(self, disclosed: Collection[Any]) -> None:
        """Many goals at once while that helps, then one by one; what cannot be met stays open."""
        if not self.open:
            return
        system = System(self.publication.cells, self.publication.relations, disclosed)
        goals = [key for key in self.open if key in system.at]
        while goals and (self._seek(system, goals, _LITTLE) or self._seek(system, self._apart(goals), _MUCH)):
            goals = [key for key in self.open if key in system.at]
        for key in goals:
            if key in self.open:
                self._take(system.raise_one(key, self.threshold, self._cost(system)))

    def _seek(self, system: System, goals: list[Any], reward: float) -> bool:
        return self._take(system.raise_many(goals, self.threshold, self._cost(system), reward))

    def _apart(self, goals: list[Any]) -> list[Any]:
        """Counts that share no relation, so that they can rise together without being each other's complement."""
        taken: set[Any] = set()
        apart = []
        for key in goals:
            if not taken & self._relations.get(key, set()):
                taken |= self._relations.get(key, set())
                apart.append(key)
        return apart

    @cached_property
    def _relations(self) -> dict[Any, set[int]]:
        relations: dict[Any, set[int]] = {}
        for at, relation in enumerate(self.publication.relations):
            for key, _c in relation.terms:
                relations.setdefault(key, set()).add(at)
        return relations

    def _cost(self, system: System) -> np.ndarray:
        """What moving each free cell by one costs: nearly nothing where nobody sees it."""
        cells = self.publication.cells
        return np.array([_FREE if key in self.withheld or not cells[key].is_published else cells[key].weight for key in system.free])

    def _take(self, moves: dict[Any, int] | None) -> bool:
        """Withhold what a filling moves, if it is the proof of a count that had none."""
        proven = {key for key in self.open if moves and moves.get(key, 0) >= self.threshold}
        if moves and proven:
            self.open = [key for key in self.open if key not in proven]
            self.withheld |= {key for key in moves if self.publication.cells[key].is_published}
        return bool(proven)
