/**
 * A file or pasted text as a table of cells: encoding, sign between cells, quotation marks, ends of lines (RFC 4180 and what
 * spreadsheet programs write). Mirrors `pinback/roster/table.py`. What the cells mean is not known here.
 */
import {COLUMNS, DELIMITERS, LIMITS, WINDOWS_1252} from './rules.js';
import {counted, headerKey, length, stripped} from './texts.js';
import {readWorkbook} from './workbook.js';

const SAMPLE = 200;
/** A row with so many times the columns that there may be is read no further, and nothing behind it. */
const ENDLESS = 10;
const ENDINGS = {'\r\n': 'note_crlf', '\r': 'note_cr'};

/** Return a table that holds one fault alone. */
const refused = (key, values = {}, row = 0) => ({rows: [], notes: [], faults: [{key, values, row, column: ''}]});

/**
 * Read a file or a pasted text.
 *
 * Returns a promise of `{rows, notes, faults}`: cells as text, row by row as spreadsheets number them (`rows[0]` is row 1), blank
 * ones among them; how it was read; why it cannot be read. Notes and faults are put into words by `readRoster`.
 */
export async function readTable(source) {
  if (typeof source === 'string') {
    return readText(source.replace(/^\ufeff/, ''), []);
  }
  const data = source instanceof Uint8Array ? source : new Uint8Array(source);
  if (data.length > LIMITS.bytes) {
    return refused('too_large', {count: counted(data.length), limit: counted(LIMITS.bytes)});
  }
  if (begins(data, 0x50, 0x4b, 3, 4)) {
    return readWorkbook(data);
  }
  if (begins(data, 0xd0, 0xcf, 0x11, 0xe0)) {
    return refused('old_excel');
  }
  const found = begins(data, 0x25, 0x50, 0x44, 0x46) ? null : decoded(data);
  return found && !found.text.includes('\0') ? readText(found.text, [found.note]) : refused('not_text');
}

const begins = (data, ...bytes) => bytes.every((byte, place) => data[place] === byte);

/** Return the text and the note that names its encoding, or null where it is no text. */
function decoded(data) {
  const encoding = (key, name) => ({key, values: {encoding: name}});
  try {
    if (begins(data, 0xef, 0xbb, 0xbf)) {
      return {text: strict('utf-8', data.subarray(3)), note: encoding('note_encoding', 'UTF-8')};
    }
    const wide = wideKind(data);
    if (wide) {
      const text = strict(wide, data).replace(/^\ufeff/, '');
      return {text, note: encoding('note_encoding', 'UTF-16')};
    }
  } catch {
    return null;
  }
  try {
    return {text: strict('utf-8', data), note: encoding('note_encoding', 'UTF-8')};
  } catch {
    return {text: windows1252(data), note: encoding('note_guessed', 'Windows-1252')};
  }
}

const strict = (encoding, data) => new TextDecoder(encoding, {fatal: true, ignoreBOM: true}).decode(data);

/** Tell UTF-16 by its mark, or by the zeros that stand in every other byte of Latin text. */
function wideKind(data) {
  if (begins(data, 0xff, 0xfe)) {
    return 'utf-16le';
  }
  if (begins(data, 0xfe, 0xff)) {
    return 'utf-16be';
  }
  const sample = data.subarray(0, 2000);
  const zeros = [0, 0];
  sample.forEach((byte, place) => {
    zeros[place % 2] += byte === 0;
  });
  const many = sample.length / 5;
  if (data.length % 2 || Math.max(...zeros) <= many) {
    return '';
  }
  return zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be';
}

function windows1252(data) {
  const pieces = [];
  for (let place = 0; place < data.length; place += 8192) {
    pieces.push(String.fromCharCode(...data.subarray(place, place + 8192)));
  }
  return pieces.join('').replace(/[\u0080-\u009f]/g, sign => WINDOWS_1252[sign.charCodeAt(0) - 0x80]);
}

