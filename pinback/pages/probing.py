"""An environment of Jinja in which values that hold marks (``marks``) can be shown, and nothing else.

Comparing, cutting, counting, looping over and looking into such a value raises ``NotBindable``, as does every filter, test and call that
is not known to carry signs over one by one. Jinja has doors for most of these; for the others guards are put into the syntax tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from functools import wraps
from typing import Any, cast

from jinja2 import nodes
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from pinback.pages.limited import OwnSandbox
from pinback.pages.marks import Count, Day, InSections, Marks, NotBindable

_GAPS_ONLY = re.compile(r"(?:[^%]|%%|%\(\w+\)s)*")
_CARRY = frozenset({"e", "escape", "forceescape", "safe", "string", "tojson", "urlencode", "default", "d", "join"})
"""Filters that carry text over sign by sign."""
_COUNT = frozenset({"length", "count", "first", "last", "list"})
"""Filters that look at a list and not into its texts."""
_ASK = frozenset({"defined", "undefined", "none"})
"""Tests that a mark answers as its text would."""


_JINJAS_OWN = frozenset({"_block_vars", "_loop_vars"})
"""What compiled templates give to every call beside its own arguments."""


class Probing(OwnSandbox):
    """An environment in which values that hold marks can be shown and nothing else.

    Attributes:
        marks: with which it works now.
        transparent: functions that carry marks of names over, such as ``link``.
        folder: into which they carry nothing else over.
    """

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])
    intercepted_unops = frozenset(["+", "-"])
    marks = Marks("Zq")
    transparent: tuple[Callable[..., Any], ...] = ()
    folder = ""

    def guard_filters(self) -> None:
        """Put a guard before every filter and test."""
        for name, function in list(self.filters.items()):
            self.filters[name] = self._filter(name, cast("Callable[..., Any]", function))
        for name, test in list(self.tests.items()):
            if name not in _ASK:
                self.tests[name] = self._filter("", cast("Callable[..., Any]", test))

    def _filter(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        # Jinja gives the context, the evaluation context or the environment to filters that ask for it.
        first = 1 if getattr(function, "jinja_pass_arg", None) is not None else 0

        @wraps(function)
        def guarded(*values: object, **named: object) -> object:
            self.check_filter(name, values[first:], named)
            return function(*values, **named)

        return guarded

    def check_filter(self, name: str, values: Sequence[Any], named: Mapping[str, Any]) -> None:
        """Raise where a filter would do more than carry over."""
        everything = (*values, *named.values())
        if not any(map(self.holds, everything)):
            return
        value = values[0] if values else None
        if name in _COUNT and isinstance(value, (list, tuple)) and not any(map(self.holds, everything[1:])):
            return
        is_text = isinstance(value, str)
        if name not in _CARRY or any(map(self._holds_other, everything)):
            raise NotBindable(f"the filter {name!r} reads a value")
        if (name == "join" and is_text) or (name in ("urlencode",) and not is_text):
            raise NotBindable(f"the filter {name!r} reads a value")

    def holds(self, value: object) -> bool:
        """Say whether a value, or a part of it, is or holds a mark."""
        if isinstance(value, str):
            return self.marks.begin in value
        if isinstance(value, (Day, Count, InSections)):
            return True
        if isinstance(value, Mapping):
            return any(self.holds(key) or self.holds(one) for key, one in value.items())
        if isinstance(value, (list, tuple, set, frozenset)):
            return any(map(self.holds, value))
        return False

    def _holds_other(self, value: object) -> bool:
        """Say whether a value or a part of it is a mark that is no text."""
        if isinstance(value, str):
            return False
        if isinstance(value, (Day, Count, InSections)):
            return True
        if isinstance(value, Mapping):
            return any(map(self._holds_other, value.values()))
        if isinstance(value, (list, tuple, set, frozenset)):
            return any(map(self._holds_other, value))
        return False

    def _is_mark(self, value: object) -> bool:
        return isinstance(value, (Day, Count, InSections)) or (isinstance(value, str) and self.marks.begin in value)

    def getattr(self, obj: object, attribute: str) -> object:
        """Return a member of a value that is no mark."""
        self.guard(obj)
        return super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Return a member of a value that is no mark."""
        self.guard(obj)
        if self.holds(argument):
            raise NotBindable("something is looked up by a value")
        return super().getitem(obj, argument)

    def guard(self, value: object) -> object:
        """Return a value that is no mark."""
        if self._is_mark(value):
            raise NotBindable("a template looks into a value")
        return value

    def unread(self, value: object) -> object:
        """Return a value that neither is nor holds a mark."""
        if self.holds(value):
            raise NotBindable("a template compares a value")
        return value

    def inside(self, value: object, container: Container[object]) -> bool:
        """Say whether a container, of which names alone are looked at where it has some, holds a value."""
        looked_at = list(container) if isinstance(container, Mapping) else container
        if self.holds(value) or self.holds(looked_at):
            raise NotBindable("a template compares a value")
        return bool(value in container)

    def section(self, number: int) -> Markup:
        """Return the mark of a section."""
        return Markup(self.marks.section(number))

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Calculate with what holds no mark."""
        if self.holds(left) or self.holds(right):
            raise NotBindable("a template calculates with a value")
        return super().call_binop(context, operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: object) -> object:
        """Calculate with what holds no mark."""
        if self.holds(arg):
            raise NotBindable("a template calculates with a value")
        return super().call_unop(context, operator, arg)

    def call(self, context: Context, function: object, *values: object, **named: object) -> object:
        """Call a function that is Jinja's own, carries marks over, or is given none."""
        # Jinja's own names of the first parameters are mangled, so that templates may use any name.
        if isinstance(function, Macro) or getattr(function, "__self__", None) is self:
            return super().call(context, function, *values, **named)
        if isinstance(function, BlockReference):
            made = super().call(context, function, *values, **named)
            if f"{self.marks.begin}s" in made:
                raise NotBindable("a block is used as a text")
            return made
        given = {name: value for name, value in named.items() if name not in _JINJAS_OWN}
        everything = (*values, *given.values())
        if any(map(self.holds, everything)):
            if not self._carries(function, values, given):
                raise NotBindable("a function reads a value")
        elif any(function == one for one in self.transparent) and any(self.folder in str(one) for one in everything):
            raise NotBindable("a link leads to a page of the kind")
        return super().call(context, function, *values, **named)

    def _carries(self, function: object, values: Sequence[Any], named: Mapping[str, Any]) -> bool:
        """Say whether a function carries the marks over that it is called with."""
        everything = (*values, *named.values())
        if any(function == one for one in self.transparent):
            return all(isinstance(one, str) and f"{self.marks.begin}t" not in one for one in everything)
        if function is self.globals.get("gettext") or function is self.globals.get("_"):
            message = values[0] if len(values) == 1 else None
            return (
                isinstance(message, str)
                and not self.holds(message)
                and _GAPS_ONLY.fullmatch(message) is not None
                and all(isinstance(one, str) or not self.holds(one) for one in named.values())
            )
        return False

    def equal(self, left: object, right: object) -> bool:
        """Compare two values, where no text could make the answer another one."""
        if not self.holds(left) and not self.holds(right):
            return bool(left == right)
        if isinstance(left, str) and isinstance(right, str) and left == right:
            return True
        marked, other = (left, right) if self.holds(left) else (right, left)
        if not self.holds(other) and not isinstance(marked, InSections):
            if isinstance(marked, Count):
                if type(other) is int and other < 1:
                    return False
            elif (other is None and isinstance(marked, (str, Day))) or (
                isinstance(marked, str) and isinstance(other, str) and not self._may_be(marked, other)
            ):
                return False
        raise NotBindable("a template compares a value")

    def _may_be(self, marked: str, other: str) -> bool:
        """Say whether a text with marks may become another text."""
        before = marked[: marked.index(self.marks.begin)]
        after = marked[marked.rindex(self.marks.begin) + len(self.marks.begin) :]
        after = after[5:] if after.startswith("n") else after[6:]
        long_enough = len(other) > len(before) + len(after)
        return long_enough and other.startswith(before) and other.endswith(after)


