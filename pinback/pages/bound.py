"""Pages bound once and filled many times: what Jinja makes of a template with marks in the place of values, cut at the marks.

An award's page is the same as that of the next award but for some texts. So a template is rendered once with a mark for each
such text, the result is cut at the marks, and a page is the pieces with the texts between them: fifty times faster. Templates
may be a club's own, so nothing is assumed of them. A mark is allowed to be shown, and nothing else:

- Its template is rendered in an environment of its own (``probing``), where whatever reads a value that holds a mark raises ``NotBindable``.
  Asking whether a value is there is allowed: a mark stands for a text that is not empty, and an empty
  text is none of the marks. A comparison that no text could make true is decided.
- A mark is written in a way that is known, and whole (``marks``).

Statements at the first level of a block that loop over lists or ask for them (``Section``) are rendered by Jinja for each page alone, with
what stands at the top of their template before them; the rest of the page is not made anew for lists of another length.

What cannot be bound is rendered plainly, in another twenty times of the time. The caller compares the first filled page with the plain one.
"""

from __future__ import annotations

import hashlib
import marshal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, TypeAlias, cast

import jinja2
from jinja2 import BaseLoader, meta, nodes
from jinja2.environment import Environment, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pinback.dataclass import dataclass
from pinback.pages.marks import Hole, Marks, NotBindable
from pinback.pages.probing import Guards, Probing

Keep: TypeAlias = Callable[[str, str, str, Callable[[], bytes]], bytes]
"""Returns what the last argument makes of a template, now or in an earlier run, by its name, by what it is made, and by its text."""
_Template: TypeAlias = tuple[
    CodeType,
    list[tuple[CodeType, CodeType, "frozenset[str] | None"]],
    list[tuple[frozenset[str], frozenset[str]]],
    dict[str, int],
    "list[str | None]",
]
"""A template taken apart: its code with guards; its sections: code, code with guards, what each reads; names that these need from
outside and from the top of the template; how often it sets which name; what it extends, None where that is not fixed."""


def _made_anew(name: str, made_by: str, source: str, make: Callable[[], bytes]) -> bytes:
    return make()


