"""Which cells of a publication are withheld, so that no small count can be worked out from what is shown.

Primary: counts above 0 and below the setting `small_count`, and the small complements of shares ("not covered") that no
table shows. Complementary cells are chosen by the linear programme of Kelly, Golden and Assad (1992), and each choice
carries its proof in the manner of the attacker's problem of Fischetti and Salazar-González (2001; Hundepool et al.,
Statistical Disclosure Control, 2012, ch. 4): for every protected count v there is, beside the truth, a whole-number filling
that agrees with all that is shown and has it at v + small_count (their upper protection level). So nothing shown tells that
it is small, nor pins it down to fewer than small_count + 1 values. Where the figures that are always shown (`fixed`: the
town's) leave no such filling by themselves, the proof is by fillings as far up and down as they leave it.

What a reader is taken to know: every figure shown, every relation, every figure shown for the same day before, and the
method: the zeros of a column are all shown, so that a withheld figure of it is not 0, or all withheld.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from locales import N_, Refusal
from warehouse.disclosure.disclosure_risk import Cell, Relation, System

_FREE = 0.001  # cost of moving a cell that is withheld or not shown at all
Goal = tuple[Any, int]  # a count, and by how much a filling has to have it another
Moves = dict[Any, int]  # of a filling: by how much each cell that is not as it is


class CannotProtect(Refusal, ValueError):
    """No choice of cells keeps the small counts of a publication."""

    says = N_("这些表放在一起，有少于规定人数的数怎么隐去都能推算出来，所以没有导出。请少选一张表，或改为只按全镇、只按村（社区）分组。")


@dataclass(frozen=True)
class Publication:
    """The cells of all tables that are released together, the relations between them, and the cells that are always shown."""

    cells: Mapping[Any, Cell]
    relations: tuple[Relation, ...] = ()
    fixed: frozenset[Any] = frozenset()


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
    cells, fixed = publication.cells, publication.fixed - before.held
    disclosed = before.disclosed | fixed
    small = {key for key, cell in cells.items() if cell.is_guarded and 0 < cell.value < threshold}
    protected = (small | {key for key in before.guarded if key in cells and cells[key].value}) - disclosed
    first = {key for key in small | before.held - before.disclosed if key in cells and cells[key].is_published}
    search = _Search(publication, protected, first, threshold)
    search.run(disclosed)
    search.limit(fixed)
    search.run(disclosed)
    guessable = frozenset(key for key, _far in search.open)
    if search.limit(disclosed):  # too much was released before: what is left is that it is not pinned down
        raise CannotProtect
    search.run(disclosed)
    guessed = before.guessed - first
    search.open = [goal for goal, moves in search.proofs.items() if not guessed.isdisjoint(moves)]
    search.run(disclosed | guessed)
    guessable |= {key for key, _far in search.open}
    suppressed = frozenset(key for key in small if cells[key].is_published)
    complement = frozenset(search.withheld) - suppressed
    return Plan(suppressed, complement, suppressed & before.disclosed, guessable, frozenset(protected))


class _Search:
    """Withholds more until every protected count has its proofs: fillings in which it is another by so much (`open`: count and move)."""

    def __init__(self, publication: Publication, protected: Collection[Any], first: Iterable[Any], threshold: int) -> None:
        self.cells, self.relations, self.threshold = publication.cells, publication.relations, threshold
        self.open, self.proofs = [(key, threshold) for key in sorted(protected)], dict[Goal, Moves]()
        self.withheld: set[Any] = set()
        self._zeros = defaultdict[Any, list[Any]](list)
        for key, cell in self.cells.items():
            if cell.is_published and not cell.value:
                self._zeros[cell.column].append(key)
        self._withhold(dict.fromkeys(first, 0))

    def run(self, disclosed: Collection[Any]) -> None:
        """Meet what can be met, each goal by the cheapest filling; then show again what that can do without, dearest first."""
        if not self.open:
            return
        system, before = System(self.cells, self.relations, disclosed), set(self.withheld)
        proofs = self._proofs(system, self.open)
        self.open = [goal for goal in self.open if goal not in proofs]
        for key in sorted(self.withheld - before, key=lambda key: (-self.cells[key].weight, key)):
            if self.cells[key].value and self.cells[key].weight > 1:
                self.withheld.discard(key)
                rest = [goal for goal, moves in proofs.items() if key in moves]
                others = self._proofs(system, rest, [moves for moves in proofs.values() if key not in moves], is_closed=True)
                proofs |= others
                if len(others) < len(rest):
                    self.withheld.add(key)
        self.proofs |= proofs

    def _proofs(self, system: System, goals: list[Goal], fillings: Iterable[Moves] = (), is_closed: bool = False) -> dict[Goal, Moves]:
        """A filling for each goal that one meets, of those at hand or a new one. `is_closed`: none may withhold more, and all or nothing."""
        at_hand, proofs = list(fillings), dict[Goal, Moves]()
        for goal in goals:
            key, far = goal
            moves = next((moves for moves in at_hand if abs(moves.get(key, 0)) >= abs(far) and moves[key] * far > 0), None)
            if moves is None and (moves := system.moved(key, far, self._cost(system, is_closed))):
                at_hand.append(moves)
                self._withhold(moves)
            if moves:
                proofs[goal] = moves
            elif is_closed:
                break
        return proofs

    def limit(self, disclosed: Collection[Any]) -> bool:
        """Let what is open go as far up, and for the rest down, as these cells leave it; return whether they leave something no move."""
        system = System(self.cells, self.relations, disclosed)
        keys, self.open = dict.fromkeys(key for key, _far in self.open), []
        for key in keys:
            up = self._farthest(system, key, range(self.threshold, 0, -1))
            down = self._farthest(system, key, range(up - self.threshold, 0))
            self.open += [(key, far) for far in (up, down) if far]
        return len(keys) > len({key for key, _far in self.open})

    def _farthest(self, system: System, key: Any, moves: Iterable[int]) -> int:
        return next((far for far in moves if system.moved(key, far, np.full(len(system.free), _FREE))), 0)

    def _cost(self, system: System, is_closed: bool) -> np.ndarray:
        """What moving each free cell by one costs: nearly nothing where nobody sees it; without end what is to be shown."""
        cost = np.where(system.weights, np.inf if is_closed else system.weights, _FREE)
        cost[[system.at[key] for key in self.withheld if key in system.at]] = _FREE
        return cost

    def _withhold(self, moves: Moves) -> None:
        """Withhold what a filling moves; with a zero, or what it has at 0, the zeros of its column."""
        moved = {key: self.cells[key] for key in moves if self.cells[key].is_published}
        columns = {cell.column for key, cell in moved.items() if not cell.value or not cell.value + moves[key]}
        self.withheld |= moved.keys() | {key for column in columns for key in self._zeros[column]}
