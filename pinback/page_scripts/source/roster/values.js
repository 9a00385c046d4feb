/** The value of one cell by its field. Mirrors `pinback/roster/values.py`. Each function returns `{value}` or `{fault, values, cure}`. */
import {EMAIL, HANDLE, LANGUAGE_NAMES, LIMITS, LINES, NO, NUMBER, WEB_ADDRESS, YES} from './rules.js';
import {control, counted, folded, length, nearest, oneLine, parts, quoted, stripped, wordKey} from './texts.js';

const LETTER = /\p{L}/u;
const FORMULA = /^[=+\-@]/;
const PHONE = /^\+?[0-9 ().\/-]+$/;
const FULL_NAME = /^\p{L}+(?:[-'’]\p{L}+)*(?: \p{L}\.?)?$/u;
const MARKS = /\p{M}/gu;

const found = text => ({found: {found: text}});

/** A day, or a sign between cells: a line of a table was taken for a name. */
const MORE = /[;|\t]|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}/;

/** Read the name of a holder, as a cell of names is read. */
export const nameOf = text => withControl(text) ?? plainName(text);

function withControl(text) {
  const sign = control(text);
  return sign ? {fault: 'control', values: {sign}} : null;
}

function plainName(text) {
  const value = oneLine(text);
  if (EMAIL.test(value)) {
    return {fault: 'name_is_address', values: {}};
  }
  if (!LETTER.test(value)) {
    return {fault: 'no_letter', values: found(value)};
  }
  if (MORE.test(value)) {
    return {fault: 'name_and_more', values: found(value)};
  }
  return lineOf(value, LIMITS.name);
}

export function lineOf(text, limit = LIMITS.line) {
  const value = oneLine(text);
  if (FORMULA.test(value)) {
    return {fault: 'formula', values: found(value)};
  }
  return shortEnough(value, limit);
}

function shortEnough(value, limit) {
  return length(value) > limit ? {fault: 'too_long', values: {count: counted(length(value)), limit: counted(limit)}} : {value};
}

/** The badges of a club, `[{slug, names}]`, to be found by slug or by name in any language. */
export class Badges {
  constructor(badges) {
    this.names = badges.flatMap(({slug, names}) => [slug, ...names].map(name => [folded(name), slug, name]));
    this.slugs = new Set(badges.map(one => one.slug));
    this.byName = new Map();
    for (const [name, slug] of this.names) {
      this.byName.set(name, [...(this.byName.get(name) ?? []), slug]);
    }
    this.shown = badges.map(one => one.slug).slice(0, 20).join(', ');
  }

  /** Return the slugs of all badges that a text can mean. */
  meant(text) {
    return [...new Set(this.byName.get(folded(text)))];
  }

  /** Return the slug of a badge; a slug means no other badge that is called so. */
  of(text) {
    const wanted = folded(text);
    const all = this.slugs.has(wanted) ? [wanted] : this.meant(text);
    if (all.length) {
      return all.length === 1 ? {value: all[0]} : {fault: 'badge_of_many', values: {...found(text), badges: all.join(', ')}};
    }
    const near = nearest(wanted, this.names);
    const values = {...found(text), near: near ? quoted(near[2]) : '', badges: this.shown};
    return {fault: 'unknown_badge', values, cure: near ? 'unknown_badge_near_cure' : 'unknown_badge_cure'};
  }
}

export function contactOf(text) {
  const value = oneLine(text);
  if ((value.includes('@') && !EMAIL.test(value)) || (FORMULA.test(value) && !PHONE.test(value))) {
    return {fault: 'bad_contact', values: {}};
  }
  return shortEnough(value, LIMITS.line);
}

export function yesNo(text) {
  const word = wordKey(text);
  return YES.has(word) ? {value: true} : NO.has(word) ? {value: false} : {fault: 'bad_yes_no', values: found(text)};
}

export const isYes = text => YES.has(wordKey(text));
export const isNo = text => NO.has(wordKey(text));

export function languageOf(text, languages) {
  const plain = oneLine(text);
  const tag = languages.find(one => one.toLowerCase() === plain.toLowerCase().replace('_', '-')) ?? LANGUAGE_NAMES.get(wordKey(text)) ?? '';
  return languages.includes(tag) ? {value: tag} : {fault: 'bad_language', values: {...found(text), languages: languages.join(', ')}};
}

export function evidenceOf(text) {
  const urls = [...new Set(parts(text))];
  const bad = urls.find(url => !isWebAddress(url));
  if (bad !== undefined) {
    return {fault: 'bad_evidence', values: found(bad)};
  }
  return urls.length > LIMITS.evidence ? {fault: 'many_evidence', values: {count: counted(urls.length), limit: counted(LIMITS.evidence)}} : {value: urls};
}

function isWebAddress(url) {
  const port = Number(/^https:\/\/[^/?#]*:(\d+)/.exec(url)?.[1] ?? 1);
  return WEB_ADDRESS.test(url) && url.length <= 2000 && port < 65_536 && !/%(?![0-9A-Fa-f]{2})/.test(url);
}

export function handleOf(text) {
  const value = oneLine(text);
  return HANDLE.test(value) && value.length <= 64 ? {value} : {fault: 'bad_handle', values: found(text)};
}

export function numberOf(text) {
  const value = oneLine(text);
  return NUMBER.test(value) ? {value} : {fault: 'bad_number', values: found(text)};
}

export function proseOf(text) {
  return shortEnough(stripped(text).normalize('NFC').replaceAll('\r\n', '\n').replaceAll('\r', '\n'), LIMITS.narrative);
}

/** Say whether a minor's name is a first name and at most an initial. */
export const isShortName = name => FULL_NAME.test(name.normalize('NFC').replace(MARKS, ''));

/** Return the value of a cell that no other cell decides about. */
export function valueOf(field, text, {badges, languages}) {
  const read = {
    name: plainName,
    first_name: plainName,
    last_name: plainName,
    badge: one => badges.of(one),
    contact: contactOf,
    minor: yesNo,
    public: yesNo,
    language: one => languageOf(one, languages),
    evidence: evidenceOf,
    handle: handleOf,
    credits: numberOf,
    narrative: proseOf,
  };
  return withControl(text) ?? (read[field] ?? (LINES.includes(field) ? lineOf : null))(text);
}
