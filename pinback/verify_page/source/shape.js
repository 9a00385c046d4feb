/** Step 6, schema and terms: the members that a credential must have, and the types of what is in it. Mirrors `pinback/verify/shape.py`. */
import {anyOf, has, idOf, isObject, listOf, objectsOf, textOf, typesOf} from './exam.js';
import {isKnown} from './rdf.js';
import {forged, unknown} from './verdict.js';
import {quoted} from './words.js';

const OB3 = ['context-3.0.3.json', 'context-3.0.2.json', 'context-3.0.1.json', 'context.json'].map(
  name => `https://purl.imsglobal.org/spec/ob/v3p0/${name}`);
const CLR = ['context-2.0.1.json', 'context.json'].map(name => `https://purl.imsglobal.org/spec/clr/v2p0/${name}`);
const BASES = ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/2018/credentials/v1'];
const ACHIEVEMENT = ['OpenBadgeCredential', 'AchievementCredential'];
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\u001c-\u001f\u0085]+$/;
const SCHEMAS = ['https://purl.imsglobal.org/spec/ob/', 'https://purl.imsglobal.org/spec/clr/'];
const OF_OTHERS = ['@context', 'proof', 'endorsement', 'verifiableCredential'];
const PLACES = {
  source: 'Profile',
  creator: 'Profile',
  parentOrg: 'Profile',
  result: 'Result',
  otherIdentifier: 'IdentifierEntry',
  identifier: 'IdentityObject',
  alignment: 'Alignment',
  evidence: 'Evidence',
  resultDescription: 'ResultDescription',
  rubricCriterionLevel: 'RubricCriterionLevel',
  address: 'Address',
};

const isBadge = exam => anyOf(typesOf(exam.document), ...ACHIEVEMENT);
const isOfEdTech = exam => isBadge(exam) || anyOf(typesOf(exam.document), 'EndorsementCredential', 'ClrCredential');

export function contextsKnown(exam) {
  const named = listOf(exam.document['@context']);
  if (!named.length) {
    throw forged('the document names no context, so its words mean nothing');
  }
  refuseUnknown(exam.document, OF_OTHERS);
  if (!BASES.includes(named[0])) {
    throw forged('the document does not begin with the context of verifiable credentials');
  }
  return '';
}

/** Yield a document's objects, at its top or within it, but not in some members. */
function* objectsWithin(document, without) {
  const waiting = [document];
  while (waiting.length) {
    const item = waiting.pop();
    if (isObject(item)) {
      yield item;
      waiting.push(...Object.keys(item).filter(name => !without.includes(name)).map(name => item[name]));
    } else if (Array.isArray(item)) {
      waiting.push(...item);
    }
  }
}

/** Stop where a document names a context that is not known, at its top or within it, but not in some members. */
export function refuseUnknown(document, without = ['@context']) {
  for (const entry of [...objectsWithin(document, without)].flatMap(item => (has(item, '@context') ? item['@context'] : []))) {
    if (typeof entry !== 'string') {
      throw unknown('the document brings its own vocabulary, so its words could mean anything');
    }
    if (!isKnown(entry)) {
      throw unknown(`the vocabulary ${quoted(entry, 200)} is not known here`);
    }
  }
}

export function contextsFit(exam) {
  const types = typesOf(exam.document);
  const named = listOf(exam.document['@context']);
  if (anyOf(types, ...ACHIEVEMENT, 'EndorsementCredential') && !OB3.some(one => named.includes(one))) {
    throw forged('it says that it is an Open Badge but does not name the Open Badges context');
  }
  if (types.has('ClrCredential') && !CLR.some(one => named.includes(one))) {
    throw forged('it says that it is a learner record but does not name the context of those');
  }
  return whatItIs(exam);
}

const KINDS = {
  OpenBadgeCredential: 'an Open Badge 3.0',
  AchievementCredential: 'an Open Badge 3.0',
  EndorsementCredential: 'an endorsement (Open Badges 3.0)',
  ClrCredential: 'a learner record (CLR 2.0)',
  BitstringStatusListCredential: 'a status list',
};

function whatItIs(exam) {
  const types = typesOf(exam.document);
  const kind = Object.keys(KINDS).find(name => types.has(name));
  return `${kind ? KINDS[kind] : 'a verifiable credential'}, ${exam.token ? 'signed as a whole (JWT)' : 'with a signature inside'}`;
}

