/**
 * A stranger's XML, read within limits: element names with their namespaces, attributes, and the text in them.
 *
 * Own, because the browser's reader gives no say over depth and entities, and speaks up in the console where a drawing
 * carries styles that the page's policy forbids. Strict where it matters here: tags match, attributes are quoted and
 * stand once, prefixes are declared, only the five entities of XML 1.0 and numbers are known, no DTD of its own.
 * XML 1.0; Namespaces in XML 1.0.
 */
import {PictureError} from './errors.js';

const NAME = /[A-Za-z_:\u00c0-\u{10ffff}][\w:.\u00b7\u00c0-\u{10ffff}-]*/uy;
const ATTRIBUTE = /\s+([A-Za-z_:\u00c0-\u{10ffff}][\w:.\u00b7\u00c0-\u{10ffff}-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const DOCTYPE = /<!DOCTYPE\s+[^\s>[]+(?:\s+(?:SYSTEM\s+(?:"[^"]*"|'[^']*')|PUBLIC\s+(?:"[^"]*"|'[^']*')\s+(?:"[^"]*"|'[^']*')))?\s*(\[|>)/y;
const ENTITIES = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const XML = 'http://www.w3.org/XML/1998/namespace';

/** Return all elements in the order in which they begin: `name` as `{namespace}name`, `attributes`, `text`. */
export function readXml(text, maxDepth, maxElements) {
  return new Reader(text.replace(/\r\n?/g, '\n'), maxDepth, maxElements).elements();
}

class Reader {
  constructor(text, maxDepth, maxElements) {
    Object.assign(this, {text, maxDepth, maxElements, place: 0, open: [], found: []});
  }

  unsound() {
    const before = this.text.slice(0, this.place).split('\n');
    throw new PictureError(`the SVG is not sound XML (its line ${before.length}, column ${before.at(-1).length})`);
  }

  elements() {
    if (FORBIDDEN.test(this.text)) {
      this.place = this.text.search(FORBIDDEN);
      this.unsound();
    }
    if (this.text.startsWith('<?xml') && /\s/.test(this.text[5] ?? '')) {
      this.passOver('?>', 5);
    }
    while (this.place < this.text.length) {
      this.next();
    }
    if (this.open.length || !this.found.length) {
      this.unsound();
    }
    return this.found;
  }

  /** Read text up to the next mark, or one mark. */
  next() {
    const {text, place} = this;
    if (text[place] !== '<') {
      const end = text.indexOf('<', place);
      this.said(this.resolved(text.slice(place, end < 0 ? text.length : end), true));
      this.place = end < 0 ? text.length : end;
    } else if (text.startsWith('<!--', place)) {
      const end = text.indexOf('--', place + 4);
      if (end < 0 || text[end + 2] !== '>') {
        this.unsound();
      }
      this.place = end + 3;
    } else if (text.startsWith('<![CDATA[', place)) {
      const end = text.indexOf(']]>', place);
      if (!this.open.length || end < 0) {
        this.unsound();
      }
      this.said(text.slice(place + 9, end));
      this.place = end + 3;
    } else if (text.startsWith('<?', place)) {
      if (/^<\?xml[\s?]/i.test(text.slice(place, place + 6))) {
        this.unsound();
      }
      this.passOver('?>', 2);
    } else if (text.startsWith('<!DOCTYPE', place)) {
      this.doctype();
    } else if (text[place + 1] === '/') {
      this.end();
    } else {
      this.start();
    }
  }

  passOver(mark, from) {
    const end = this.text.indexOf(mark, this.place + from);
    if (end < 0) {
      this.unsound();
    }
    this.place = end + mark.length;
  }

  doctype() {
    DOCTYPE.lastIndex = this.place;
    const found = DOCTYPE.exec(this.text);
    if (found === null || this.found.length) {
      this.unsound();
    }
    if (found[1] === '[') {
      throw new PictureError('the SVG declares entities or other things of its own (DOCTYPE […])');
    }
    this.place += found[0].length;
  }

  said(words) {
    if (!this.open.length && words.trim()) {
      this.unsound();
    }
    for (const element of this.open) {
      if (element.counts) {
        element.text += words;
      }
    }
  }

  name() {
    NAME.lastIndex = this.place;
    const found = NAME.exec(this.text);
    if (found === null) {
      this.unsound();
    }
    this.place += found[0].length;
    return found[0];
  }

  end() {
    this.place += 2;
    const name = this.name();
    if (this.open.pop()?.tag !== name) {
      this.unsound();
    }
    const rest = /\s*>/y;
    rest.lastIndex = this.place;
    const found = rest.exec(this.text);
    if (found === null) {
      this.unsound();
    }
    this.place += found[0].length;
  }

  start() {
    if (!this.open.length && this.found.length) {
      this.unsound();
    }
    this.place += 1;
    const tag = this.name();
    const attributes = new Map();
    for (;;) {
      ATTRIBUTE.lastIndex = this.place;
      const found = ATTRIBUTE.exec(this.text);
      if (found === null) {
        break;
      }
      if (attributes.has(found[1])) {
        this.unsound();
      }
      attributes.set(found[1], this.resolved(found[2] ?? found[3]).replace(/[\t\n]/g, ' '));
      this.place += found[0].length;
    }
    const rest = /\s*(\/?)>/y;
    rest.lastIndex = this.place;
    const found = rest.exec(this.text);
    if (found === null) {
      this.unsound();
    }
    this.add(tag, attributes, !found[1]);
    this.place += found[0].length;
  }

  add(tag, attributes, stays) {
    const spaces = {...(this.open.at(-1)?.spaces ?? {'': '', xml: XML})};
    for (const [name, value] of attributes) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) {
        spaces[name.slice(6)] = value;
      }
    }
    const [prefix, local] = tag.includes(':') ? tag.split(':') : ['', tag];
    const prefixes = [prefix, ...[...attributes.keys()].filter(name => name.includes(':')).map(name => name.split(':')[0])];
    if (!prefixes.every(one => Object.hasOwn(spaces, one) || one === 'xmlns')) {
      this.unsound();
    }
    const name = `{${spaces[prefix]}}${local}`;
    const counts = /^\{(?:http:\/\/openbadges\.org|https:\/\/purl\.imsglobal\.org\/.*)\}/.test(name);
    const element = {tag, name, attributes, spaces, counts, text: ''};
    this.found.push(element);
    if (this.open.length + 1 > this.maxDepth) {
      throw new PictureError(`the SVG is nested more than ${this.maxDepth} deep`);
    }
    if (this.found.length > this.maxElements) {
      throw new PictureError(`the SVG has more than ${this.maxElements} elements`);
    }
    if (stays) {
      this.open.push(element);
    }
  }

  /** Return a text with its entities put in. */
  resolved(text, body = false) {
    if (body && text.includes(']]>')) {
      this.unsound();
    }
    return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z]+));?|&/g, (whole, sixteen, ten, name) => {
      const code = sixteen ? parseInt(sixteen, 16) : ten ? Number(ten) : -1;
      const sign = name ? (Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined) : code > 0 && code < 0x110000 ? String.fromCodePoint(code) : undefined;
      if (sign === undefined || !whole.endsWith(';') || (!name && (FORBIDDEN.test(sign) || !sign.isWellFormed()))) {
        this.unsound();
      }
      return sign;
    });
  }
}
