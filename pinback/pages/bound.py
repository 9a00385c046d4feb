"""Pages bound once and filled many times: what Jinja makes of a template with marks in the place of values, cut at the marks.

An award's page is the same as that of the next award but for some texts. So a template is rendered once with a mark for each
such text, the result is cut at the marks, and a page is the pieces with the texts between them: fifty times faster. Templates
may be a club's own, so nothing is assumed of them. A mark is allowed to be shown, and nothing else:

- Its template is rendered in an environment of its own (``_Probing``), where comparing, cutting, counting, looping over and
  looking into a value that holds a mark raises ``NotBindable``, as does every filter, test and call that is not known to carry
  signs over one by one. Asking whether a value is there is allowed: a mark stands for a text that is not empty, and an empty
  text is none of the marks. A comparison that no text could make true is decided.
- A mark holds signs by which it is seen how it was written (as HTML, in JSON, in an address). One that was written in a way that
  is not known here, was cut, or is met in any other place than a whole mark, raises ``NotBindable``.

Statements at the first level of a block that loop over lists or ask for them (``Section``) are rendered by Jinja for each page alone, with
what stands at the top of their template before them; the rest of the page is not made anew for lists of another length.

What cannot be bound is rendered plainly, in another twenty times of the time. The caller compares the first filled page with the plain one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import wraps
from html import escape as html_escape
from typing import Any, NoReturn, cast
from urllib.parse import quote

from jinja2 import BaseLoader, meta, nodes
from jinja2.environment import Environment, Template
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import htmlsafe_json_dumps
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_SIGNS = "<&>\"'/ é%+\\😀~`"
"""What a mark for text holds: signs that the known ways of writing treat differently."""
_GAPS_ONLY = re.compile(r"(?:[^%]|%%|%\(\w+\)s)*")


class NotBindable(Exception):
    """A template does more with a value than show it."""


def _as_html(text: str) -> str:
    return str(escape(text))


def _as_json(text: str) -> str:
    return str(htmlsafe_json_dumps(text))[1:-1]


def _as_query(text: str) -> str:
    return quote(text, safe="")


def _as_path(text: str) -> str:
    return quote(text)


def _as_html_twice(text: str) -> str:
    return _as_html(_as_html(text))


def _as_code_shown(text: str) -> str:
    return _as_html(html_escape(text))


Writing = Callable[[str], str]
"""Text to text, sign by sign."""
_WRITINGS: tuple[Writing, ...] = (
    _as_html,
    str,
    _as_json,
    _as_query,
    _as_path,
    _as_html_twice,
    html_escape,
    _as_code_shown,
)


class Marks:
    """The marks of one binding.

    Attributes:
        begin: with what each mark begins; letters and digits, so that every way of writing leaves it alone.
    """

    def __init__(self, begin: str) -> None:
        """Use *begin*, which no page holds by itself."""
        self.begin = begin
        self._written = {writing(_SIGNS): writing for writing in reversed(_WRITINGS)}
        self._whole = re.compile(rf"{begin}(?:n(\d{{4}})|t(\d{{4}})a(.*?){begin}t\2z|s(\d{{4}})s)", re.DOTALL)

    def name(self, number: int) -> str:
        """Return the mark of a text of letters, digits and ``-._`` alone, which all writings leave as it is."""
        return f"{self.begin}n{number:04}"

    def text(self, number: int) -> str:
        """Return the mark of any text."""
        return f"{self.begin}t{number:04}a{_SIGNS}{self.begin}t{number:04}z"

    def section(self, number: int) -> str:
        """Return the mark of a section."""
        return f"{self.begin}s{number:04}s"

    def cut(self, page: str) -> list[str | Hole]:
        """Return the page's pieces and holes.

        Raises:
            NotBindable: a mark is written in a way that is not known, or is not whole.
        """
        found: list[str | Hole] = []
        at = 0
        for mark in self._whole.finditer(page):
            found.append(self._piece(page[at : mark.start()]))
            at = mark.end()
            name, text, signs, section = mark.groups()
            if name is not None:
                found.append(Hole(int(name), None))
            elif section is not None:
                found.append(Hole(-1 - int(section), None))
            else:
                writing = self._written.get(signs)
                if writing is None:
                    raise NotBindable("a text is written in a way that is not known")
                found.append(Hole(int(text), None if writing is str else writing))
        found.append(self._piece(page[at:]))
        return found

    def _piece(self, piece: str) -> str:
        if self.begin in piece:
            raise NotBindable("a text is cut")
        return piece


@dataclass(frozen=True, slots=True)
class Hole:
    """A place of a page for a text.

    Attributes:
        number: of the text; below zero -1 less the number of a section.
        writing: how the text is written there, or None: as it is.
    """

    number: int
    writing: Writing | None


class Day:
    """A mark for a day, which templates may show as year, month and day with hyphens."""

    def __init__(self, shown: str, year: str, month: str) -> None:
        """Bind the marks of the whole day, its year, and its month."""
        self._shown, self.year, self.month = shown, year, month

    def isoformat(self) -> str:
        """Return the mark of the whole day."""
        return self._shown

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        raise NotBindable("a day is written as Python does")


class Count(int):
    """A mark for a number of at least one: shown, and compared with none."""

    shown: str

    def __new__(cls, shown: str) -> Count:
        """Return the mark."""
        made = super().__new__(cls, 1)
        made.shown = shown
        return made

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        raise NotBindable("a number is written as Python does")

    def __format__(self, spec: str) -> str:
        raise NotBindable("a number is formatted")


class InSections:
    """Stands for a value that sections alone may look at."""

    def _refuse(self, *_: object) -> NoReturn:
        raise NotBindable("a list is read where it may not be")

    __bool__ = __iter__ = __len__ = __str__ = __repr__ = __contains__ = __getitem__ = __eq__ = __hash__ = _refuse
    __call__ = __lt__ = __gt__ = __le__ = __ge__ = __add__ = __mul__ = __int__ = __float__ = __index__ = _refuse
    __html__ = __format__ = _refuse


IN_SECTIONS = InSections()
_CARRY = frozenset({"e", "escape", "forceescape", "safe", "string", "tojson", "urlencode", "default", "d", "join"})
"""Filters that carry text over sign by sign."""
_COUNT = frozenset({"length", "count", "first", "last", "list"})
"""Filters that look at a list and not into its texts."""
_ASK = frozenset({"defined", "undefined", "none"})
"""Tests that a mark answers as its text would."""


_JINJAS_OWN = frozenset({"_block_vars", "_loop_vars"})
"""What compiled templates give to every call beside its own arguments."""


class _Probing(ImmutableSandboxedEnvironment):
    """An environment in which values that hold marks can be shown and nothing else.

    Attributes:
        marks: with which it works now.
        transparent: functions that carry marks of names over, such as ``link``.
    """

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])
    intercepted_unops = frozenset(["+", "-"])
    marks = Marks("Zq")
    transparent: tuple[Callable[..., Any], ...] = ()

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
        # Jinja's own names of the first parameters are mangled, so that templates may use any name.
        if isinstance(function, Macro) or getattr(function, "__self__", None) is self:
            return super().call(context, function, *values, **named)
        if isinstance(function, BlockReference):
            made = super().call(context, function, *values, **named)
            if f"{self.marks.begin}s" in made:
                raise NotBindable("a block is used as a text")
            return made
        given = {name: value for name, value in named.items() if name not in _JINJAS_OWN}
        if any(map(self.holds, (*values, *given.values()))) and not self._carries(function, values, given):
            raise NotBindable("a function reads a value")
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


class _Guards(NodeTransformer):
    """Puts guards into a template where Jinja has no door for them: comparisons, slices, loops; and marks where its sections are."""

    def __init__(self, sections: Mapping[int, int]) -> None:
        self._sections = sections

    def visit(self, node: nodes.Node, *args: object, **kwargs: object) -> object:
        number = self._sections.get(id(node))
        if number is not None:
            marked = _call("section", nodes.Const(number))
            return nodes.Output([marked], lineno=node.lineno)
        return super().visit(node, *args, **kwargs)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - the library's name
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
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _call("guard", node.node)
            for name in ("start", "stop", "step"):
                bound = getattr(node.arg, name)
                if bound is not None:
                    setattr(node.arg, name, _call("unread", bound))
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the library's name
        self.generic_visit(node)
        node.iter = _call("guard", cast("nodes.Expr", node.iter))
        return node


def _call(name: str, *values: nodes.Expr) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(values), [], None, None)


@dataclass(frozen=True, slots=True)
class Section:
    """A statement of a template that is rendered alone.

    Attributes:
        reads: the members that it reads of the one value that it looks at; None where it also looks at others.
    """

    _template: Template
    _guarded: Template
    _environment: _Probing
    reads: frozenset[str] | None

    def rendered(self, values: Mapping[str, Any]) -> str:
        """Return what it shows.

        Raises:
            NotBindable: it cannot be rendered alone.
        """
        try:
            return self._template.render(values)
        except Exception as error:  # a template can raise whatever an expression can; the plain page says what
            raise NotBindable("a section cannot be rendered alone") from error

    def bind(self, values: Mapping[str, Any], marks: Marks) -> list[str | Hole]:
        """Return its pieces and holes (see ``Binder.bind``).

        Raises:
            NotBindable: it does more with a value than show it.
        """
        self._environment.marks, self._environment.transparent = marks, ()
        try:
            return marks.cut(self._guarded.render(values))
        except NotBindable:
            raise
        except Exception as error:
            raise NotBindable("a section cannot be bound") from error


class Binder:
    """One template of a theme in one language, ready to be bound for pages of many shapes.

    Attributes:
        sections: found so far, by number; the marks of their places say which.
    """

    def __init__(
        self,
        make: Callable[[type[Environment]], Environment],
        name: str,
        value: str,
        lists: Iterable[str],
        also: Iterable[str],
    ) -> None:
        """Bind the template.

        Args:
            make: returns the theme's environment in the language, of a class.
            name: of the template.
            value: the one whose lists sections show, such as ``award``.
            lists: members of that value that sections alone may read.
            also: names of other values that the caller has when it renders a section.
        """
        self._name, self._value, self._lists = name, value, frozenset(lists)
        self._plain = make(ImmutableSandboxedEnvironment)
        environment = make(_Probing)
        assert isinstance(environment, _Probing)
        environment.guard_filters()
        assert environment.loader is not None
        self._sources = environment.loader
        environment.loader = _Loader(self)
        self._environment = environment
        self._known = {value, *also, *self._plain.globals}
        self._trees: dict[str, nodes.Template] = {}
        self._needs: list[tuple[frozenset[str], frozenset[str]]] = []
        self.sections: list[Section] = []

    def bind(
        self, values: Mapping[str, Any], marks: Marks, transparent: Sequence[Callable[..., Any]]
    ) -> list[str | Hole]:
        """Return a page's pieces and holes.

        Args:
            values: of the page, with marks in place of what differs.
            marks: which.
            transparent: functions among the values that carry marks of names over.

        Raises:
            NotBindable: the template does more with a value than show it, or cannot be used.
        """
        self._environment.marks, self._environment.transparent = marks, tuple(transparent)
        try:
            page = self._environment.get_template(self._name).render(values)
        except NotBindable:
            raise
        except Exception as error:  # a template can raise whatever an expression can; the plain page says what
            raise NotBindable("the template cannot be used") from error
        self._check_sections()
        return marks.cut(page)

    def _check_sections(self) -> None:
        """Raise where a name that a section reads may be another one where it stands than where it is rendered."""
        stored: Counter[str] = Counter()
        name: str | None = self._name
        while name is not None:
            tree = self._trees[name]
            stored.update(_stored(tree))
            parents = list(tree.find_all(nodes.Extends))
            if len(parents) > 1 or not all(isinstance(one.template, nodes.Const) for one in parents):
                raise NotBindable("what a template extends is not fixed")
            name = parents[0].template.value if parents else None  # type: ignore[attr-defined]
        for free, defined in self._needs:
            if any(stored[one] for one in free) or any(stored[one] != 1 for one in defined):
                raise NotBindable("a section reads a name that has several values")

    def load(self, environment: _Probing, name: str, known: MutableMapping[str, Any]) -> Template:
        """Return a template with guards, its sections cut out."""
        environment.guard(name)
        source, file, _ = self._sources.get_source(environment, name)
        # Several trees, as guards change the one that they are put into.
        tree, own = (environment.parse(source, name, file) for _ in range(2))
        sections: dict[int, int] = {}
        inside: set[int] = set()
        for place, (statement, whole) in enumerate(zip(_statements(tree.body), _statements(own.body), strict=True)):
            if id(whole) not in inside and (chosen := self._chosen(own, whole)) is not None:
                inside.update(map(id, whole.find_all(nodes.Stmt)))
                sections[id(statement)] = len(self.sections)
                third = environment.parse(source, name, file)
                again = [*(third.body[one] for one in chosen), list(_statements(third.body))[place]]
                self.sections.append(self._section([*(own.body[one] for one in chosen), whole], again))
        self._trees[name] = own
        guarded = cast("nodes.Template", _Guards(sections).visit(tree))
        guarded.set_environment(environment)
        code = environment.compile(guarded, name, file)
        return environment.template_class.from_code(environment, code, known, None)

    def _chosen(self, tree: nodes.Template, statement: nodes.Node) -> list[int] | None:
        """Return the places of what a section needs of the top of its template, or None where a statement is no section."""
        if not self._reads(statement) & self._lists or not _stands_alone(statement):
            return None
        defined = {name: place for place, node in enumerate(tree.body) for name in _defined(node)}
        chosen: set[int] = set()
        missing = _free(self._plain, [statement])
        while found := {defined[name] for name in missing if name in defined} - chosen:
            chosen |= found
            missing = missing.union(*(_free(self._plain, [tree.body[place]]) for place in chosen))
        free = frozenset(name for name in missing if name not in defined)
        if not free <= self._known:
            return None
        self._needs.append((free, frozenset(missing - free)))
        return sorted(chosen)

    def _section(self, body: list[nodes.Node], guarded: list[nodes.Node]) -> Section:
        """Return a section of statements, and of the same ones for guards."""
        free = _free(self._plain, body)
        only = free <= {self._value, *self._plain.globals} and all(map(self._looks_only_at_members, body))
        reads = self._reads(*body) if only else None
        plain = _compiled(self._plain, _template(self._plain, body))
        tree = cast("nodes.Template", _Guards({}).visit(_template(self._environment, guarded)))
        return Section(plain, _compiled(self._environment, tree), self._environment, reads)

    def _reads(self, *statements: nodes.Node) -> frozenset[str]:
        """Return the members of the value that statements name."""
        found = (node for one in statements for node in (one, *one.find_all(nodes.Getattr)))
        return frozenset(node.attr for node in found if isinstance(node, nodes.Getattr) and self._is_value(node.node))

    def _looks_only_at_members(self, statement: nodes.Node) -> bool:
        """Say whether a statement names the value only to name one of its members."""
        named = sum(map(self._is_value, statement.find_all(nodes.Name)))
        return named == sum(self._is_value(node.node) for node in statement.find_all(nodes.Getattr))

    def _is_value(self, node: nodes.Node) -> bool:
        return isinstance(node, nodes.Name) and node.name == self._value


def _statements(body: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield the loops and questions that may be sections, each with those inside it."""
    for node in body:
        if isinstance(node, (nodes.If, nodes.For)):
            yield node
        if isinstance(node, nodes.Block):
            yield from _statements(node.body)
        elif isinstance(node, nodes.If):
            yield from _statements((*node.body, *node.elif_, *node.else_))


