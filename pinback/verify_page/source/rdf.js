/**
 * Canonical N-Quads of a JSON-LD document, or a plain refusal where something in it would not be covered.
 *
 * Expansion and RDF by jsonld.js, canonicalisation by rdf-canonize; what is refused mirrors `pinback/proofs/rdf.py`.
 * Only the parts of jsonld.js that expand and make RDF are bundled: no document loader, so nothing can be fetched.
 */
import {getInitialContext} from 'jsonld/lib/context.js';
import {expand} from 'jsonld/lib/expand.js';
import {toRDF} from 'jsonld/lib/toRdf.js';
import RDFC10 from 'rdf-canonize/lib/RDFC10.js';
import {ContextResolver} from './context_resolver.js';
import {ProofError} from './errors.js';
import {byCodePoint, quoted, written} from './words.js';

const ABSOLUTE = /^(?!x-no-base:)[A-Za-z][A-Za-z0-9+.-]*:[^\s\u0085<>"{}|\\^`\u0000-\u0020]*$/;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const NO_BASE = 'x-no-base:/';

let contexts = new Map();
let contextResolver;

/** Set the contexts that are known, by address. */
export function knowContexts(known) {
  contexts = new Map(Object.entries(known));
  contextResolver = new ContextResolver(contexts, unknownContext);
}

/** Say whether a context is known. */
export const isKnown = url => contexts.has(url);

/** Return the RDFC-1.0 form of a document, lines sorted by code point. */
export async function canonicalQuads(document) {
  if (!Object.hasOwn(document, '@context')) {
    throw new ProofError('the document has no @context, so its members mean nothing');
  }
  refuseLostValues(document, '');
  try {
    return await quadsOf(await expanded(document));
  } catch (error) {
    throw plain(error);
  }
}

async function expanded(document) {
  const dropped = [];
  const options = {
    base: NO_BASE,
    processingMode: 'json-ld-1.1',
    contextResolver,
    eventHandler: event => dropped.push(written(event.details.expandedProperty)),
  };
  const element = structuredClone(document);
  let found = await expand({activeCtx: getInitialContext(options), element, options});
  if (found === null) {
    found = [];
  } else if (!Array.isArray(found)) {
    found = Object.keys(found).join() === '@graph' ? found['@graph'] : [found];
  }
  if (dropped.length) {
    throw new ProofError(
      `no context defines ${quoted(dropped.sort(byCodePoint)[0])}, so no signature would cover it`);
  }
  refuseUncovered(found);
  return found;
}

async function quadsOf(found) {
  return new RDFC10({maxWorkFactor: Infinity}).main(toRDF(found, {}));
}

const unknownContext = url => new ProofError(
  `the JSON-LD context ${quoted(url, 300)} is not among those known here, and none is fetched from the network`);

function plain(error) {
  for (let cause = error; cause; cause = cause.details?.cause ?? cause.cause) {
    if (cause instanceof ProofError) {
      return cause;
    }
  }
  if (error instanceof RangeError) {
    return new ProofError('the document is nested too deeply');
  }
  const code = error.details?.code || 'it breaks a rule of the format';
  return new ProofError(`the document cannot be read as JSON-LD (${code})`);
}

function refuseLostValues(value, place) {
  if (value === null) {
    throw new ProofError(`${place || 'the document'} is null, which no signature covers`);
  }
  if (typeof value === 'string' && CONTROLS.test(value)) {
    throw new ProofError(`${place} holds a control character`);
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new ProofError(`${place} holds half of a surrogate pair, which no signature covers`);
  }
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new ProofError(`${place} is a number that verifiers round differently`);
  }
  if (Array.isArray(value)) {
    if (!value.length) {
      throw new ProofError(`${place} is an empty list, which no signature covers`);
    }
    value.forEach(item => refuseLostValues(item, place));
  } else if (typeof value === 'object') {
    Object.entries(value).forEach(([key, item]) => refuseLostMember(key, item, place));
  }
}

function refuseLostMember(key, item, place) {
  if (key === '@context') {
    const entries = Array.isArray(item) ? item : [item];
    if (!entries.length || !entries.every(entry => typeof entry === 'string')) {
      throw new ProofError(
        'a context is written into the document, so its members could mean anything');
    }
    return;
  }
  if (key.startsWith('@') || key.includes(':')) {
    throw new ProofError(
      `${quoted(key)} is no plain name, so readers that look for names would overlook it`);
  }
  if (key === '__proto__') {
    throw new ProofError(`no context defines ${quoted(key)}, so no signature would cover it`);
  }
  refuseLostValues(item, place ? `${place}.${key}` : key);
}

/** Stop at relative addresses and language tags in an expanded document. */
function refuseUncovered(node) {
  if (Array.isArray(node)) {
    node.forEach(refuseUncovered);
    return;
  }
  if (node === null || typeof node !== 'object') {
    return;
  }
  if (Object.hasOwn(node, '@language')) {
    throw new ProofError(`a text carries the language ${quoted(written(node['@language']))}`);
  }
  for (const key of ['@id', '@type']) {
    for (const value of [node[key] ?? []].flat()) {
      const whole = value.startsWith('_:') || ABSOLUTE.test(value);
      if (!whole && !(Object.hasOwn(node, '@value') && value === '@json')) {
        const found = quoted(value.replace(NO_BASE, ''));
        throw new ProofError(`${found} is not a whole address or defined type, so no signature would cover it`);
      }
    }
  }
  for (const [key, item] of Object.entries(node)) {
    if (!['@id', '@type', '@value'].includes(key)) {
      refuseUncovered(item);
    }
  }
}