function readText(text, notes) {
  const delimiter = delimiterOf(text);
  const {rows, faults, endings} = cells(text, delimiter, Infinity);
  const name = DELIMITERS.find(([, sign]) => sign === delimiter)?.[0];
  const ending = endings.size > 1 ? 'note_mixed' : ENDINGS[[...endings][0]];
  const said = [...notes, ...[name && `note_${name}`, ending].filter(Boolean).map(key => ({key, values: {}}))];
  return {rows, notes: said, faults};
}

/** Return the sign between cells, or "" where each line is one cell: the one under which most columns are known. */
function delimiterOf(text) {
  let best = ['', [-1]];
  for (const [, sign] of DELIMITERS) {
    const rows = cells(text, sign, SAMPLE).rows.filter(row => row.some(cell => stripped(cell)));
    const counts = rows.slice(0, LIMITS.header_within).map(row => row.filter(cell => !isTooLong(cell) && COLUMNS.has(headerKey(cell))).length);
    const known = Math.max(0, ...counts);
    const width = rows.length ? rows[counts.indexOf(known)].length : 1;
    const even = rows.filter(row => row.length === width).length >= rows.length * 0.8;
    const score = known > 1 ? [known, 1, width] : [Math.min(known, 1), Number(even), width];
    if (isMore(score, best[1])) {
      best = [width > 1 || known > 1 ? sign : '', score];
    }
  }
  return best[0];
}

function isMore(one, other) {
  const place = one.findIndex((value, number) => value !== other[number]);
  return place >= 0 && (other[place] === undefined || one[place] > other[place]);
}

const isTooLong = value => value.length > LIMITS.cell && length(value) > LIMITS.cell;

/** Return the rows of a text, up to *most*, with faults and the ends of lines that were met. */
export function cells(text, delimiter, most) {
  const plain = new RegExp(`[^\\r\\n${delimiter}]*`, 'y');
  const [rows, faults, endings] = [[], [], new Set()];
  const fault = (key, values = {}) => faults.push({key, values, row: rows.length + 1, column: ''});
  let [row, place, count] = [[], 0, 0];
  while (place < text.length || row.length) {
    const inner = text[place] === '"' ? inQuotes(text, place) : null;
    if (text[place] === '"' && inner === null) {
      fault('open_quote');
    }
    plain.lastIndex = inner ? inner.end : place;
    const value = (inner ? inner.text : '') + plain.exec(text)[0];
    place = plain.lastIndex;
    if (isTooLong(value)) {
      fault('cell_too_long', {count: counted(length(value)), limit: counted(LIMITS.cell)});
    }
    row.push(value);
    const goesOn = delimiter && text[place] === delimiter;
    if (goesOn && row.length <= ENDLESS * LIMITS.columns) {
      place += 1;
      continue;
    }
    if (row.length > LIMITS.columns) {
      fault('too_many_columns', {count: counted(row.length), limit: counted(LIMITS.columns)});
    }
    rows.push(row);
    count += row.length;
    row = [];
    if (goesOn) {
      break;
    }
    if (place < text.length) {
      const ending = text.startsWith('\r\n', place) ? '\r\n' : text[place];
      endings.add(ending);
      place += ending.length;
    }
    for (const [key, there] of [['rows', rows.length], ['cells', count]]) {
      if (there > LIMITS[key]) {
        return {...refused(`too_many_${key}`, {limit: counted(LIMITS[key])}), endings};
      }
    }
    if (rows.length >= most) {
      break;
    }
  }
  return {rows, faults, endings};
}

/**
 * Return what stands in the quotation marks that open at *start*, and the place behind them; null where they never close, or as if
 * so: where more of them stand within than a cell has characters.
 */
function inQuotes(text, start) {
  let end = start + 1;
  for (let number = 0; number < LIMITS.cell; number += 1) {
    end = text.indexOf('"', end);
    if (end < 0) {
      return null;
    }
    if (text[end + 1] !== '"') {
      const inner = text.slice(start + 1, end).replaceAll('""', '"').replaceAll('\r\n', '\n').replaceAll('\r', '\n');
      return {text: inner, end: end + 1};
    }
    end += 2;
  }
  return null;
}