_NOT_ALONE = (nodes.Block, nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport, nodes.NSRef, nodes.Macro)
_NOT_ALONE += (nodes.ScopedEvalContextModifier, nodes.EvalContextModifier, nodes.ContextReference)  # type: ignore[assignment]
_LOOP = "loop"
_BLOCKS = frozenset({"self", "super", "caller", "varargs", "kwargs"})


def _stands_alone(statement: nodes.Node) -> bool:
    """Say whether nothing outside a statement hears of what happens inside, and it needs no other blocks."""
    if next(statement.find_all(_NOT_ALONE), None) is not None:
        return False
    if any(name.name in _BLOCKS for name in statement.find_all(nodes.Name)):
        return False
    return not _leaks(statement)


def _leaks(node: nodes.Node) -> bool:
    """Say whether a statement sets a name that is known after it, or asks for the loop around it."""
    if isinstance(node, nodes.For):
        # What a loop sets is known in it alone; its own "loop" is known in its body.
        return any(map(_leaks, (node.iter, *([node.test] if node.test else []), *node.else_)))
    if isinstance(node, (nodes.Assign, nodes.AssignBlock)):
        return True
    if isinstance(node, nodes.Name) and node.name == _LOOP:
        return True
    return any(map(_leaks, node.iter_child_nodes()))


