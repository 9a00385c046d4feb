/** Credentials (VC 1.1 and 2.0): who says so, the signature, whose key it is, the dates. Mirrors `pinback/verify/credential.py`. */
import {refuseHeader, verifyToken} from './compact.js';
import {refuseCostly} from './cost.js';
import {signedBytes, suiteOf, verifySigned} from './embedded.js';
import {ProofError, UnknownSuite} from './errors.js';
import {has, idOf, isObject, listOf, textOf, without} from './exam.js';
import {fromJwk, fromMultikey} from './foreign_keys.js';
import {keyDocument} from './issuers.js';
import {MAX_PROOFS, MAX_SHOWN, MAX_TRIED} from './limits.js';
import {day, moment} from './moments.js';
import {bare} from './urls.js';
import {EXPIRED, Finding, forged, unknown} from './verdict.js';
import {byCodePoint, fault, quoted, shortened, written} from './words.js';

const TYPES = ['JWT', 'VC+JWT', 'VC+LD+JWT', 'VC-LD+JWT', 'VC+LD+JSON+JWT', 'APPLICATION/VC+JWT'];

// Steps 2 and 3: what is it, who says so

export function issuerNamed(exam) {
  const {issuer} = exam;
  if (!issuer) {
    throw forged('it does not say who issued it');
  }
  if (!issuer.startsWith('did:') && !issuer.startsWith('https://')) {
    throw unknown(`the issuer ${quoted(issuer)} is named in a way that cannot be asked here; did:web, did:key and https can`);
  }
  return `${quoted(issuer, 200)}, as it says itself`;
}

export function signedAtAll(exam) {
  exam.signatures = exam.token ? [{url: namedKey(exam), proof: null}] : [];
  const proofs = listOf(exam.document.proof);
  if (!proofs.length && !exam.token) {
    throw forged('nobody signed it');
  }
  if (proofs.length > MAX_PROOFS) {
    throw unknown(`it carries more than ${MAX_PROOFS} signatures`);
  }
  for (const proof of proofs) {
    if (!isObject(proof)) {
      throw forged('its signature is damaged');
    }
    exam.signatures.push({url: idOf(proof.verificationMethod), proof});
  }
  return '';
}

/** Return the absolute address of the key that a JWS names, or "" where it names none. */
function namedKey(exam) {
  const kid = exam.header.kid ?? null;
  if (kid === null) {
    return '';
  }
  if (typeof kid !== 'string' || !kid) {
    throw forged('the head of the signed text names no key in the way that it should');
  }
  return /^(?:did:|https:\/\/|http:\/\/)/.test(kid) ? kid : `${exam.issuer}#${kid.replace(/^#/, '')}`;
}

/** Run something that may find a proof wanting, and tell it as a finding. */
async function toldAs(kind, run, start = '') {
  try {
    return await run();
  } catch (error) {
    throw error instanceof ProofError ? kind(start + fault(error.message)) : error;
  }
}

export async function headerHarmless(exam) {
  if (exam.token) {
    await toldAs(forged, () => refuseHeader(exam.header));
  }
  return '';
}

export function headerType(exam) {
  const kind = has(exam.header, 'typ') ? exam.header.typ : 'JWT';
  if (typeof kind !== 'string' || !TYPES.includes(kind.toUpperCase())) {
    throw forged(`the signed text is of the kind ${quoted(written(kind))}, made for something else`);
  }
  return '';
}

export function proofPurpose(exam) {
  if (exam.signatures.some(({proof}) => proof && proof.proofPurpose !== 'assertionMethod')) {
    throw forged('the signature was made for another purpose than stating this');
  }
  return '';
}

export function keyNamedByIssuer(exam) {
  for (const signature of exam.signatures) {
    const owner = ownerOf(exam, signature);
    if (owner !== exam.issuer) {
      throw forged(`it is signed with a key of ${quoted(owner, 200)}, which is not the issuer`);
    }
  }
  return '';
}

/** Return whose document must list the key of a signature; a JWT may name its key by an address of its own. */
function ownerOf(exam, {url, proof}) {
  const own = exam.issuer.startsWith('https://') && url.startsWith('https://') && !url.includes('#');
  return proof === null && (!url || own) ? exam.issuer : bare(url);
}

// Step 4: signature

export async function signatureHolds(exam) {
  for (const signature of exam.signatures) {
    await (signature.proof ? checkProof(exam, signature) : checkToken(exam, signature));
  }
  const many = exam.signatures.length;
  return many === 1 ? 'holds, over everything that is said here' : `all ${many} hold, over everything that is said here`;
}