@cache
def _own_code() -> str:
    """Return a digest of what takes templates apart, this module and the one with the guards."""
    files = (Path(__file__), Path(__file__).with_name("probing.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@dataclass(frozen=True, slots=True)
class Section:
    """A statement of a template that is rendered alone.

    Attributes:
        reads: the members that it reads of the one value that it looks at; None where it also looks at others.
    """

    _template: Template
    _guarded: Template
    _environment: Probing
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
        keep: Keep = _made_anew,
    ) -> None:
        """Bind the template.

        Args:
            make: returns the theme's environment in the language, of a class.
            name: of the template.
            value: the one whose lists sections show, such as ``award``.
            lists: members of that value that sections alone may read.
            also: names of other values that the caller has when it renders a section.
            keep: what is made of a template may be kept by.
        """
        self._name, self._value, self._lists = name, value, frozenset(lists)
        self._plain = make(ImmutableSandboxedEnvironment)
        environment = make(Probing)
        assert isinstance(environment, Probing)
        environment.guard_filters()
        assert environment.loader is not None
        self._sources = environment.loader
        environment.loader = _Loader(self)
        self._environment = environment
        self._known = {value, *also, *self._plain.globals}
        self._keep = keep
        self._read: dict[str, tuple[dict[str, int], list[str | None]]] = {}
        self._checked = 0
        self._needs: list[tuple[frozenset[str], frozenset[str]]] = []
        self.sections: list[Section] = []

    def bind(
        self, values: Mapping[str, Any], marks: Marks, transparent: Sequence[Callable[..., Any]], folder: str
    ) -> list[str | Hole]:
        """Return a page's pieces and holes.

        Args:
            values: of the page, with marks in place of what differs.
            marks: which.
            transparent: functions among the values that carry marks of names over.
            folder: of all pages of the kind, with a slash: a link into it depends on which page it stands on.

        Raises:
            NotBindable: the template does more with a value than show it, or cannot be used.
        """
        self._environment.marks, self._environment.transparent = marks, tuple(transparent)
        self._environment.folder = folder
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
        if self._checked == len(self._read):
            return
        stored: Counter[str] = Counter()
        name: str | None = self._name
        while name is not None:
            names, parents = self._read[name]
            stored.update(names)
            if len(parents) > 1 or not all(parents):
                raise NotBindable("what a template extends is not fixed")
            name = parents[0] if parents else None
        for free, defined in self._needs:
            if any(stored[one] for one in free) or any(stored[one] != 1 for one in defined):
                raise NotBindable("a section reads a name that has several values")
        self._checked = len(self._read)

    def load(self, environment: Probing, name: str, known: MutableMapping[str, Any]) -> Template:
        """Return a template with guards, its sections cut out."""
        environment.guard(name)
        source, file, _ = self._sources.get_source(environment, name)
        first = len(self.sections)
        asked = (self._value, sorted(self._lists), sorted(self._known), first)
        made_by = f"Jinja {jinja2.__version__}, {_own_code()}, {asked}"
        data = self._keep(name, made_by, source, lambda: marshal.dumps(self._taken_apart(name, source, file, first)))
        code, sections, needs, stored, parents = marshal.loads(data)
        self._read[name] = stored, parents
        self._needs += needs
        for plain, guarded, reads in sections:
            own, probing = _from_code(self._plain, plain), _from_code(environment, guarded)
            self.sections.append(Section(own, probing, environment, reads))
        return environment.template_class.from_code(environment, code, known, None)

    def _taken_apart(self, name: str, source: str, file: str | None, first: int) -> _Template:
        """Return what is made of a template whose first section has a number."""
        environment = self._environment
        # Two trees, as guards change the one that they are put into.
        tree, own = (environment.parse(source, name, file) for _ in range(2))
        sections: dict[int, int] = {}
        inside: set[int] = set()
        found: list[tuple[list[int], nodes.Node, nodes.Node]] = []
        needs: list[tuple[frozenset[str], frozenset[str]]] = []
        for statement, whole in zip(_statements(tree.body), _statements(own.body), strict=True):
            if id(whole) not in inside and (chosen := self._chosen(own, whole, needs)) is not None:
                inside.update(map(id, whole.find_all(nodes.Stmt)))
                sections[id(statement)] = first + len(found)
                found.append((chosen, statement, whole))
        guarded = cast("nodes.Template", Guards(sections).visit(tree))
        made = []
        for chosen, statement, whole in found:
            before = [guarded.body[place] for place in chosen]
            made.append(self._section([*(own.body[place] for place in chosen), whole], [*before, statement]))
        guarded.set_environment(environment)
        code = environment.compile(guarded, name, file)
        extended = [one.template for one in own.find_all(nodes.Extends)]
        parents = [one.value if isinstance(one, nodes.Const) else None for one in extended]
        return code, made, needs, dict(Counter(_stored(own))), parents

    def _chosen(
        self, tree: nodes.Template, statement: nodes.Node, needs: list[tuple[frozenset[str], frozenset[str]]]
    ) -> list[int] | None:
        """Return the places of what a section needs of the top of its template, or None where a statement is no section; names go to *needs*."""
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
        needs.append((free, frozenset(missing - free)))
        return sorted(chosen)

    def _section(
        self, body: list[nodes.Node], guarded: list[nodes.Node]
    ) -> tuple[CodeType, CodeType, frozenset[str] | None]:
        """Return a section of statements as code, the same with guards, and what it reads."""
        free = _free(self._plain, body)
        only = free <= {self._value, *self._plain.globals} and all(map(self._looks_only_at_members, body))
        reads = self._reads(*body) if only else None
        plain = _compiled(self._plain, _template(self._plain, body))
        tree = cast("nodes.Template", Guards({}).visit(_template(self._environment, guarded)))
        return plain, _compiled(self._environment, tree), reads

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


def _compiled(environment: Environment, tree: nodes.Template) -> CodeType:
    tree.set_environment(environment)
    return environment.compile(tree, None, None)


def _from_code(environment: Environment, code: CodeType) -> Template:
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
        assert isinstance(environment, Probing)
        return self._binder.load(environment, name, {} if globals is None else globals)
