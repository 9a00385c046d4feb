/**
 * What has to be written into a record to withdraw, suspend, correct, renew or forget an award.
 *
 * The same as `pinback/lifecycle.py` writes, as text to paste. A record's own text is taken line by line, as it was typed; what
 * cannot be taken so (an award between brackets) is refused. Nothing here touches the page.
 */
import {SCHEMA_LINE, yamlText} from './awarding.js';
import {monthsBetween, daysBetween, lastDayAfter} from './days.js';

/** Fields that a new record does not take over, as they speak of the old one alone. */
const OF_THE_OLD = ['id', 'link', 'supersedes', 'renews', 'revoked', 'suspended', 'superseded_by', 'erased'];
/** Fields that tell of the earlier occasion, as `_OF_THE_DAY` of `pinback/lifecycle.py`. */
export const OF_THE_DAY = [
  ...['issued_on', 'valid_until', 'valid_for', 'evidence', 'narrative', 'results'],
  ...['credits', 'activity_start', 'activity_end', 'term'],
];

/**
 * Return what comes in the place of `id: …` in a record: the same, and one field more behind it.
 *
 * @param place {id, column}: column in which the award's fields begin; -1 between brackets.
 */
export const withField = ({id, column}, field) =>
  (column < 0 ? `id: ${id}, ${field}` : `id: ${id}\n${' '.repeat(column)}${field}`);

/** Return the field that withdraws an award. */
export const revoked = (on, reason) => `revoked: {on: ${on}, reason: ${reason}}`;

/** Return the field that suspends an award. */
export const suspended = on => `suspended: {on: ${on}}`;

/** Return all that stays of an award that is forgotten; it takes the place of all its lines. */
export const erased = place => withField(place, 'erased: true');

/**
 * Find an award in the text of its file.
 *
 * @returns {fields: [{name, value, lines}], column} with shared fields of a batch behind its own; lines begin in column 0.
 *   null where the id does not stand there on lines of its own.
 */
export function recordIn(text, id) {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  const at = lines.findIndex(line => new RegExp(`^[ \\t]*(?:- +)?id: *["']?${id}["']? *(?:#.*)?$`).test(line));
  if (at < 0) {
    return null;
  }
  const column = lines[at].indexOf('id:');
  const batch = lines.findIndex(line => /^awards:/.test(line));
  const own = column ? fieldsOf(itemAround(lines, at, column), column) : fieldsOf(lines, 0);
  const names = new Set(own.map(field => field.name));
  const shared = batch < 0 || !column ? [] : fieldsOf(lines, 0).filter(field => field.name !== 'awards' && !names.has(field.name));
  return {column, fields: [...own, ...shared]};
}

/** Return the lines of the item of a list in which a line stands; the hyphen before it becomes a blank. */
function itemAround(lines, at, column) {
  const begins = line => /^( *)- /.test(line) && line.search(/\S/) < column && line.slice(line.search(/\S/) + 1).search(/\S/) + line.search(/\S/) + 1 === column;
  const outside = line => line.trim() && !line.trim().startsWith('#') && line.search(/\S/) < column;
  let first = at;
  while (first > 0 && !begins(lines[first])) {
    first -= 1;
  }
  let last = first + 1;
  while (last < lines.length && !outside(lines[last])) {
    last += 1;
  }
  const own = lines.slice(first, last);
  return [' '.repeat(column) + own[0].slice(column), ...own.slice(1)];
}

/** Return the fields that begin in a column: name, the text behind the colon, and all lines, moved to column 0. */
function fieldsOf(lines, column) {
  const found = [];
  for (const line of lines) {
    const inner = line.slice(column);
    const field = line.slice(0, column).trim() ? null : /^["']?([a-z_]+)["']?:(?: +(.*?))? *$/.exec(inner);
    if (field) {
      const value = (field[2] ?? '').replace(/^(?:#.*)$| +#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
      found.push({name: field[1], value, lines: [inner]});
    } else if (found.length && (inner.startsWith(' ') || inner.startsWith('- ')) && inner.trim()) {
      found.at(-1).lines.push(inner);
    } else if (found.length && !inner.trim()) {
      found.at(-1).lines.push('');
    }
  }
  return found.map(field => ({...field, lines: withoutEnd(field.lines)}));
}

function withoutEnd(lines) {
  const last = lines.findLastIndex(line => line.trim());
  return lines.slice(0, last + 1);
}

/** Return the text of one field of a record, or "". */
export const valueOf = (record, name) => record.fields.find(field => field.name === name)?.value ?? '';

/** Return the complete new record that corrects an award. `link` is {named, link_hash}, or null for none. */
export function correction(record, id, newId, link) {
  return written([`id: ${newId}`, `supersedes: ${id}`], kept(record, OF_THE_OLD, link), link);
}

/**
 * Return the record that continues an award: the same holder, a new day, as long as before.
 *
 * @param until the last valid day; "" for the same length of time.
 */
export function renewal(record, id, newId, on, until, link) {
  const head = [`id: ${newId}`, `renews: ${id}`, `issued_on: ${on}`];
  const [before, last] = [valueOf(record, 'issued_on'), valueOf(record, 'valid_until')];
  if (until) {
    head.push(`valid_until: ${until}`);
  } else if (valueOf(record, 'valid_for')) {
    head.push(`valid_for: ${yamlText(valueOf(record, 'valid_for'))}`);
  } else if (last) {
    head.push(`valid_until: ${asLong(before, last, on)}`);
  }
  return written(head, kept(record, [...OF_THE_OLD, ...OF_THE_DAY], link), link);
}

/** Return the last day of the same length of time: the same months where it was whole months, else days. */
export function asLong(issuedOn, validUntil, now) {
  const months = monthsBetween(issuedOn, validUntil);
  return months > 0 && lastDayAfter(issuedOn, months) === validUntil
    ? lastDayAfter(now, months)
    : new Date(Date.parse(now) + daysBetween(issuedOn, validUntil) * 86_400_000).toISOString().slice(0, 10);
}

const kept = (record, dropped, link) =>
  record.fields.filter(field => !dropped.includes(field.name) && !(link && field.name === 'named'));

const written = (head, fields, link) => {
  const hashes = link ? [`named: ${link.named}`, `link: ${link.link_hash}`] : [];
  return `${SCHEMA_LINE}${[...head, ...fields.flatMap(field => field.lines), ...hashes].join('\n')}\n`;
};
