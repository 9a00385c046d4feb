// credential.jwt.txt by jose: RS256, the key that did.json names, claims that repeat the credential.

import { isDeepStrictEqual } from 'node:util';
import { decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import { CREDENTIAL_JWTS, beside } from '../site.mjs';
import { demand } from '../tally.mjs';

export const title = 'VC-JWT (jose)';

// OB 3.0, "JOSE Header Parameters": "Additional headers are not allowed".
const HEADER_MEMBERS = ['alg', 'kid', 'jwk', 'typ'];
const REGISTERED_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'];

export async function judge({ site, resolveDid }, tally) {
  for (const file of tally.requireSome(site.matching(CREDENTIAL_JWTS), 'awards/*/credential.jwt.txt')) {
    await tally.check(file, async () => {
      const token = compactText(site, file);
      const { payload } = await verifyVcJwt(token, resolveDid);
      demandClaims(payload);
      const expired = await demandExpiryIsSeen(token, payload, resolveDid);
      demandSameCredential(payload, site.json(beside(file, 'credential.json')));
      tally.found(expired ? 'expired' : 'in force');
    });
  }
}

/** The whole file is the token: a line end breaks readers that split at the dots. */
export function compactText(site, file) {
  const text = site.text(file);
  demand(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) && !text.endsWith('\n'), 'not one compact JWS and nothing else');
  return text;
}

/** Throws unless header, key and signature are right. `at` defaults to the first moment of validity. */
export async function verifyVcJwt(token, resolveDid, at) {
  const header = decodeProtectedHeader(token);
  const extra = Object.keys(header).filter((member) => !HEADER_MEMBERS.includes(member));
  demand(extra.length === 0, `header has ${extra.join(', ')}`);
  demand(header.alg === 'RS256', `alg is ${header.alg}`);
  demand(header.typ === undefined || header.typ === 'JWT', `typ is ${header.typ}`);
  demand(typeof header.kid === 'string' && header.kid.startsWith('did:web:'), `kid is ${header.kid}`);
  const did = header.kid.split('#')[0];
  const didDocument = await resolveDid(did);
  const method = await resolveDid(header.kid);
  demand(didDocument.assertionMethod.includes(header.kid), `${header.kid} is not listed in assertionMethod`);
  demand(method.controller === did, `controller of ${header.kid} is ${method.controller}`);
  if (header.jwk) demand(header.jwk.n === method.publicKeyJwk.n, 'jwk in the header is another key than in did.json');
  const key = await importJWK(method.publicKeyJwk, 'RS256');
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
  const verified = await jwtVerify(token, key, {
    algorithms: ['RS256'],
    currentDate: at ?? new Date(claims.nbf * 1000),
    requiredClaims: ['iss', 'jti', 'sub', 'nbf'],
  });
  demand(verified.payload.iss === did, `iss ${verified.payload.iss} does not hold the key ${header.kid}`);
  return { payload: verified.payload, key };
}

// OB 3.0, "VC-JWT payload": a claim that differs from its member makes the badge invalid.
function demandClaims(payload) {
  const seconds = (time) => (time === undefined ? undefined : Date.parse(time) / 1000);
  const expected = {
    iss: payload.issuer.id,
    jti: payload.id,
    sub: payload.credentialSubject.id,
    nbf: seconds(payload.validFrom),
    exp: seconds(payload.validUntil),
  };
  for (const [claim, value] of Object.entries(expected)) {
    demand(payload[claim] === value, `${claim} is ${payload[claim]}, the credential says ${value}`);
  }
  demand(payload.vc === undefined, 'payload has a vc member, which is of the 1.1 data model');
  demand(payload.iat === undefined || payload.iat * 1000 <= Date.now(), 'iat lies in the future');
}

async function demandExpiryIsSeen(token, payload, resolveDid) {
  const expired = payload.exp !== undefined && payload.exp * 1000 <= Date.now();
  try {
    await verifyVcJwt(token, resolveDid, new Date());
  } catch (error) {
    if (expired && error instanceof errors.JWTExpired) return true;
    throw error;
  }
  demand(!expired, 'expired, but not reported as expired');
  return false;
}

function demandSameCredential(payload, credential) {
  const { proof: _proof, ...claimed } = credential;
  const stated = Object.fromEntries(Object.entries(payload).filter(([name]) => !REGISTERED_CLAIMS.includes(name)));
  const names = new Set([...Object.keys(claimed), ...Object.keys(stated)]);
  const differing = [...names].filter((name) => !isDeepStrictEqual(claimed[name], stated[name]));
  demand(differing.length === 0, `differs from credential.json in ${differing.join(', ')}`);
}
