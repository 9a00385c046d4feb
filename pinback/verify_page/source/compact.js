/** Compact JWS with RS256, ES256 or EdDSA. Mirrors `pinback/proofs/compact.py`. */
import {base64urlBytes, utf8} from './bytes.js';
import {ProofError} from './errors.js';
import {ALGORITHMS} from './foreign_keys.js';
import {MAX_TOKEN} from './limits.js';
import {quoted, written} from './words.js';

/** Take a compact JWS apart; header and payload are still JSON bytes. */
export function tokenParts(text) {
  const parts = text.split('.');
  if (text.length > MAX_TOKEN || parts.length !== 3) {
    throw new ProofError('this is not a compact signature');
  }
  const [header, payload, signature] = parts.map(base64urlBytes);
  return {header, payload, signature, signed: utf8(text.slice(0, text.lastIndexOf('.')))};
}

/** Stop at a header that names no signature, asks for what is not done here, or says where to find a key. */
export function refuseHeader(header) {
  if (!Object.values(ALGORITHMS).includes(header.alg)) {
    throw new ProofError(`the algorithm ${quoted(written(header.alg))} proves nothing here`);
  }
  for (const name of ['crit', 'b64', 'jku', 'x5u', 'x5c', 'zip', 'enc']) {
    if (Object.hasOwn(header, name)) {
      throw new ProofError(`the signature's head says ${quoted(name)}, which is not followed`);
    }
  }
}

/** Check a token with a key; the header must name the key's own algorithm. */
export async function verifyToken(token, header, key) {
  if (header.alg !== key.algorithm) {
    throw new ProofError(`the signature says ${quoted(written(header.alg))}, but its key signs ${key.algorithm}`);
  }
  await key.verify(token.signature, token.signed);
}
