/** Canonical JSON (RFC 8785). Mirrors `pinback/proofs/jcs.py`; JavaScript's own numbers and order of names are the standard's. */
import {ProofError} from './errors.js';

const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

/** Return the canonical form of a JSON value. */
export function jcs(value) {
  const text = canonical(value);
  if (!text.isWellFormed()) {
    throw new ProofError('a text holds half of a surrogate pair, which no canonical form has');
  }
  return text;
}

function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    return `{${Object.keys(value).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
  }
  if (typeof value === 'number' && !(Number.isFinite(value) && (Math.abs(value) <= MAX_INTEGER || !Number.isInteger(value)))) {
    throw new ProofError('a number cannot be written exactly');
  }
  return JSON.stringify(value);
}