class Guards(NodeTransformer):
    """Puts guards into a template where Jinja has no door for them: comparisons, slices, loops; and marks where its sections are."""

    def __init__(self, sections: Mapping[int, int]) -> None:
        self._sections = sections

    def visit(self, node: nodes.Node, *args: object, **kwargs: object) -> object:
        """Put the mark of a section in its place, and guards into all else."""
        number = self._sections.get(id(node))
        if number is not None:
            marked = _call("section", nodes.Const(number))
            return nodes.Output([marked], lineno=node.lineno)
        return super().visit(node, *args, **kwargs)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - the library's name
        """Have the environment compare."""
        self.generic_visit(node)
        if len(node.ops) == 1 and node.ops[0].op in ("eq", "ne"):
            same = _call("equal", node.expr, node.ops[0].expr)
            return same if node.ops[0].op == "eq" else nodes.Not(same)
        if len(node.ops) == 1 and node.ops[0].op in ("in", "notin"):
            inside = _call("inside", node.expr, node.ops[0].expr)
            return inside if node.ops[0].op == "in" else nodes.Not(inside)
        node.expr = _call("unread", node.expr)
        for operand in node.ops:
            operand.expr = _call("unread", operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - the library's name
        """Let no value with a mark be cut, or say where to cut."""
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _call("guard", node.node)
            for name in ("start", "stop", "step"):
                bound = getattr(node.arg, name)
                if bound is not None:
                    setattr(node.arg, name, _call("unread", bound))
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the library's name
        """Let no value with a mark be looped over."""
        self.generic_visit(node)
        node.iter = _call("guard", cast("nodes.Expr", node.iter))
        return node


def _call(name: str, *values: nodes.Expr) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(values), [], None, None)