async function checkProof(exam, signature) {
  const {proof} = signature;
  let signed;
  try {
    const suite = suiteOf(proof);
    if (has(proof, 'previousProof')) {
      throw unknown('its signatures build on one another, which is not read here');
    }
    if (suite !== 'eddsa-jcs-2022') {
      refuseCostly(exam.document, exam.asker);
    }
    signed = await signedBytes(beforeClaims(exam), proof);
  } catch (error) {
    if (error instanceof UnknownSuite) {
      throw unknown(error.message);
    }
    throw error instanceof ProofError ? unknown(`the signature does not cover everything: ${fault(error.message)}`) : error;
  }
  const verify = key => verifySigned(proof, signed, key);
  const method = await foundMethod(exam, signature, verify);
  const key = await method.key();
  await toldAs(forged, () => verify(key));
}

/** Return the document as it was before it became the payload of a JWT, which wraps a signed one as well. */
const beforeClaims = ({token, claims, document}) => (!token || has(claims, 'vc') ? document : without(document, ...CLAIMS));
const CLAIMS = ['iss', 'sub', 'aud', 'jti', 'nbf', 'exp', 'iat'];

async function checkToken(exam, signature) {
  const verify = key => verifyToken(exam.token, exam.header, key);
  const method = await foundMethod(exam, signature, verify);
  const key = await method.key();
  await toldAs(forged, () => verify(key));
}

/** Return the key of a signature; one that a badge brings along itself can show a change, never that it is genuine. */
async function foundMethod(exam, signature, verify) {
  let method;
  try {
    method = await methodOf(exam, signature);
  } catch (error) {
    const brought = error instanceof Finding ? await broughtAlong(exam, signature) : null;
    if (brought) {
      await toldAs(forged, () => verify(brought));
    }
    throw error;
  }
  if (!method) {
    throw forged(
      signature.url ? `the issuer does not list the key ${quoted(signature.url, 200)}` : 'no key that the issuer lists made this signature');
  }
  return method;
}

async function broughtAlong(exam, {url, proof}) {
  const jwk = proof ? null : exam.header.jwk;
  try {
    const [, ...name] = url.split('#');
    return await (isObject(jwk) ? fromJwk(jwk) : fromMultikey(name.join('#')));
  } catch (error) {
    if (error instanceof ProofError) {
      return null;
    }
    throw error;
  }
}

/** Return the key of a signature as the document of its owner lists it, or null. */
async function methodOf(exam, signature) {
  if (!signature.method) {
    const document = await keyDocument(ownerOf(exam, signature), exam.asker);
    signature.method = signature.url ? document.methods.get(signature.url) ?? null : await fitting(exam, document);
  }
  return signature.method;
}

/** Return the issuer's key that made a JWS which names none. */
async function fitting(exam, {methods, asserting}) {
  for (const name of [...asserting].sort(byCodePoint).slice(0, MAX_TRIED)) {
    const method = methods.get(name);
    try {
      if (method) {
        await verifyToken(exam.token, exam.header, await method.key());
        return method;
      }
    } catch (error) {
      if (!(error instanceof ProofError || error instanceof Finding)) {
        throw error;
      }
    }
  }
  return null;
}

// Step 5: is that key that issuer's, and in force

async function owned(exam) {
  const found = [];
  for (const signature of exam.signatures) {
    found.push([ownerOf(exam, signature), await methodOf(exam, signature)]); // step 4 ends where the issuer lists no such key
  }
  return found;
}

export async function keyHeldByIssuer(exam) {
  for (const [owner, method] of await owned(exam)) {
    if (method.controller !== owner) {
      throw forged(`the key is held by ${quoted(method.controller)}, not by the issuer`);
    }
  }
  return '';
}

export async function keyListedForStatements(exam) {
  for (const [owner, method] of await owned(exam)) {
    if (!(await keyDocument(owner, exam.asker)).asserting.has(method.id)) {
      throw forged('the issuer lists the key, but not for making statements');
    }
  }
  return '';
}

export async function keyNotRevoked(exam) {
  if ((await owned(exam)).some(([, method]) => method.revoked)) {
    throw forged('the issuer revoked the key, so whatever is signed with it may be anyone\'s');
  }
  return '';
}

export async function keyNotEnded(exam) {
  for (const [, method] of await owned(exam)) {
    if (method.expires !== null && method.expires < exam.question.now) {
      throw unknown("the issuer's key has ended, and it cannot be told whether the signature is older");
    }
  }
  return '';
}

export async function headerKeyIsIssuers(exam) {
  if (!has(exam.header, 'jwk')) {
    return '';
  }
  let brought = '';
  try {
    brought = isObject(exam.header.jwk) && (await fromJwk(exam.header.jwk)).name;
  } catch (error) {
    throw error instanceof ProofError ? forged('the head of the signed text brings a key that is none') : error;
  }
  // The JWT's own; those behind it are of proofs within.
  const [[, method]] = await owned(exam);
  if ((await method.key()).name !== brought) {
    throw forged("the head of the signed text brings another key than the issuer's");
  }
  return '';
}

