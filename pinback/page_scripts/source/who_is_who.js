/**
 * The steward's private list `who-is-who.csv`, made whole: the rows that were there, as they were, and the new ones.
 *
 * The same file as `pinback/who_is_who.py` writes: a byte order mark, CRLF, and no cell that a spreadsheet takes for a
 * formula. A list that a spreadsheet has saved keeps its own sign between cells and its own columns.
 */
export const LIST = 'who-is-who.csv';
/** Return another name for rows that must not take the place of the whole list. */
export const partOfList = () => `who-is-who-${new Date().toISOString().slice(0, 10)}.csv`;
export const COLUMNS = ['name', 'badge', 'issued_on', 'handle', 'link', 'contact'];
const BOM = '\ufeff';

/** Return the text of a file that a spreadsheet has saved: UTF-8, UTF-16 with its mark, else Windows-1252. */
export function textOf(bytes) {
  const marks = {'255,254': 'utf-16le', '254,255': 'utf-16be'};
  const encoding = marks[[...bytes.slice(0, 2)].join(',')];
  if (encoding) {
    return new TextDecoder(encoding).decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Say whether a text is such a list; an empty one is. */
export function isList(text) {
  const names = header(text).names;
  return !text.replace(BOM, '').trim() || ['name', 'link'].every(name => names.includes(name));
}

/** Return the whole list with rows added: {name, badge, issued_on, handle, link, contact}. */
export function grownList(text, rows) {
  const old = text.replace(BOM, '');
  if (!old.trim()) {
    return csv([COLUMNS, ...rows.map(row => COLUMNS.map(name => row[name]))], ',');
  }
  const {delimiter, names, end} = header(old);
  let kept = old;
  if (!names.includes('contact')) {
    names.push('contact');
    kept = `${old.slice(0, end)}${delimiter}contact${old.slice(end)}`;
  }
  const close = /[\r\n]$/.test(kept) ? '' : '\r\n';
  return `${BOM}${kept}${close}${lines(rows.map(row => names.map(name => row[name])), delimiter)}`;
}

/** Return the whole list without the rows of awards, by their ids, and how many went: {text, gone}. */
export function withoutAwards(text, ids) {
  const [first = '', ...rest] = records(text.replace(BOM, ''));
  const kept = rest.filter(row => !ids.some(id => row.includes(`/awards/${id}/`)));
  return {text: BOM + first + kept.join(''), gone: rest.length - kept.length};
}

/** Return a table for a spreadsheet. */
export const csv = (table, delimiter = ',') => BOM + lines(table, delimiter);

const lines = (table, delimiter) =>
  table.map(row => `${row.map(value => cell(value, delimiter)).join(delimiter)}\r\n`).join('');

/** Return a cell: no spreadsheet takes it for a formula, and what parts cells or lines stands between quotes. */
function cell(value, delimiter) {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Return the sign between cells, the names of the columns, and where their line ends. */
function header(text) {
  const line = (records(text.replace(BOM, ''))[0] ?? '').replace(/[\r\n]+$/, '');
  const delimiter = [',', ';', '\t'].sort((one, other) => line.split(other).length - line.split(one).length)[0];
  const names = line.split(delimiter).map(name => name.trim().replace(/^"(.*)"$/, '$1').trim().toLowerCase());
  return {delimiter, names, end: line.length};
}

/** A cell; a line end is none in one that begins with a quotation mark, up to the mark that closes it. */
const CELL = /(?:"(?:[^"]|"")*"(?!"))?[^,;\t\r\n]*/;
const ROW = new RegExp(`${CELL.source}(?:[,;\\t]${CELL.source})*(?:\\r\\n|\\r|\\n|$)`, 'g');

/** Return the rows of a table as texts, each with its line end. */
const records = text => text.match(ROW).filter(Boolean);