export function membersThere(exam) {
  const {document} = exam;
  const subjects = listOf(document.credentialSubject);
  if (!objectsOf(subjects).length || objectsOf(subjects).length !== subjects.length) {
    throw forged('it does not say about whom or what it speaks');
  }
  if (has(document, 'id') && !URI.test(textOf(document.id))) {
    throw forged('its id is no address');
  }
  if (isOfEdTech(exam)) {
    if (!has(document, 'id')) {
      throw forged('it has no id, which every Open Badge has');
    }
    if (!exam.moments('validFrom', 'issuanceDate').length) {
      throw forged('it does not say from when it is valid');
    }
  }
  return '';
}

export function issuerShaped(exam) {
  const {issuer} = exam.document;
  if (isOfEdTech(exam) && isObject(issuer) && !typesOf(issuer).has('Profile')) {
    throw forged('its issuer is not described as the standard says (type Profile)');
  }
  return '';
}

export function subjectShaped(exam) {
  const types = typesOf(exam.document);
  const wanted = isBadge(exam)
    ? 'AchievementSubject'
    : types.has('EndorsementCredential') ? 'EndorsementSubject' : types.has('ClrCredential') ? 'ClrSubject' : '';
  for (const subject of objectsOf(exam.document.credentialSubject)) {
    if (wanted && !typesOf(subject).has(wanted)) {
      throw forged(`its subject is not described as the standard says (type ${wanted})`);
    }
    if (wanted === 'EndorsementSubject' && !idOf(subject)) {
      throw forged('the endorsement does not say what it endorses');
    }
    if (wanted === 'AchievementSubject' && !idOf(subject) && !objectsOf(subject.identifier).length) {
      throw forged('it does not say to whom it was given');
    }
  }
  return '';
}

export function achievementShaped(exam) {
  for (const {achievement} of isBadge(exam) ? objectsOf(exam.document.credentialSubject) : []) {
    if (!isObject(achievement) || !typesOf(achievement).has('Achievement')) {
      throw forged('it does not say what was achieved (an object of type Achievement)');
    }
    for (const name of ['id', 'name', 'description']) {
      if (!textOf(achievement[name])) {
        throw forged(`what was achieved has no ${name}, which every Open Badge has`);
      }
    }
    const {criteria} = achievement;
    if (!isObject(criteria) || !(told(criteria.id) || told(criteria.narrative))) {
      throw forged('it does not say by what criteria it was given');
    }
  }
  return '';
}

/** Say whether a member says anything: neither missing nor empty. */
export const told = value =>
  Array.isArray(value) ? value.length > 0 : isObject(value) ? Object.keys(value).length > 0 : Boolean(value);

export function partsShaped(exam) {
  if (!isBadge(exam) && !typesOf(exam.document).has('EndorsementCredential')) {
    return '';
  }
  for (const inner of objectsWithin(exam.document, [...OF_OTHERS, 'credentialStatus'])) {
    for (const name of Object.keys(PLACES).filter(one => has(inner, one) && !(one === 'identifier' && typeof inner[one] === 'string'))) {
      listOf(inner[name]).forEach(item => placeShaped(name, item));
    }
  }
  return '';
}

function placeShaped(name, item) {
  const wanted = PLACES[name];
  if (isObject(item) && !typesOf(item).has(wanted)) {
    throw forged(`${quoted(name)} in it is not described as the standard says (type ${wanted})`);
  }
  if (name === 'identifier' && !(typeof item?.hashed === 'boolean' && textOf(item.identityHash) && textOf(item.identityType))) {
    throw forged('the identity of its holder is not described as the standard says');
  }
}

export function schemaKnown(exam) {
  for (const schema of listOf(exam.document.credentialSchema)) {
    if (!isObject(schema) || !SCHEMAS.some(start => idOf(schema).startsWith(start))) {
      throw unknown(`it follows the schema ${quoted(idOf(schema), 200)}, whose rules are not known here`);
    }
  }
  return '';
}

const OF_ENDORSED = ['id', 'type', 'endorsementComment'];

export function idsApart(exam) {
  const own = idOf(exam.document);
  for (const item of exam.token ? [] : objectsWithin(exam.document, ['@context', 'proof'])) {
    if (own && item !== exam.document && item.id === own && !Object.keys(item).every(name => OF_ENDORSED.includes(name))) {
      throw unknown('something in it bears the id of the whole, so the signature does not say what belongs where');
    }
  }
  return '';
}
