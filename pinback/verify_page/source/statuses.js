/** Step 8, status: was it withdrawn or suspended? Mirrors `pinback/verify/statuses.py`. */
import {base64urlBytes} from './bytes.js';
import {ProofError} from './errors.js';
import {anyOf, idOf, isObject, listOf, objectsOf, textOf, typesOf} from './exam.js';
import {gzip} from './inflating.js';
import {addressOf} from './issuers.js';
import {MAX_LIST, MAX_LIST_PACKED, MAX_PARTS, MIN_LIST} from './limits.js';
import {day, moment} from './moments.js';
import {hostOf} from './urls.js';
import {Finding, WITHDRAWN, unknown} from './verdict.js';
import {byCodePoint, quoted, thousands} from './words.js';

const OF_OURS = /^(https:\/\/[^?#]+\/issuers\/[a-z0-9-]+\/status\/)revocation-([0-9]{1,6}\.json)$/;
const WORDS = {revocation: 'withdrawn', suspension: 'suspended'};
const DAMAGED = 'the status list is damaged';

/** Return a position: a decimal text, or a whole number as some write it; -1 for anything else. */
function indexOf(value) {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? value : -1;
  }
  return typeof value === 'string' && /^(?:0|[1-9][0-9]{0,9})$/.test(value) ? Number(value) : -1;
}

/** Return the status entries of a credential. */
export function entriesOf(exam) {
  const found = listOf(exam.document.credentialStatus);
  if (found.length > MAX_PARTS || !found.every(isObject)) {
    throw unknown('it names its status in a way that is not known here');
  }
  return found;
}

export const isBitstring = entry => anyOf(typesOf(entry), 'BitstringStatusListEntry', 'StatusList2021Entry');

/** Return the address of the suspension list beside a revocation list of ours, or "". */
export function beside(url) {
  const found = OF_OURS.exec(url);
  return found ? `${found[1]}suspension-${found[2]}` : '';
}

/** Return what the checks of an entry need: the credential's exam, the list's, and what the entry says. */
export function entryOf(exam, entry, list) {
  const subjects = objectsOf(list.document.credentialSubject);
  return {
    exam,
    list,
    url: textOf(entry.statusListCredential),
    purpose: textOf(entry.statusPurpose),
    index: indexOf(entry.statusListIndex),
    size: entry.statusSize ?? null,
    subject: subjects.length === 1 ? subjects[0] : {},
  };
}

/** Return the entry at the same place of the suspension list beside it. */
export const suspensionOf = (exam, entry, url, list) => ({...entryOf(exam, entry, list), url, purpose: 'suspension'});

// Checks of one entry against its list

export function listIsList(entry) {
  if (!anyOf(typesOf(entry.subject), 'BitstringStatusList', 'StatusList2021') ||
      !anyOf(typesOf(entry.list.document), 'BitstringStatusListCredential', 'StatusList2021Credential')) {
    throw unknown('what lies at the address of the status list is none');
  }
  return '';
}

export function listByIssuer(entry) {
  if (entry.list.issuer !== entry.exam.issuer) {
    throw unknown(`the status list is one of ${quoted(entry.list.issuer)}, not of the issuer`);
  }
  return '';
}

export function listForPurpose(entry) {
  if (!listOf(entry.subject.statusPurpose).includes(entry.purpose)) {
    throw unknown(`the status list is not one for ${quoted(entry.purpose)}`);
  }
  return '';
}

export function bitClear(entry) {
  const bits = bitsOf(entry.list);
  const {index, purpose, size} = entry;
  if (size !== null && size !== 1) {
    throw unknown('the status list has entries of more than one bit, which are not read here');
  }
  if (!(index >= 0 && index < bits.length * 8)) {
    throw unknown('its place in the status list lies outside the list');
  }
  if (bits[Math.floor(index / 8)] & (0x80 >> (index % 8))) {
    if (purpose === 'revocation') {
      throw new Finding(WITHDRAWN, `the issuer withdrew it${since(entry)}`);
    }
    if (purpose === 'suspension') {
      throw new Finding(WITHDRAWN, `the issuer suspended it${since(entry)}`, true);
    }
    if (purpose !== 'refresh' && purpose !== 'message') {
      throw unknown(`the issuer marked it for ${quoted(purpose)}, which is not known here`);
    }
  }
  return `not ${Object.hasOwn(WORDS, purpose) ? WORDS[purpose] : 'marked'}${since(entry)}`;
}

function since(entry) {
  const begins = entry.list.moments('validFrom', 'issuanceDate');
  return begins.length ? `, says the list of ${day(moment(begins[0], 'the date of the status list'))}` : '';
}

export function listAtItsAddress(entry) {
  if (![entry.url, ''].includes(idOf(entry.list.document))) {
    throw unknown('the status list calls itself by another address, so it may be an old or another one');
  }
  return '';
}

/** Return the unpacked bits of a list. */
function bitsOf(listed) {
  if (listed.bits) {
    return listed.bits;
  }
  const bits = unpacked(listed);
  // They have a thousand times the bytes of the answer that they came in, so not those of every list are kept.
  listed.asker.room -= bits.length;
  listed.bits = listed.asker.room > 0 && bits;
  return bits;
}

function unpacked(listed) {
  const subjects = objectsOf(listed.document.credentialSubject);
  let text = subjects.length ? textOf(subjects[0].encodedList) : '';
  const old = typesOf(listed.document).has('StatusList2021Credential');
  if (!old && !text.startsWith('u')) {
    throw unknown(DAMAGED);
  }
  text = old ? text.replace(/=+$/, '') : text.slice(1);
  if (text.length > Math.floor((MAX_LIST_PACKED * 4) / 3) + 4) {
    throw unknown(`the status list has more than ${thousands(MAX_LIST_PACKED)} bytes packed`);
  }
  let packed;
  try {
    packed = base64urlBytes(text);
  } catch (error) {
    throw error instanceof ProofError ? unknown(DAMAGED) : error;
  }
  const found = gzip(packed, MAX_LIST + 1);
  if (found.damaged) {
    throw unknown(DAMAGED);
  }
  if (found.data.length > MAX_LIST) {
    throw unknown(`the status list has more than ${thousands(MAX_LIST)} bytes unpacked`);
  }
  if (!found.whole || found.used !== packed.length || found.data.length < MIN_LIST) {
    throw unknown('the status list is damaged, or shorter than the standard allows');
  }
  return found.data;
}

// The older way of 1EdTech: a plain list at the issuer's own site

export async function notOnPlainList(exam) {
  let said = '';
  for (const entry of entriesOf(exam).filter(one => !isBitstring(one))) {
    if (!typesOf(entry).has('1EdTechRevocationList')) {
      const kinds = [...typesOf(entry)].sort(byCodePoint).join(', ') || 'nameless';
      throw unknown(`its status is of the kind ${quoted(kinds)}, which is not known here`);
    }
    const url = idOf(entry);
    const listed = await exam.asker.json(url, 'the list of withdrawn badges');
    if (idOf(listed.issuer) !== exam.issuer || hostOf(url) !== hostOf(addressOf(exam.issuer))) {
      throw unknown("the list of withdrawn badges is not the issuer's own");
    }
    for (const item of listOf(listed.revokedCredential)) {
      if (idOf(item) === idOf(exam.document) && !(isObject(item) && item.revoked === false)) {
        throw new Finding(WITHDRAWN, 'the issuer withdrew it');
      }
    }
    said = "not withdrawn, says the plain list on the issuer's site";
  }
  return said;
}
