/**
 * New awards in the browser: what is drawn, what is hashed, and the file of records as text.
 *
 * The same rules as `pinback/awarding.py` and `pinback/addresses.py` (`named_link`), with which the tests compare it. Nothing
 * here touches the page. Name and secret of a named link go into the link alone; the record gets their hashes.
 */
import {hex, sha256} from './bytes.js';
import {fragmentOf, namedLink as namedLinkIn} from './named_link.js';

const ID_SIGNS = 'abcdefghijklmnopqrstuvwxyz234567';
/** The page knows the handles of its own list alone, not all that the club has, so it draws from far more numbers than the command. */
const HANDLE_NUMBERS = 99_999;
/** Fields that stand once above the list where they are the same for all its awards, as in `pinback/roster/batches.py`. */
const SHARED = [
  ...['issued_on', 'valid_until', 'language', 'minor', 'evidence', 'narrative', 'credits', 'role', 'term'],
  ...['activity_start', 'activity_end'],
];
/** The fields of a record in their order. */
const ORDER = [
  ...['id', 'issued_on', 'valid_until', 'handle', 'language', 'minor', 'guardian_consent', 'named', 'link', 'name', 'public', 'email'],
  ...['evidence', 'narrative', 'credits', 'role', 'term', 'license_number', 'activity_start', 'activity_end'],
];
/** Most awards of one file. */
export const MOST_IN_FILE = 500;
/** Awards that are made between two reports of how far it is. */
const AT_ONCE = 100;
export const SCHEMA_LINE = '# yaml-language-server: $schema=../../../.schemas/award.json\n';

const random = count => crypto.getRandomValues(new Uint8Array(count));
const drawn = count => Array.from(random(count), byte => ID_SIGNS[byte & 31]).join('');

/** Draw an award id: 16 signs of lower-case base32, 80 random bits. */
export const newAwardId = () => drawn(16);

/** Draw a handle that nobody in `taken` (a Set) has, like otter-7; it says nothing about its holder. */
export function newHandle(animals, taken) {
  for (;;) {
    const [animal, number] = [below(animals.length), below(HANDLE_NUMBERS) + 1];
    const handle = `${animals[animal]}-${number}`;
    if (!taken.has(handle)) {
      return handle;
    }
  }
}

/** Return a random whole number below a limit, each as likely as the other. */
function below(limit) {
  const most = Math.floor(2 ** 32 / limit) * limit;
  for (;;) {
    const [number] = crypto.getRandomValues(new Uint32Array(1));
    if (number < most) {
      return number % limit;
    }
  }
}

