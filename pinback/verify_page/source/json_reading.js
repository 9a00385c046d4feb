/**
 * JSON from strangers: one meaning or none, within limits. Mirrors `pinback/verify/json_reading.py`.
 *
 * The browser's own reader lets a second member of one name win without a word, so this is an own one.
 */
import {fromUtf8} from './bytes.js';
import {MAX_DEPTH, MAX_JSON, MAX_NODES, MAX_NUMBER} from './limits.js';
import {FORGED, Finding, forged, unknown} from './verdict.js';
import {quoted, thousands} from './words.js';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const WORDS = {true: true, false: false, null: null};
const NO_NUMBERS = ['NaN', 'Infinity', '-Infinity'];
const ESCAPES = {'"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t'};

/** The text is not JSON at all, or breaks off. */
export class NotJson extends Finding {}

/** Return the value of UTF-8 bytes; `what` is how a message names them. */
export function readJson(data, what) {
  if (data.length > MAX_JSON) {
    throw unknown(`${what} has ${thousands(data.length)} bytes, at most ${thousands(MAX_JSON)} are read`);
  }
  let text;
  try {
    text = fromUtf8(data);
  } catch {
    throw new NotJson(FORGED, `${what} is not UTF-8 text`);
  }
  refuseSize(text, what);
  const reader = new Reader(text, what);
  const value = reader.whole();
  if (text.includes('\\u') && holdsHalves(value)) {
    throw forged(`${what} holds half of a sign, which programs read differently`);
  }
  return value;
}

/** Return the JSON object of UTF-8 bytes. */
export function readObject(data, what) {
  const value = readJson(data, what);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new NotJson(FORGED, `${what} is not a JSON object`);
  }
  return value;
}

function refuseSize(text, what) {
  let [depth, values, place] = [0, 0, 0];
  while (place < text.length) {
    const sign = text[place];
    if (sign === '"') {
      place = endOfText(text, place);
      continue;
    }
    place += 1;
    if (sign === '[' || sign === '{') {
      depth += 1;
      values += 1;
    } else if (sign === ']' || sign === '}') {
      depth -= 1;
    } else if (sign === ',') {
      values += 1;
    }
    if (depth > MAX_DEPTH) {
      throw unknown(`${what} is nested more than ${MAX_DEPTH} deep, which no badge needs`);
    }
    if (values > MAX_NODES) {
      throw unknown(`${what} has more than ${thousands(MAX_NODES)} values, which no badge needs`);
    }
  }
}

function endOfText(text, start) {
  for (let place = start + 1; place < text.length; place += 1) {
    if (text[place] === '\\') {
      place += 1;
    } else if (text[place] === '"') {
      return place + 1;
    }
  }
  return text.length;
}

function holdsHalves(value) {
  if (typeof value === 'string') {
    return !value.isWellFormed();
  }
  if (value === null || typeof value !== 'object') {
    return false;
  }
  return Object.entries(value).some(([name, member]) => !name.isWellFormed() || holdsHalves(member));
}

/** Reads one text from front to back. */
class Reader {
  constructor(text, what) {
    Object.assign(this, {text, what, place: 0});
  }

  whole() {
    const value = this.value();
    this.blank();
    if (this.place < this.text.length) {
      this.damaged();
    }
    return value;
  }

  damaged() {
    throw new NotJson(FORGED, `${this.what} is damaged: it is not sound JSON`);
  }

  blank() {
    while (' \t\n\r'.includes(this.text[this.place] ?? '-')) {
      this.place += 1;
    }
  }

  /** Take a sign if it comes next. */
  takes(sign) {
    this.blank();
    const found = this.text[this.place] === sign;
    this.place += found ? 1 : 0;
    return found;
  }

  value() {
    this.blank();
    const sign = this.text[this.place];
    if (sign === '{') {
      return this.object();
    }
    if (sign === '[') {
      return this.list();
    }
    if (sign === '"') {
      return this.string();
    }
    return this.word();
  }

  word() {
    const {text, place} = this;
    for (const [word, value] of Object.entries(WORDS)) {
      if (text.startsWith(word, place)) {
        this.place += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = place;
    const number = NUMBER.exec(text);
    if (number !== null) {
      this.place += number[0].length;
      if (number[0].length > MAX_NUMBER) {
        throw unknown(`a number has more than ${MAX_NUMBER} signs`);
      }
      return Number(number[0]);
    }
    const none = NO_NUMBERS.find(word => text.startsWith(word, place));
    if (none) {
      throw forged(`${quoted(none)} stands where a number should, which JSON does not know`);
    }
    return this.damaged();
  }

  object() {
    const members = [];
    this.place += 1;
    if (!this.takes('}')) {
      do {
        this.blank();
        if (this.text[this.place] !== '"') {
          this.damaged();
        }
        const name = this.string();
        if (!this.takes(':')) {
          this.damaged();
        }
        members.push([name, this.value()]);
      } while (this.takes(','));
      if (!this.takes('}')) {
        this.damaged();
      }
    }
    const [seen, twice] = [new Set(), new Set()];
    members.forEach(([name]) => (seen.has(name) ? twice : seen).add(name));
    if (twice.size) {
      throw forged(`${quoted([...seen].find(name => twice.has(name)))} stands twice in one object, so programs read different things`);
    }
    // Without a prototype: a member that is not there is none of its names, such as "constructor" or "__proto__".
    return Object.setPrototypeOf(Object.fromEntries(members), null);
  }

  list() {
    const items = [];
    this.place += 1;
    if (!this.takes(']')) {
      do {
        items.push(this.value());
      } while (this.takes(','));
      if (!this.takes(']')) {
        this.damaged();
      }
    }
    return items;
  }

  string() {
    let found = '';
    this.place += 1;
    for (;;) {
      PLAIN.lastIndex = this.place;
      const plain = PLAIN.exec(this.text);
      if (plain !== null) {
        found += plain[0];
        this.place += plain[0].length;
      }
      const sign = this.text[this.place];
      this.place += 1;
      if (sign === '"') {
        return found;
      }
      if (sign !== '\\') {
        this.damaged();
      }
      found += this.escape();
    }
  }

  escape() {
    const sign = this.text[this.place] ?? '-';
    this.place += 1;
    if (sign === 'u') {
      const code = this.text.slice(this.place, this.place + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(code)) {
        this.damaged();
      }
      this.place += 4;
      return String.fromCharCode(parseInt(code, 16));
    }
    return Object.hasOwn(ESCAPES, sign) ? ESCAPES[sign] : this.damaged();
  }
}
