/**
 * The signature under an award: the VC-JWT that the page carries, by the issuer's RSA key that it carries too.
 *
 * 1. The browser has the means, and the page the data: else nothing can be said.
 * 2. The head names RS256 and one of the issuer's keys, and nothing that would have to be followed.
 * 3. The signature is by that key, over exactly this text.
 * 4. What was signed is an Open Badge of this issuer, and its claims are those of the JWT (VC-JOSE-COSE 1.0; OB 3.0,
 *    JSON Web Token Proof Format).
 *
 * This says that the page's own data fit together. Whether the key is the issuer's is for a checker to ask at the
 * issuer's address, which is why the page also names one.
 */
import {base64urlBytes, fromUtf8, utf8} from './bytes.js';

/** What cannot be checked here, which says nothing against the award. */
export class CannotTell extends Error {}

const RS256 = {name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256'};
const FOLLOWED = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'enc'];
const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Return the credential that was signed.
 *
 * Throws CannotTell where the browser or the page lacks what it takes, and another error where something does not fit.
 */
export async function signedCredential(data) {
  // 1.
  if (!globalThis.crypto?.subtle || typeof data?.jwt !== 'string' || !isObject(data.keys) || typeof data.issuer !== 'string') {
    throw new CannotTell();
  }
  const parts = data.jwt.trim().split('.');
  if (parts.length !== 3) {
    throw new Error('not a compact signature');
  }
  const [header, payload] = parts.slice(0, 2).map(part => JSON.parse(fromUtf8(base64urlBytes(part))));

  // 2.
  const known = isObject(header) && typeof header.kid === 'string' && Object.hasOwn(data.keys, header.kid);
  if (!known || header.alg !== 'RS256' || FOLLOWED.some(name => Object.hasOwn(header, name))) {
    throw new Error('not signed in the one way that is known here');
  }
  const {kty, n, e} = data.keys[header.kid];
  if (kty !== 'RSA' || header.kid.split('#')[0] !== data.issuer) {
    throw new Error('not a key of this issuer');
  }

  // 3.
  const key = await importedKey({kty, n, e});
  const signed = utf8(data.jwt.trim().slice(0, data.jwt.trim().lastIndexOf('.')));
  if (!(await crypto.subtle.verify(RS256, key, base64urlBytes(parts[2]), signed))) {
    throw new Error('the signature does not fit');
  }

  // 4.
  const claims = isObject(payload) && isObject(payload.issuer) && isObject(payload.credentialSubject);
  const types = claims && Array.isArray(payload.type) ? payload.type : [];
  if (!types.includes('VerifiableCredential') || !types.includes('OpenBadgeCredential')) {
    throw new Error('not an Open Badge');
  }
  const subject = payload.credentialSubject;
  if (
    payload.issuer.id !== data.issuer || payload.iss !== data.issuer || payload.jti !== payload.id ||
    (payload.sub ?? subject.id) !== subject.id || !isObject(subject.achievement)
  ) {
    throw new Error('the claims of the signature are not those of the badge');
  }
  return payload;
}

async function importedKey(jwk) {
  try {
    return await crypto.subtle.importKey('jwk', {...jwk, ext: true}, RS256, false, ['verify']);
  } catch (error) {
    // A browser without RSA is no fault of the page; a damaged key is.
    throw error.name === 'NotSupportedError' ? new CannotTell() : error;
  }
}
