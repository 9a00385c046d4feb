/** Step 2: what is it? From a document's bytes to the exam that it has to pass. Mirrors `pinback/verify/kinds.py`. */
import {latin1} from './bytes.js';
import {tokenParts} from './compact.js';
import {ProofError} from './errors.js';
import {Exam, anyOf, has, isObject, textOf, typesOf} from './exam.js';
import {NotJson, readObject} from './json_reading.js';
import {MAX_TOKEN} from './limits.js';
import {looksLikeBadge} from './reading.js';
import {Finding, WITHDRAWN, forged, noBadge, unknown} from './verdict.js';
import {thousands} from './words.js';

const OTHER_OB2 = ['BadgeClass', 'Issuer', 'Profile', 'CryptographicKey', 'RevocationList'];
const ENVELOPES = ['data:application/vc+jwt,', 'data:application/vc-ld+jwt,', 'data:application/jwt,'];
const ANOTHER_TYPE = 'it looks like a badge but does not say that it is one: its type is another';

/** Return the exam that a document has to pass. */
export async function examOf(found, asker, question, depth = 0) {
  if (found.form === 'address') {
    const url = latin1(found.data);
    const answer = await asker.answer(url);
    if (answer.status === 410) {
      throw new Finding(WITHDRAWN, 'the address that the badge names answers that it is gone');
    }
    return ofObject(await asker.json(url, 'the badge'), asker, question, depth);
  }
  if (found.form === 'jws') {
    return ofToken(latin1(found.data), asker, question, depth);
  }
  return ofObject(objectOr(found.data, 'the document', 'this is not a badge document'), asker, question, depth);
}

function objectOr(data, what, otherwise) {
  try {
    return readObject(data, what);
  } catch (error) {
    if (error instanceof NotJson && !looksLikeBadge(data)) {
      throw noBadge(otherwise);
    }
    throw error;
  }
}

function ofObject(document, asker, question, depth) {
  const types = typesOf(document);
  if (types.has('EnvelopedVerifiableCredential')) {
    const address = textOf(document.id);
    const mark = ENVELOPES.find(one => address.startsWith(one));
    if (mark === undefined) {
      throw unknown('the credential lies in an envelope of a kind that is not known here');
    }
    return ofToken(address.slice(mark.length), asker, question, depth);
  }
  if (types.has('VerifiableCredential')) {
    return new Exam(isList(types) ? 'list' : 'vc', document, asker, question, {depth});
  }
  if (types.has('VerifiablePresentation')) {
    throw unknown('this is a presentation by its holder, which is not read here; ask for the credential itself');
  }
  if (types.has('Assertion') || (types.has('Endorsement') && has(document, 'claim'))) {
    return new Exam('ob2', document, asker, question, {depth});
  }
  if (anyOf(types, ...OTHER_OB2)) {
    throw noBadge('this describes a badge or its issuer; it does not say that anyone earned it');
  }
  if (looksLikeAward(document)) {
    throw forged(ANOTHER_TYPE);
  }
  throw noBadge('this is not a badge document');
}

const isList = types => anyOf(types, 'BitstringStatusListCredential', 'StatusList2021Credential');
const looksLikeAward = document =>
  (has(document, 'recipient') && has(document, 'badge')) || (has(document, 'credentialSubject') && has(document, 'issuer'));

function ofToken(text, asker, question, depth) {
  if (text.length > MAX_TOKEN) {
    throw unknown(`the signed text has more than ${thousands(MAX_TOKEN)} signs, which are not read`);
  }
  let token;
  try {
    token = tokenParts(text);
  } catch (error) {
    throw error instanceof ProofError ? forged('the signed text is damaged') : error;
  }
  const header = readObject(token.header, 'the head of the signed text');
  const payload = objectOr(token.payload, 'the signed text', 'this is a signed text, but not a badge');
  return ofPayload(payload, {token, header, claims: payload, depth}, asker, question);
}

function ofPayload(payload, more, asker, question) {
  const types = typesOf(payload);
  if (has(payload, 'vc')) {
    if (types.has('VerifiableCredential') || !isObject(payload.vc)) {
      throw forged('the signed text holds two credentials at once');
    }
    const document = withClaims(payload.vc, payload);
    return new Exam(isList(typesOf(document)) ? 'list' : 'vc', document, asker, question, more);
  }
  if (types.has('VerifiableCredential')) {
    return new Exam(isList(types) ? 'list' : 'vc', payload, asker, question, more);
  }
  if (anyOf(types, 'Assertion', 'Endorsement')) {
    return new Exam('ob2', payload, asker, question, more);
  }
  if (looksLikeAward(payload)) {
    throw forged(ANOTHER_TYPE);
  }
  throw noBadge('this is a signed text, but not a badge');
}

/** Return a VC 1.1 credential with what its JWT says in its place. */
function withClaims(credential, claims) {
  const filled = {...credential};
  for (const [member, claim] of [['issuer', 'iss'], ['id', 'jti']]) {
    if (!has(filled, member) && typeof claims[claim] === 'string') {
      filled[member] = claims[claim];
    }
  }
  return filled;
}
