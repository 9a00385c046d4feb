/** One document under examination, and how members of any shape are read. Mirrors `pinback/verify/exam.py`. */

export const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);
export const has = (object, name) => Object.hasOwn(object, name);
export const textOf = value => (typeof value === 'string' ? value : '');
export const idOf = value => textOf(isObject(value) ? value.id : value);
export const listOf = value => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]);
export const objectsOf = value => listOf(value).filter(isObject);
export const typesOf = value => new Set(isObject(value) ? listOf(value.type).filter(item => typeof item === 'string') : []);
export const anyOf = (types, ...names) => names.some(name => types.has(name));
export const without = (object, ...names) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** A document and what the checks learned about it. */
export class Exam {
  constructor(kind, document, asker, question, more = {}) {
    Object.assign(this, {
      kind, document, asker, question,
      token: null, header: {}, claims: {}, depth: 0,
      signatures: [], hosted: null, profile: {}, callsItself: '', key: {}, badge: {},
      keyName: '', trusted: null, matched: null, demonstration: false, parts: [],
    }, more);
  }

  get issuer() {
    return this.kind === 'ob2' ? textOf(this.profile.id) : idOf(this.document.issuer);
  }

  /** Return the values of those members that stand in the document. */
  moments(...names) {
    return names.filter(name => has(this.document, name)).map(name => this.document[name]);
  }
}
