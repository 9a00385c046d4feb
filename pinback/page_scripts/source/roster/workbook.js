/**
 * The first sheet of an .xlsx workbook as a table of cells (ECMA-376-1, SpreadsheetML), within limits. Mirrors
 * `pinback/roster/workbook.py`.
 *
 * Own, because a reader of workbooks is some hundred kilobytes and we need the text of one sheet: the browser unpacks
 * (`DecompressionStream`), and the parts of a sheet are read as the flat list of tags that they are. Days become `yyyy-mm-dd`,
 * all other cells what is stored for them. Formulas, formats and macros are not looked at.
 */
import {LIMITS} from './rules.js';
import {counted, length} from './texts.js';

const TAG = /<(?:(\/)?(?:[\w.-]+:)?([\w.-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>|!\[CDATA\[([^]*?)\]\]>|!--[^]*?-->|\?[^]*?\?>|(!DOCTYPE))|([^<]+)/gy;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
/** Formats of whole days that have a number and no text (ECMA-376-1, 18.8.30). */
const DAY_FORMATS = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const NO_PART_OF_A_DAY = /"[^"]*"|\[[^\]]*\]|\\./g;
const LAST_DAY = 2_958_465;

class Damaged extends Error {}

/** Return a promise of the table, as `readTable` does. */
export async function readWorkbook(data) {
  const refused = (key, values = {}, row = 0) => ({rows: [], notes: [], faults: [{key, values, row, column: ''}]});
  try {
    const parts = new Parts(data);
    if (!parts.has('xl/workbook.xml')) {
      return refused('not_xlsx');
    }
    const book = await workbook(parts);
    const strings = parts.has(book.strings) ? sharedStrings(await parts.text(book.strings)) : [];
    const days = parts.has(book.styles) ? dayStyles(await parts.text(book.styles)) : [];
    const {rows, faults} = sheet(await parts.text(book.sheet), {strings, days, shift: book.shift});
    const others = book.others.length ? [{key: 'note_other_sheets', values: {sheets: book.others.map(name => `"${name}"`).join(', ')}}] : [];
    return {rows, notes: [{key: 'note_workbook', values: {sheet: `"${book.name}"`}}, ...others], faults};
  } catch (error) {
    if (error instanceof TooMany) {
      return refused(`too_many_${error.message}`, {limit: counted(LIMITS[error.message])});
    }
    if (error instanceof Damaged || error instanceof RangeError || error instanceof TypeError) {
      return refused('bad_xlsx');
    }
    throw error;
  }
}

/** The sheet has more than is read: the limit's name. */
class TooMany extends Error {}

/** The parts of a workbook, which is a ZIP (APPNOTE 4.3; stored and deflate). */
class Parts {
  constructor(data) {
    Object.assign(this, {data, view: new DataView(data.buffer, data.byteOffset, data.byteLength), left: LIMITS.unpacked, tags: LIMITS.tags, list: new Map()});
    let end = data.length - 22;
    while (this.view.getUint32(end, true) !== 0x06054b50) {
      end -= 1;
    }
    let place = this.view.getUint32(end + 16, true);
    for (let number = this.view.getUint16(end + 10, true); number > 0; number -= 1) {
      if (this.view.getUint32(place, true) !== 0x02014b50) {
        throw new Damaged();
      }
      const [name, extra, remark] = [28, 30, 32].map(at => this.view.getUint16(place + at, true));
      this.list.set(new TextDecoder().decode(data.subarray(place + 46, place + 46 + name)), {
        method: this.view.getUint16(place + 10, true),
        packed: this.view.getUint32(place + 20, true),
        start: this.view.getUint32(place + 42, true),
      });
      place += 46 + name + extra + remark;
    }
  }

  has(name) {
    return this.list.has(name);
  }

  async text(name) {
    const found = this.list.get(name);
    if (!found || ![0, 8].includes(found.method)) {
      throw new Damaged();
    }
    const {start, packed, method} = found;
    const from = start + 30 + this.view.getUint16(start + 26, true) + this.view.getUint16(start + 28, true);
    const body = this.data.subarray(from, from + packed);
    const bytes = method ? await this.unpacked(body) : body;
    this.left -= bytes.length;
    if (this.left < 0) {
      throw new Damaged();
    }
    // An empty element has two tags. All bytes of these signs are theirs in UTF-8.
    for (let place = bytes.indexOf(0x3c); place >= 0 && this.tags >= 0; place = bytes.indexOf(0x3c, place + 1)) {
      this.tags -= 1;
    }
    for (let place = bytes.indexOf(0x2f); place >= 0 && this.tags >= 0; place = bytes.indexOf(0x2f, place + 1)) {
      this.tags -= bytes[place + 1] === 0x3e ? 1 : 0;
    }
    if (this.tags < 0) {
      throw new Damaged();
    }
    try {
      return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
    } catch {
      throw new Damaged();
    }
  }

  /** Unpack piece by piece, so that a small file cannot fill the memory. */
  async unpacked(body) {
    const [pieces, reader] = [[], new Blob([body]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()];
    let size = 0;
    for (;;) {
      const {done, value} = await reader.read().catch(() => {
        throw new Damaged();
      });
      if (done) {
        break;
      }
      size += value.length;
      if (size > this.left) {
        reader.cancel().catch(() => {});
        throw new Damaged();
      }
      pieces.push(value);
    }
    const whole = new Uint8Array(size);
    let place = 0;
    for (const piece of pieces) {
      whole.set(piece, place);
      place += piece.length;
    }
    return whole;
  }
}

/** Yield the tags and texts of XML, prefixes left out: `{name, attributes, opens, closes}` or `{text}`. */
function* tags(xml) {
  TAG.lastIndex = 0;
  const pattern = new RegExp(TAG);
  pattern.lastIndex = xml.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (pattern.lastIndex < xml.length) {
    const found = pattern.exec(xml);
    if (!found || found[6]) {
      throw new Damaged();
    }
    const [, slash, name, attributes, empty, literal, , text] = found;
    if (name) {
      yield {name, attributes, opens: !slash, closes: Boolean(slash || empty)};
    } else if (text !== undefined || literal !== undefined) {
      yield {text: literal ?? unescaped(text)};
    }
  }
}

function attribute(tag, name) {
  for (const [, found, one, other] of tag.attributes.matchAll(ATTRIBUTE)) {
    if (found === name || found.endsWith(`:${name}`)) {
      return unescaped(one ?? other);
    }
  }
  return '';
}

function unescaped(text) {
  return text.includes('&') ? text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w{2,4}));/g, (whole, digits, hex, name) => {
    if (name) {
      return NAMED[name] ?? whole;
    }
    return String.fromCodePoint(digits ? Number(digits) : parseInt(hex, 16));
  }) : text;
}