/** Draw the secret of a named link: 128 bits, base64url without padding. */
export const newSecret = () =>
  btoa(String.fromCharCode(...random(16))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Draw the salt of one e-mail hash: 128 bits in hex. */
export const newSalt = () => hex(random(16));

const hashed = async text => `sha256$${hex(await sha256(text))}`;

/** Return the private link that carries name and secret behind the `#`. */
export const namedLink = (awardUrl, name, secret) => awardUrl + fragmentOf({name: name.normalize('NFC'), secret});

/** Return the hash of name and secret that the signed credential holds. */
export const identityHash = (name, secret) => hashed(name.normalize('NFC') + secret);

/** Return the hash of a whole named link. */
export const linkHash = link => hashed(link);

/** Return the hash of an e-mail address, trimmed and in small letters, with its salt. */
export const emailHash = (address, salt) => hashed(address.trim().toLowerCase().normalize('NFC') + salt);

/** Return the address of an award's page. */
export const awardUrl = (baseUrl, id) => `${baseUrl}awards/${id}/`;

/** Return {id, name, secret} of an award's address, private link or bare id (name and secret may be ""); null where there is no id. */
export function awardIn(text) {
  const plain = text.trim();
  const id = /\/awards\/([a-z2-7]{16})(?:[/?#]|$)/.exec(plain)?.[1] ?? /^[a-z2-7]{16}$/.exec(plain)?.[0];
  const {name, secret} = namedLinkIn(plain.slice(plain.indexOf('#') + 1)) ?? {name: '', secret: ''};
  return id ? {id, name, secret} : null;
}

/**
 * Return records of the awards of a roster: id, handle, link and hashes drawn and made.
 *
 * @param awards of `readRoster`: {name, badge, issued_on, …}; `handle` is that of a known person, else empty; `person` is the
 *   same for the same person.
 * @param baseUrl of the site.
 * @param animals the words of handles.
 * @param taken handles that somebody has (a Set); those drawn here are added.
 * @param working called now and then with how many are done and how many there are.
 */
export async function newRecords(awards, {baseUrl, animals, taken}, working = () => {}) {
  const handles = new Map(awards.filter(award => award.handle).map(award => [award.person, award.handle]));
  handles.forEach(handle => taken.add(handle));
  const made = [];
  for (const award of awards) {
    const {person} = award;
    if (!handles.has(person)) {
      handles.set(person, newHandle(animals, taken));
      taken.add(handles.get(person));
    }
    made.push(await newRecord({...award, handle: handles.get(person)}, newAwardId(), newSecret(), baseUrl));
    if (made.length % AT_ONCE === 0 || made.length === awards.length) {
      await working(made.length, awards.length);
    }
  }
  return made;
}

/** Return one record; `id` and `secret` were drawn, or stand in the steward's list. */
export async function newRecord(award, id, secret, baseUrl) {
  const record = {...award, id, link: '', email: ''};
  if (!award.public) {
    record.link = namedLink(awardUrl(baseUrl, id), award.name, secret);
    record.named = await identityHash(award.name, secret);
    record.link_hash = await linkHash(record.link);
  }
  if (award.email) {
    const salt = newSalt();
    record.email = {hash: await emailHash(award.email, salt), salt};
  }
  return record;
}

/** Return the path of a new file of records; four random signs keep it apart from others of the day. */
export const recordsPath = (badge, day, signs = drawn(4)) => `badges/${badge}/awards/${day}-${signs}.yaml`;

/** Return the files of records of awards: {badge, path, text, count}, one for each badge and day, and more where there are too many for one. */
export function recordFiles(records, signs) {
  const groups = new Map();
  for (const record of records) {
    const key = `${record.badge} ${record.issued_on}`;
    groups.set(key, groups.get(key) ?? []);
    groups.get(key).push(record);
  }
  return [...groups.values()].flatMap(own => {
    const [{badge, issued_on: day}] = own;
    const files = [];
    for (let start = 0; start < own.length; start += MOST_IN_FILE) {
      const part = own.slice(start, start + MOST_IN_FILE);
      files.push({badge, path: recordsPath(badge, day, signs), text: recordsText(part), count: part.length});
    }
    return files;
  });
}

/** Return the YAML of a file of records: what all share first, then the list of awards. */
export function recordsText(records) {
  const shared = SHARED.filter(name => {
    const first = JSON.stringify(records[0][name] ?? '');
    return records.every(record => JSON.stringify(record[name] ?? '') === first);
  });
  const lines = shared.flatMap(name => fieldLines(name, records[0][name]));
  lines.push('awards:');
  for (const record of records) {
    const own = recordLines(record, new Set(shared));
    lines.push(`  - ${own[0]}`, ...own.slice(1).map(line => `    ${line}`));
  }
  return `${SCHEMA_LINE}${lines.join('\n')}\n`;
}

/** Return the lines of one record: a named link as its two hashes, or a name in the open. */
function recordLines(record, without) {
  const values = record.link
    ? {...record, link: record.link_hash, name: '', public: ''}
    : {...record, name: record.public ? record.name : ''};
  return ORDER.filter(name => !without.has(name)).flatMap(name => fieldLines(name, values[name]));
}

/** Return the lines of one field; none where it is empty. */
function fieldLines(name, value) {
  if (!value || (Array.isArray(value) && !value.length)) {
    return [];
  }
  if (Array.isArray(value)) {
    return [`${name}:`, ...value.map(item => `  - ${yamlText(item)}`)];
  }
  if (typeof value === 'object') {
    return [`${name}:`, ...Object.entries(value).map(([key, inner]) => `  ${key}: ${yamlText(inner)}`)];
  }
  return [`${name}: ${value === true ? 'true' : yamlText(value)}`];
}

/** What may stand in YAML without quotes: it begins with a letter or digit, and nothing in it ends the text. */
const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}\p{P}\p{S} ]*[\p{L}\p{M}\p{N}\p{P}\p{S}])?$/u;

/** Return a text as a YAML scalar that Pinback's reader gives back unchanged: plain where it can be, else quoted. */
export function yamlText(text) {
  if (PLAIN.test(text) && !/: | #|:$/.test(text)) {
    return text;
  }
  return `"${Array.from(text, sign => (/["\\]/.test(sign) ? `\\${sign}` : /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(sign) ? sign : escaped(sign))).join('')}"`;
}

function escaped(sign) {
  const code = sign.codePointAt(0);
  const digits = code.toString(16).toUpperCase();
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