def _defined(node: nodes.Node) -> list[str]:
    """Return the names that a statement at the top of a template gives, where it gives the same wherever it stands."""
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
        return [node.target.name]
    if isinstance(node, nodes.FromImport) and not node.with_context and isinstance(node.template, nodes.Const):
        return [name if isinstance(name, str) else name[1] for name in node.names]
    return []


def _stored(node: nodes.Node) -> Iterator[str]:
    """Yield each name that a template sets, without those that are known in a loop or a macro alone."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Macro):
            yield child.name
        elif isinstance(child, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in child.names)
        elif isinstance(child, nodes.Import):
            yield child.target
        elif (isinstance(child, nodes.Name) and child.ctx != "load") or isinstance(child, nodes.NSRef):
            yield child.name
        elif not isinstance(child, nodes.For):
            yield from _stored(child)


def _template(environment: Environment, body: list[nodes.Node]) -> nodes.Template:
    made = nodes.Template(body, lineno=1)
    made.set_environment(environment)
    return made


def _compiled(environment: Environment, tree: nodes.Template) -> Template:
    tree.set_environment(environment)
    code = environment.compile(tree, None, None)
    return environment.template_class.from_code(environment, code, environment.make_globals(None), None)


def _free(environment: Environment, body: list[nodes.Node]) -> set[str]:
    """Return the names that statements read and do not set themselves before."""
    return meta.find_undeclared_variables(_template(environment, body))


class _Loader(BaseLoader):
    """Gives an environment templates with guards."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """Return a template with guards."""
        assert isinstance(environment, _Probing)
        return self._binder.load(environment, name, {} if globals is None else globals)