/** Return text as Excel means it: `_x000D_` stands for a character. */
const meant = text => text.replace(/_x([\dA-Fa-f]{4})_/g, (whole, code) => String.fromCharCode(parseInt(code, 16)));

/** Return name and path of the first sheet that is shown, the other sheets, where strings and styles lie, and the shift of days. */
async function workbook(parts) {
  const sheets = [];
  let shift = 0;
  for (const tag of tags(await parts.text('xl/workbook.xml'))) {
    if (tag.name === 'sheet' && tag.opens) {
      sheets.push({name: attribute(tag, 'name'), id: tag.attributes.match(/\w+:id\s*=\s*["']([^"']*)/)?.[1], hidden: /hidden/i.test(attribute(tag, 'state'))});
    } else if (tag.name === 'workbookPr' && tag.opens && ['1', 'true'].includes(attribute(tag, 'date1904'))) {
      shift = 1462;
    }
  }
  const first = sheets.find(one => !one.hidden) ?? sheets[0];
  const targets = new Map();
  let [strings, styles] = ['xl/sharedStrings.xml', 'xl/styles.xml'];
  for (const tag of tags(await parts.text('xl/_rels/workbook.xml.rels'))) {
    if (tag.name === 'Relationship' && tag.opens) {
      const [target, type] = [attribute(tag, 'Target'), attribute(tag, 'Type')];
      const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      targets.set(attribute(tag, 'Id'), path);
      strings = type.endsWith('/sharedStrings') ? path : strings;
      styles = type.endsWith('/styles') ? path : styles;
    }
  }
  if (!first || !targets.has(first.id)) {
    throw new Damaged();
  }
  const others = sheets.filter(one => one !== first).map(one => one.name);
  return {name: first.name, sheet: targets.get(first.id), others, strings, styles, shift};
}

/** Return a function that counts the signs of texts: a sheet has no more of them than a file that is no workbook. */
function counter() {
  let size = 0;
  return text => {
    size += text.length;
    if (size > LIMITS.bytes) {
      throw new Damaged();
    }
  };
}

function sharedStrings(xml) {
  const found = [];
  const said = counter();
  let [text, within, phonetic] = ['', false, false];
  for (const tag of tags(xml)) {
    if (tag.text !== undefined) {
      text += within && !phonetic ? tag.text : '';
    } else if (tag.name === 't') {
      within = tag.opens && !tag.closes;
    } else if (tag.name === 'rPh') {
      phonetic = tag.opens && !tag.closes;
    } else if (tag.name === 'si' && tag.closes) {
      said(text);
      found.push(meant(text));
      text = '';
    }
  }
  return found;
}

/** Return, style by style, whether it shows a day. */
function dayStyles(xml) {
  const [own, found] = [new Map(), []];
  let within = false;
  for (const tag of tags(xml)) {
    if (tag.name === 'numFmt' && tag.opens) {
      own.set(attribute(tag, 'numFmtId'), /[yd]/i.test(attribute(tag, 'formatCode').replace(NO_PART_OF_A_DAY, '')));
    } else if (tag.name === 'cellXfs') {
      within = !tag.closes;
    } else if (tag.name === 'xf' && tag.opens && within) {
      const format = attribute(tag, 'numFmtId');
      found.push(own.get(format) ?? DAY_FORMATS.has(Number(format)));
    }
  }
  return found;
}

function sheet(xml, book) {
  const [rows, faults] = [[], []];
  let [row, cell, text, within] = [[], null, '', ''];
  let count = 0;
  const said = counter();
  for (const tag of tags(xml)) {
    if (tag.text !== undefined) {
      text += within ? tag.text : '';
    } else if (tag.name === 'row' && tag.opens) {
      const number = Number(attribute(tag, 'r') || rows.length + 1);
      if (!(number > rows.length) || number > LIMITS.rows) {
        throw number > rows.length ? new TooMany('rows') : new Damaged();
      }
      while (rows.length < number - 1) {
        rows.push([]);
      }
      row = [];
      rows.push(row);
    } else if (tag.name === 'c' && tag.opens) {
      cell = {column: columnOf(attribute(tag, 'r'), row.length), kind: attribute(tag, 't'), style: Number(attribute(tag, 's') || 0)};
      text = '';
    }
    if (tag.name === 'v' || tag.name === 't') {
      within = tag.opens && !tag.closes;
    } else if (tag.name === 'c' && tag.closes) {
      if (cell.column >= LIMITS.columns) {
        if (text) {
          faults.push({key: 'too_many_columns', values: {count: counted(cell.column + 1), limit: counted(LIMITS.columns)}, row: rows.length, column: ''});
        }
      } else if (text) {
        const before = row.length;
        while (row.length < cell.column) {
          row.push('');
        }
        row[cell.column] = value(cell, text, book);
        count += row.length - before;
        said(text);
        said(row[cell.column]); // many cells may name one long text
        if (count > LIMITS.cells) {
          throw new TooMany('cells');
        }
        if (length(row[cell.column]) > LIMITS.cell) {
          faults.push({key: 'cell_too_long', values: {count: counted(length(row[cell.column])), limit: counted(LIMITS.cell)}, row: rows.length, column: ''});
        }
      }
    }
  }
  return {rows, faults};
}

/** Return the number of a column, from 0, of a reference like "C7". */
function columnOf(reference, otherwise) {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  return letters ? [...letters].reduce((sum, sign) => sum * 26 + sign.charCodeAt(0) - 64, 0) - 1 : otherwise;
}

function value(cell, text, book) {
  if (cell.kind === 's') {
    return book.strings[Number(text)] ?? '';
  }
  if (cell.kind === 'b') {
    return text === '1' ? 'TRUE' : 'FALSE';
  }
  if (cell.kind === 'inlineStr' || cell.kind === 'str' || cell.kind === 'e') {
    return meant(text);
  }
  if (cell.kind === 'd') {
    return text.slice(0, 10);
  }
  return book.days[cell.style] ? dayOf(text, book.shift) : plainNumber(text);
}

/** Return the day of a serial number: day 1 is 1 January 1900, and a 29 February 1900 is counted that never was. */
function dayOf(text, shift) {
  const serial = Math.floor(Number(text)) + shift;
  if (!(serial >= 1 && serial <= LAST_DAY) || serial === 60) {
    return text;
  }
  return new Date(Date.UTC(1899, 11, serial > 60 ? 30 : 31) + serial * 86_400_000).toISOString().slice(0, 10);
}

/** Return a number as people write it: 4.41234567890E11 is 441234567890. */
function plainNumber(text) {
  const number = Number(text);
  return Number.isSafeInteger(number) && text.trim() ? String(number) : text;
}
