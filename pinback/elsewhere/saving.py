"""Making a saved copy: the checker asks the network once, and everything that it was answered is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from pinback.dataclass import dataclass
from pinback.elsewhere.copies import CopyProblem, checked, packed, refuse
from pinback.elsewhere.pictures import embedded, small
from pinback.errors import FetchError
from pinback.images.png_chunks import PNG_SIGNATURE
from pinback.limits import MAX_COPY
from pinback.model import SavedBadge
from pinback.verify.asking import Asker
from pinback.verify.exam import Exam, Question, id_of, objects_of
from pinback.verify.fetch import NO_HEADERS, Answer, Opener
from pinback.verify.inputs import judge_input
from pinback.verify.kinds import exam_of
from pinback.verify.reading import badge_links, documents_in, is_page
from pinback.verify.urls import bare
from pinback.verify.verdict import Finding

_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved copy that was just made: the badge's last address, the bytes, and what they show."""

    url: str
    data: bytes
    badge: SavedBadge


class _Recorder:
    """A door that keeps what it answered, by address."""

    def __init__(self, door: Opener) -> None:
        self._door = door
        self.answers: dict[str, Answer] = {}

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Return what *url* answers."""
        answer = self._door.get(url, headers)
        self.answers[bare(url)] = answer
        return answer


def save(url: str, name: str, door: Opener, now: datetime, recipient: str = "", public: bool = True) -> Saved:
    """Check a badge over the network and return its saved copy.

    1. Find the badge's last address. 2. Check it, and keep what was answered. 3. Refuse what says more of the holder than a
    public repository may. 4. Fetch the picture. 5. Pack, and check the copy as each build will.

    Args:
        url: of the badge or of its page; what stands behind ``#`` is neither looked at nor kept.
        name: the holder's, as the page says it.
        door: the network.
        now: the moment of saving, UTC.
        recipient: what the holder is to the issuer, such as an e-mail address; it is hashed here and kept nowhere.
        public: whether strangers can read the repository.

    Raises:
        CopyProblem: the badge is not genuine and in force, or cannot be kept.
        FetchError: its address cannot be asked.
    """
    # 1. A copy holds no redirects, so the address at the end of them is taken.
    url = bare(door.get(bare(url)).url)
    # 2.
    kept = _Recorder(door)
    question = Question(now.replace(microsecond=0), recipient=recipient)
    report = judge_input(url, Asker(kept), question)
    refuse(report, "only what is genuine and in force is shown on a page")
    if recipient and report.matched is not True:
        what = "the badge was not given to the person whom --recipient names"
        raise CopyProblem(what, "ask the holder by which address the issuer knows them")
    # 3.
    documents = list(_documents(url, Asker(kept), question))
    if public and any(_says_address(exam) for exam in documents):
        what = "the badge says the holder's e-mail address in the open, and a public repository keeps it for ever"
        raise CopyProblem(what, "ask the issuer for a badge with a hashed address, or leave this one out")
    # 4. Only the picture's address is signed; the picture is kept apart, as small as a page shows it.
    picture = next((made for exam in documents if (made := _picture(exam, kept.answers, door))), b"")
    # 5. Other pages than the badge's own were asked for nothing that decides.
    answers = {at: answer for at, answer in kept.answers.items() if at == url or not is_page(answer.body)}
    data = packed(url, answers, picture, now)
    if len(data) > MAX_COPY:
        what = f"the saved copy would have {len(data):,} bytes, at most {MAX_COPY:,} are kept"
        raise CopyProblem(what, "leave this badge out, or give the address of its document in place of its picture")
    return Saved(url, data, checked(data, url, name))


def _documents(url: str, asker: Asker, question: Question) -> Iterator[Exam]:
    """Yield the documents of a badge that was found genuine."""
    try:
        answer = asker.answer(url)
        if is_page(answer.body):
            answer = asker.answer(badge_links(answer.body, answer.url)[0])
        for found in documents_in(answer.body):
            yield exam_of(found, asker, question)
    except Finding:
        return


def _says_address(exam: Exam) -> bool:
    """Say whether a document names its holder by an e-mail address that anyone can read."""
    waiting: list[object] = [exam.document.get("recipient" if exam.kind == "ob2" else "credentialSubject")]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [value for member, value in item.items() if member != "achievement"]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) and _ADDRESS.search(item):
            return True
    return False


def _picture(exam: Exam, answers: Mapping[str, Answer], door: Opener) -> bytes:
    """Return the picture of a badge, small; nothing where it cannot be had."""
    for baked in (answer.body for answer in answers.values() if answer.body.startswith(PNG_SIGNATURE)):
        if made := small(baked):
            return made
    address = _picture_address(exam)
    if address.startswith("data:"):
        return small(embedded(address))
    if not address.startswith("https://"):
        return b""
    try:
        answer = door.get(address)
    except FetchError:
        return b""
    return small(answer.body) if answer.status == 200 else b""


def _picture_address(exam: Exam) -> str:
    if exam.kind == "ob2":
        badge = exam.document.get("badge")
        try:
            described = exam.asker.json(badge, "the badge") if isinstance(badge, str) else badge
        except Finding:
            return ""
        return id_of(described.get("image")) if isinstance(described, dict) else ""
    for subject in objects_of(exam.document.get("credentialSubject")):
        for achievement in objects_of(subject.get("achievement")):
            if address := id_of(achievement.get("image")):
                return address
    return ""
