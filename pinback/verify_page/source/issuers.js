/** The documents in which issuers name their keys: did:web, did:key, and documents at an address. Mirrors `pinback/verify/issuers.py`. */
import {ProofError} from './errors.js';
import {has, isObject, listOf} from './exam.js';
import {fromBase58, fromJwk, fromMultikey} from './foreign_keys.js';
import {MAX_METHODS} from './limits.js';
import {moment} from './moments.js';
import {climbs, hostOf, unquoted} from './urls.js';
import {Finding, forged, unknown} from './verdict.js';
import {fault, quoted, written} from './words.js';

const DID_WEB = /^did:web:[A-Za-z0-9.-]+(?:%3[Aa][0-9]{1,5})?(?::[A-Za-z0-9._~%-]+)*$/;
const DID_KEY = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{1,120})$/;

/** A key as an issuer's document lists it. */
class Method {
  constructor(id, controller, members) {
    Object.assign(this, {id, controller, members});
  }

  /** Return the key itself. */
  async key() {
    const {publicKeyMultibase, publicKeyJwk, publicKeyBase58} = this.members;
    try {
      if (typeof publicKeyMultibase === 'string') {
        return await fromMultikey(publicKeyMultibase);
      }
      if (isObject(publicKeyJwk)) {
        return await fromJwk(publicKeyJwk);
      }
      if (typeof publicKeyBase58 === 'string') {
        return await fromBase58(publicKeyBase58);
      }
    } catch (error) {
      throw error instanceof ProofError ? forged(fault(error.message)) : error;
    }
    throw unknown("the issuer's key is written in a form that is not known here");
  }

  get revoked() {
    return has(this.members, 'revoked');
  }

  get expires() {
    const value = this.members.expires ?? null;
    return value === null ? null : moment(value, "the end of the issuer's key");
  }
}

/** Return the address of a did:web's document. */
export function didWebAddress(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':');
  const address = `https://${unquoted(host)}/${path.length ? path.join('/') : '.well-known'}/did.json`;
  if (!DID_WEB.test(did) || path.some(part => /%2[fF]|%5[cC]|%00/.test(part)) || climbs(address)) {
    throw unknown(`${quoted(did)} is not a did:web that can be asked`);
  }
  return address;
}

/** Return where an issuer's documents lie: the address of a did:web's document, or the id itself. */
export const addressOf = issuer => (issuer.startsWith('did:web:') ? didWebAddress(issuer) : issuer);

/** Return the keys of an issuer, from the issuer's own document: `methods` by id, `asserting`, ids of those for statements, and `alsoKnown`. */
export async function keyDocument(issuer, asker) {
  const name = `keys of ${issuer}`;
  if (!asker.judged.has(name)) {
    asker.judged.set(name, await keysOf(issuer, asker));
  }
  return asker.judged.get(name);
}

async function keysOf(issuer, asker) {
  const own = DID_KEY.exec(issuer);
  if (own) {
    const name = `${issuer}#${own[1]}`;
    return {methods: new Map([[name, new Method(name, issuer, {publicKeyMultibase: own[1]})]]), asserting: new Set([name]), alsoKnown: []};
  }
  if (issuer.startsWith('did:web:')) {
    return listed(issuer, await asker.json(didWebAddress(issuer), "the issuer's document"));
  }
  if (issuer.startsWith('https://')) {
    const document = await asker.json(issuer, "the issuer's document");
    return has(document, 'verificationMethod') ? listed(issuer, document) : keySet(issuer, document, asker);
  }
  throw unknown(`the issuer ${quoted(issuer)} is named in a way that cannot be asked here; did:web, did:key and https can`);
}

function mustBeOf(issuer, document) {
  if (document.id !== issuer) {
    throw unknown(
      `the document at the issuer's address speaks for ${quoted(written(document.id))}, not for the issuer`);
  }
}

function listed(issuer, document) {
  mustBeOf(issuer, document);
  const methods = new Map();
  for (const entry of entries(document.verificationMethod)) {
    add(methods, issuer, entry);
  }
  const asserting = new Set(entries(document.assertionMethod).map(entry =>
    isObject(entry) ? add(methods, issuer, entry) : absolute(issuer, entry)));
  return {methods, asserting, alsoKnown: entries(document.alsoKnownAs).filter(text => typeof text === 'string')};
}

function entries(value) {
  const found = listOf(value);
  if (found.length > MAX_METHODS) {
    throw unknown(`the issuer's document lists more than ${MAX_METHODS} keys`);
  }
  return found;
}

function absolute(issuer, name) {
  const text = typeof name === 'string' ? name : '';
  return text.startsWith('#') ? issuer + text : text;
}

function add(methods, issuer, entry) {
  if (!isObject(entry)) {
    throw unknown("the issuer's document is damaged: a key in it is not an object");
  }
  const name = absolute(issuer, entry.id);
  if (methods.has(name) && !alike(methods.get(name).members, entry)) {
    throw unknown("the issuer's document names two keys alike");
  }
  methods.set(name, new Method(name, absolute(issuer, entry.controller), entry));
  return name;
}

/** Say whether two JSON values are equal, in whatever order objects name their members. */
export function alike(first, second) {
  if (Array.isArray(first) && Array.isArray(second)) {
    return first.length === second.length && first.every((item, place) => alike(item, second[place]));
  }
  if (isObject(first) && isObject(second)) {
    const names = Object.keys(first);
    return names.length === Object.keys(second).length && names.every(name => has(second, name) && alike(first[name], second[name]));
  }
  return first === second;
}

/** Return the keys that the issuer's host publishes for all of its issuers. */
async function keySet(issuer, document, asker) {
  mustBeOf(issuer, document);
  let keys;
  try {
    keys = (await asker.json(`https://${hostOf(issuer)}/.well-known/jwks.json`, "the issuer's set of keys")).keys;
  } catch (error) {
    throw error instanceof Finding ? unknown("the issuer's own document names no keys, and its host publishes none") : error;
  }
  const methods = new Map();
  for (const jwk of entries(keys).filter(isObject)) {
    try {
      const {kid} = jwk;
      const names = [`${issuer}#${(await fromJwk(jwk)).name}`];
      if (typeof kid === 'string' && kid) {
        names.unshift(kid.includes('#') || kid.includes('://') ? kid : `${issuer}#${kid}`);
      }
      const entry = {publicKeyJwk: jwk, ...(has(jwk, 'revoked') ? {revoked: true} : {})};
      names.forEach(name => methods.set(name, new Method(name, issuer, entry)));
    } catch (error) {
      if (!(error instanceof ProofError)) {
        throw error;
      }
    }
  }
  return {methods, asserting: new Set(methods.keys()), alsoKnown: []};
}
