"""Libraries loaded without what we never use of them.

Some of ours load in their first lines what only some of their doors need: segno and PyLD the standard library's HTTP client, PyLD
asyncio and lxml as well. That takes longer than all that we ask of them for one award.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """A module of which nothing was run yet."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is in it
        # NOTE: asked for what is not there alone; ``LazyLoader`` runs a module when the next import only looks at its ``__spec__``.
        with _running:
            if type(self) is _Later:
                self.__class__ = ModuleType  # type: ignore[assignment]
                spec = self.__spec__
                assert spec is not None
                assert spec.loader is not None
                spec.loader.exec_module(self)
        return getattr(self, name)


_running = RLock()


def later(*names: str) -> None:
    """Let modules be run when something in them is first asked for; those that are loaded stay as they are."""
    for name in names:
        package, _, leaf = name.rpartition(".")
        above = find_spec(package) if package else None
        spec = PathFinder.find_spec(name, above.submodule_search_locations if above else None)
        if name in sys.modules or spec is None:
            continue
        module = sys.modules[name] = module_from_spec(spec)
        module.__class__ = _Later
        if package in sys.modules:
            setattr(sys.modules[package], leaf, module)


def inner(name: str) -> Any:  # noqa: ANN401 - any module
    """Import a module in a package without the package's own first file; whoever imports the package gets all of it."""
    package = name.rpartition(".")[0]
    spec = None if package in sys.modules else find_spec(package)
    if spec is None:
        return import_module(name)
    sys.modules[package] = module_from_spec(spec)
    try:
        return import_module(name)
    finally:
        del sys.modules[package]
