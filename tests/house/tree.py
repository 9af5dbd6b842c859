"""The program's modules and what each imports, read from the source without running it."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("locales", "warehouse", "etl", "checks", "pages")


@dataclass(frozen=True)
class Tree:
    """Python modules under a root, by dotted name; a package goes by its folder's name."""

    root: Path
    packages: tuple[str, ...]

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every module with its file."""
        paths = [path for package in self.packages for path in sorted((self.root / package).rglob("*.py"))]
        return {module_name(path.relative_to(self.root)): path for path in [*paths, *sorted(self.root.glob("*.py"))]}

    @cached_property
    def syntax(self) -> dict[str, ast.Module]:
        """Every module's syntax tree."""
        return {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in self.files.items()}

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """The modules of this tree that each module names in an import, inside functions and under TYPE_CHECKING too."""
        return {
            module: {found for name in imported(tree) if (found := self.owner(name)) and found != module}
            for module, tree in self.syntax.items()
        }

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        """The modules that import each module."""
        return {module: {user for user, names in self.imports.items() if module in names} for module in self.files}

    def owner(self, name: str) -> str | None:
        """The module that a dotted name (of a module or of something in it) belongs to; None for what is not ours."""
        while name and name not in self.files:
            name = name.rpartition(".")[0]
        return name or None

    def folder(self, module: str) -> str:
        """The folder of a module, from the root; "." for the root's own."""
        return self.files[module].parent.relative_to(self.root).as_posix()

    @cached_property
    def folder_imports(self) -> dict[str, set[str]]:
        """The folders that each folder imports from."""
        graph: dict[str, set[str]] = {self.folder(module): set() for module in self.files}
        for module, names in self.imports.items():
            graph[self.folder(module)] |= {self.folder(name) for name in names} - {self.folder(module)}
        return graph


def module_name(path: Path) -> str:
    """The dotted name of a file below the root."""
    return ".".join(part for part in path.with_suffix("").parts if part != "__init__")


def imported(tree: ast.AST) -> set[str]:
    """Every dotted name that a module imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of nodes that reach each other, each group and the list sorted."""
    reach = {node: reachable(node, graph.__getitem__) for node in graph}
    groups = {tuple(sorted(other for other in reach[node] if node in reach[other])) for node in graph if node in reach[node]}
    return sorted(list(group) for group in groups)


def reachable(start: str, following: Callable[[str], Iterable[str]]) -> set[str]:
    """All that can be reached from a node by one step or more."""
    reached: set[str] = set()
    waiting = list(following(start))
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += following(node)
    return reached


@lru_cache
def program() -> Tree:
    """The program's own tree."""
    return Tree(ROOT, PACKAGES)
