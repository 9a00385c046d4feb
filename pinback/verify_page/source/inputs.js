/** What the asker gives: files, addresses, ZIPs. Each becomes a report; nothing here judges. Mirrors `pinback/verify/inputs.py`. */
import {Asker} from './asking.js';
import {badgeLinks, documentsIn, isPage, isZip} from './reading.js';
import {MAX_FILE, MAX_SHOWN, MAX_ZIP_WAIT, MAX_ZIP_WAIT_EACH} from './limits.js';
import {linkIn} from './recipients.js';
import {Report, line} from './report.js';
import {FORGED, Finding, GENUINE, NO_BADGE, noBadge, unknown, worst} from './verdict.js';
import {READ, agreement, judge, stopped} from './verifier.js';
import {shortened, thousands} from './words.js';
import {ArchiveDoor, Zip} from './zip_reading.js';

const LEFT = 'the ZIP takes too long from here on; unpack it and check the folder';
const PICTURE_ORDER = ['openbadgecredential', 'clrcredential', 'openbadges'];

/** Return the report on what lies at an address: a badge, or an award page that links to one. */
export async function judgeAddress(given, asker, asked) {
  const link = asked.named === null ? linkIn(given) : null;
  const question = link ? {...asked, named: link} : asked;
  // The name and the secret behind the # are the holder's; reports are kept and handed on.
  const url = link ? link.page : given;
  asker.nextDocument();
  try {
    let answer = await asker.answer(url);
    if (answer.status !== 200) {
      throw unknown(`the address answers ${answer.status}`);
    }
    if (isPage(answer.body)) {
      const links = badgeLinks(answer.body, answer.url);
      if (!links.length) {
        throw noBadge('this page links to no badge');
      }
      answer = await asker.answer(links[0]);
      if (answer.status !== 200) {
        throw unknown(`the badge of this page is not there; its address answers ${answer.status}`);
      }
    }
    return await judgeBytes(url, answer.body, asker, question);
  } catch (error) {
    return stoppedBy(url, error);
  }
}

function stoppedBy(source, error) {
  if (error instanceof Finding) {
    return stopped(source, error);
  }
  throw error;
}

/** Return the report on a file's bytes; `offline`: archives answer addresses from themselves. */
export async function judgeBytes(source, data, asker, question, offline = false) {
  asker.nextDocument();
  let documents;
  try {
    if (data.length > MAX_FILE) {
      throw unknown(`the file has more than ${thousands(MAX_FILE)} bytes, which are not read`);
    }
    if (isZip(data)) {
      return await inZip(source, new Zip(data), asker, question, offline);
    }
    documents = documentsIn(data);
  } catch (error) {
    return stoppedBy(source, error);
  }
  if (documents.length === 1) {
    return judge(source, documents[0], asker, question);
  }
  if (documents[0].keyword) {
    return inPicture(source, documents, asker, question);
  }
  const parts = [];
  for (const found of documents) {
    parts.push(await judge(`${source} (${parts.length + 1})`, found, asker, question));
  }
  return container(source, parts);
}

/** Return the report on a picture with two documents: good only if both are, and are about the same award. */
async function inPicture(source, documents, asker, question) {
  const order = found => PICTURE_ORDER.indexOf(found.keyword);
  const parts = [];
  for (const found of [...documents].sort((one, other) => order(one) - order(other))) {
    parts.push(await judge(`${source} (${found.keyword})`, found, asker, question));
  }
  const most = worst(parts);
  const [first, ...others] = parts;
  const shown = report => Object.keys(report.facts).length > 0;
  let disagree = null;
  for (const other of others.filter(one => shown(first) && shown(one))) {
    disagree ??= await agreement(first, other);
  }
  if (disagree && most.verdict !== FORGED) {
    return new Report(source, disagree.verdict, disagree.reason, {issuer: first.issuer, parts});
  }
  const both = 'both documents in this picture say so';
  // What is told beside it is of that one which makes the whole untrusted, or for the person asked about.
  const told = (parts.find(part => part.trusted === false) ?? parts.find(part => part.matched) ?? first).reason;
  const good = told ? `${both}; ${told}` : both;
  const reason = most.verdict === GENUINE ? good : `of the ${parts.length} documents in this picture, one: ${most.reason}`;
  return new Report(source, most.verdict, reason, {
    issuer: first.issuer,
    key: first.key,
    demonstration: first.demonstration,
    matched: first.matched === null ? null : parts.some(part => part.matched),
    trusted: first.trusted === null ? null : parts.every(part => part.trusted),
    suspended: most.suspended,
    facts: most.verdict === FORGED ? {} : first.facts,
    parts,
  });
}

async function inZip(source, packed, asker, question, offline) {
  let [asked, saved] = [asker, ''];
  if (packed.isArchive && offline) {
    const door = new ArchiveDoor(packed);
    asked = new Asker(door);
    saved = `; keys and lists are those in the archive${door.asOf ? `, saved ${door.asOf}` : ''}`;
  }
  let parts = [];
  let until = performance.now() + MAX_ZIP_WAIT;
  for (const [name, data] of packed.members()) {
    const inner = `${source}/${shortened(name, MAX_SHOWN)}`;
    if (performance.now() > until) {
      parts.push(stopped(inner, unknown(LEFT)));
      break;
    }
    if (data instanceof Finding) {
      parts.push(stopped(inner, data));
    } else if (isZip(data)) {
      parts.push(stopped(inner, unknown('a ZIP within a ZIP is not opened')));
    } else {
      parts.push(await judgeBytes(inner, data, asked, question));
    }
    until += MAX_ZIP_WAIT_EACH / (parts.at(-1).facts.id ? 1 : 10);
  }
  if (packed.isArchive) {
    parts = parts.filter(part => part.verdict !== NO_BADGE);
  }
  if (!parts.length) {
    throw noBadge('there is no badge in this ZIP');
  }
  return container(source, parts, saved);
}

/** Return the report on several documents, each judged by itself; the worst verdict is told. */
function container(source, parts, note = '') {
  const most = worst(parts);
  const good = parts.filter(part => part.ok).length;
  const counted = good !== parts.length ? `${good} of ${parts.length} are` : `all ${parts.length} are`;
  const reason = most.verdict === GENUINE ? counted : `${good} of ${parts.length} are good; ${most.source}: ${most.reason}`;
  return new Report(source, most.verdict, reason + note, {
    lines: [line(READ, 'yes', `${parts.length} documents`)],
    suspended: most.suspended,
    parts,
    whole: false,
  });
}