export async function keyTold(exam) {
  const names = [];
  for (const [, method] of await owned(exam)) {
    names.push((await method.key()).name);
  }
  exam.keyName = names.join(', ');
  exam.demonstration = names.some(name => exam.question.demonstration.has(name));
  return `the key is ${exam.keyName}${exam.demonstration ? DEMONSTRATION : ''}`;
}

export const DEMONSTRATION = '; this is a demonstration: anyone can open that key, so it proves nothing';

// Step 6: schema and terms

const FROM = ['validFrom', 'issuanceDate'];
const UNTIL = ['validUntil', 'expirationDate'];

export function claimsAgree(exam) {
  if (!exam.token) {
    return '';
  }
  const {claims, document} = exam;
  const subjects = listOf(document.credentialSubject);
  const said = [
    ['iss', exam.issuer, 'issuer'],
    ['jti', document.id ?? null, 'id'],
    ['sub', subjects.length === 1 ? idOf(subjects[0]) || null : null, 'holder'],
  ];
  for (const [claim, value, what] of said) {
    if (has(claims, claim) && value !== null && claims[claim] !== value) {
      throw forged(`the signed text names two different ${what}s`);
    }
  }
  for (const [claim, names, what] of [['nbf', FROM, 'beginnings'], ['exp', UNTIL, 'ends']]) {
    for (const value of exam.moments(...names)) {
      if (has(claims, claim) && secondsOf(exam, claim) !== Math.trunc(moment(value, `the date of its ${what}`) / 1000)) {
        throw forged(`the signed text names two different ${what} of its validity`);
      }
    }
  }
  return '';
}

function secondsOf(exam, claim) {
  const value = exam.claims[claim];
  if (typeof value !== 'number' || Math.abs(value) > 2 ** 40) {
    throw forged(`the signed text says ${quoted(written(value))} for a moment (${claim})`);
  }
  return Math.trunc(value);
}

// Step 7: dates

const begins = exam => exam.moments(...FROM).map(value => moment(value, 'the date from which it is valid'));
const ends = exam => exam.moments(...UNTIL).map(value => moment(value, 'the date until which it is valid'));

export function datesSound(exam) {
  const [first, last] = [begins(exam), ends(exam)];
  if (first.length && last.length && Math.min(...last) < Math.max(...first)) {
    throw forged('it ends before it begins');
  }
  return '';
}

export function begun(exam) {
  for (const value of exam.moments(...FROM)) {
    const start = moment(value, 'the date from which it is valid');
    if (start > exam.question.now) {
      throw forged(`it says that it is valid from ${day(start)} only, which has not come`);
    }
  }
  if (has(exam.claims, 'nbf') && secondsOf(exam, 'nbf') * 1000 > exam.question.now) {
    throw forged('it says that it is valid from a day that has not come');
  }
  return '';
}

export function signedBeforeNow(exam) {
  for (const {proof} of exam.signatures) {
    const made = proof?.created ?? null;
    if (made !== null && moment(made, 'the moment of its signature') > exam.question.now) {
      throw forged('it says that it was signed on a day that has not come');
    }
  }
  if (has(exam.claims, 'iat') && secondsOf(exam, 'iat') * 1000 > exam.question.now) {
    throw forged('it says that it was signed on a day that has not come');
  }
  return '';
}

export function notEnded(exam) {
  const last = ends(exam);
  if (last.length && Math.min(...last) < exam.question.now) {
    throw new Finding(EXPIRED, `it was valid until ${day(Math.min(...last))}`);
  }
  if (has(exam.claims, 'exp') && secondsOf(exam, 'exp') * 1000 < exam.question.now) {
    throw new Finding(EXPIRED, 'it has ended, as its signed text says');
  }
  const first = exam.moments(...FROM);
  const since = first.length ? `valid from ${day(moment(first[0], 'the date from which it is valid'))}` : 'names no beginning';
  return last.length ? `${since}, until ${day(Math.min(...last))}` : `${since}, with no end`;
}

export function signatureNotEnded(exam) {
  for (const {proof} of exam.signatures) {
    const end = proof?.expires ?? null;
    if (end !== null && moment(end, 'the end of its signature') < exam.question.now) {
      throw new Finding(EXPIRED, 'its signature was made for a time that is over');
    }
  }
  return '';
}

/** Return what is signed and worth showing; only for a document whose signature holds. */
export function factsOf(exam) {
  const {document} = exam;
  const subjects = listOf(document.credentialSubject).filter(isObject);
  const achievement = subjects.length === 1 ? subjects[0].achievement : null;
  const issuer = isObject(document.issuer) ? document.issuer : {};
  return filled({
    badge: textOf((isObject(achievement) ? achievement : document).name),
    issuer_name: textOf(issuer.name),
    issuer_url: textOf(issuer.url),
    from: textOf(exam.moments(...FROM)[0]),
    until: textOf(exam.moments(...UNTIL)[0]),
    id: idOf(document),
  });
}

export const filled = facts =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value ? [[name, shortened(value, MAX_SHOWN)]] : [])));
