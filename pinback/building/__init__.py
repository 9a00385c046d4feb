"""How a build runs: parts of the site on all cores, and awards that did not change left alone.

``parts`` makes one part and tells little about it; ``manifest`` remembers which awards lie in the site as they should; here they are put
together. What the files hold is the business of ``assemble``, where they go that of ``publish`` (0028).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pinback.assemble import Material
from pinback.assemble.site import Part, award_folders, calendars, gathered, smallest_parts
from pinback.building.manifest import Manifest, forget, load, save
from pinback.building.parts import Done, Maker
from pinback.calendar import Expiry
from pinback.errors import PublishError
from pinback.publish import Published, publish_parts
from pinback.publish.paths import Owned
from pinback.publish.stage import Placed, Stage
from pinback.register import SealedIds
from pinback.remembered.looks import FilledFolders

FEW = 100
"""Awards that one process makes about as fast as two, which have to be begun."""
_LIKE_AWARDS = 10
"""So many awards are made in the time that another part takes."""


def build_site(
    material: Material,
    site: Path,
    preview: bool = False,
    memory: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    elsewhere: Callable[[Material, Stage], Iterator[Done]] | None = None,
    processes: int = 0,
    stands: Callable[[], bool] = lambda: False,
    unread: Callable[[], None] | None = None,
    filled: Callable[[Iterable[FilledFolders]], None] = lambda folders: None,
) -> Published:
    """Make *site* the site of a club; the same bytes from one process or many, with a memory or without.

    Args:
        material: what it is made from.
        site: its folder.
        preview: whether waiting awards get a page that says so.
        memory: the folder in which builds remember what they made; None for a build that remembers nothing.
        progress: called with awards done and all awards.
        elsewhere: makes the parts, into a stage; otherwise they are made here, on all cores.
        processes: how many work at once; 0 for as many as are worth it.
        stands: tells whether it is known that nobody has touched anything in the site since the last build; asked as late as can be.
        unread: compares the sealed documents of all awards with the registers, where nobody has yet; needed only where there is a
            site, as some awards may not be made then.
        filled: takes the folders of a new site that were written here, with their marks, so that nobody need look at them.

    Raises:
        PublishError: the folder is not ours, two parts want one address, or the disk refuses.
    """
    owned = owned_folders(material)
    if material.club.site.certificates:
        # Imported here: what draws takes long to load, and few sites have paper.
        from pinback.assemble.papers import make_ready

        make_ready(material)
    before = load(memory, site) if memory else Manifest()
    after = Manifest()

    def make(stage: Stage) -> Iterator[Placed]:
        total, done = len(owned.names), 0
        if unread and not stage.fresh:
            unread()
        if elsewhere:
            results = elsewhere(material, stage)
        else:
            maker = Maker(material, stage, before, lambda: not stage.fresh and stands(), memory is not None)
            results = _here(maker, preview, processes)
        expiries: dict[str, set[Expiry]] = {slug: set() for slug in material.sealed}
        for result in results:
            after.add(result.rows)
            if not elsewhere:
                filled(result.filled)
            material.missing_letters.update(result.letters)
            if result.issuer:
                expiries[result.issuer].update(result.expiries)
            if result.awards:
                done += result.awards
                progress(done, total)
            yield result.placed
        yield stage.place(calendars(material, expiries))[0]
        if memory:
            forget(memory, site)

    published = publish_parts(site, make, owned)
    if memory:
        save(memory, site, after)
    return published


def _here(maker: Maker, preview: bool, processes: int) -> Iterator[Done]:
    """Yield every part of a site in order: what is remembered, and what is made, on all cores where that is much."""
    found: list[Done | None] = []
    missing: list[Part] = []
    work = 0
    parts = [(part, maker.before_as_now(part)) for part in smallest_parts(maker.material, preview)]
    # Here a look may still have to be waited for; other processes know what it says.
    maker.find_out()
    for part, whole in parts:
        known = maker.known(part, whole)
        found.append(known)
        if known is None:
            missing.append(part)
            work += maker.awards_to_make(part) if part.pieces else _LIKE_AWARDS
    jobs = list(gathered(missing))
    for pages in maker.material.award_pages:
        pages.expect(work)
    if not processes and work < 2 * FEW:
        made: Iterator[Done] = map(maker.make, jobs)
    else:
        # Imported here: it takes longer to load than some dozen awards take.
        from pinback.cores import each, processes_for

        count = processes or processes_for(work, FEW)
        # Where all awards stand as they did, none of it is needed.
        if count > 1 and maker.stage.fresh:
            maker.get_ready()
        made = each(maker.make, jobs, count)
    with_it, left = iter(jobs), 0
    for known in found:
        if known is not None:
            yield known
        elif left:
            left -= 1  # it was made together with the one before
        else:
            left = max(0, len(next(with_it).pieces) - 1)
            yield next(made)


def owned_folders(material: Material) -> Owned:
    """Return which folders of the site hold one award each.

    Raises:
        PublishError: two issuers have sealed an award with the same id.
    """
    registers = [sealed.register for sealed in material.sealed.values()]
    for number, register in enumerate(registers):
        before = SealedIds(registers[:number])
        if before and (twice := [id_ for id_ in SealedIds([register]) if id_ in before]):
            file = award_folders(material, min(twice))[0] + "/index.html"
            raise PublishError(f"{file}: two parts of the club want this address; rename one of them")
    tops = tuple(folder.rpartition("/")[0] for folder in award_folders(material, "x"))
    return Owned(tops, SealedIds(registers))


__all__ = ["Done", "Maker", "build_site", "owned_folders"]
