/** Open Badges 2.0: hosted Assertions, signed ones, and Endorsements. Mirrors `pinback/verify/open_badges_2.py`. */
import {refuseHeader, verifyToken} from './compact.js';
import {DEMONSTRATION, filled} from './credential.js';
import {ProofError} from './errors.js';
import {anyOf, has, idOf, isObject, listOf, objectsOf, textOf, typesOf} from './exam.js';
import {fromPem} from './foreign_keys.js';
import {alike} from './issuers.js';
import {MAX_TRIED} from './limits.js';
import {day, moment} from './moments.js';
import {refuseUnknown, told} from './shape.js';
import {hostOf} from './urls.js';
import {EXPIRED, Finding, WITHDRAWN, forged, unknown} from './verdict.js';
import {byCodePoint, fault, quoted, written} from './words.js';

const OB2 = 'https://w3id.org/openbadges/v2';
const REQUESTED = ['revoked', 'revocationReason'];
const NO_TYPE = 'is not described as the standard says';

const saidProof = document => (has(document, 'verification') ? document.verification : document.verify);
const isHosted = exam => anyOf(typesOf(saidProof(exam.document)), 'HostedBadge', 'hosted');
const isSigned = exam => anyOf(typesOf(saidProof(exam.document)), 'SignedBadge', 'signed');
const isEndorsement = exam => typesOf(exam.document).has('Endorsement');

// Step 2: what is it

export function contextsKnown(exam) {
  const named = listOf(exam.document['@context']);
  if (!named.includes(OB2)) {
    if (named.some(entry => typeof entry === 'string' && entry.includes('openbadges'))) {
      throw unknown('it follows an older standard than Open Badges 2.0, which is not read here');
    }
    throw forged('it does not name the context of Open Badges 2.0, so its words mean nothing');
  }
  refuseUnknown(exam.document);
  return '';
}

export function oneWayOfProof(exam) {
  if (isHosted(exam) === isSigned(exam)) {
    throw forged('it does not say whether it is hosted or signed');
  }
  if (isSigned(exam) && !exam.token) {
    throw forged('it says that it is signed, but its signature is missing');
  }
  if (isHosted(exam) && exam.token) {
    throw forged('it says that it is hosted, but came as a signed text');
  }
  const kind = isEndorsement(exam) ? 'an endorsement (Open Badges 2.0)' : 'an Open Badge 2.0';
  return `${kind}, ${isHosted(exam) ? 'hosted by its issuer' : 'signed as a whole (JWS)'}`;
}

// Step 3: who says so

export async function hostedCopy(exam) {
  if (!isHosted(exam)) {
    return '';
  }
  const address = idOf(exam.document);
  if (!address.startsWith('https://')) {
    throw unknown(
      `its address ${quoted(address, 200)} does not begin with https://, so nobody vouches for what lies there`);
  }
  const answer = await exam.asker.answer(address);
  if (answer.status === 410) {
    throw new Finding(WITHDRAWN, 'its own address answers that it is gone');
  }
  exam.hosted = await exam.asker.json(address, 'the badge');
  if (exam.hosted.id === address && exam.hosted.revoked === true && !has(exam.hosted, 'badge')) {
    // What a host that cannot answer 410 says instead (OB 2.0, "Revoked"): an id and the word.
    throw new Finding(WITHDRAWN, 'its own address says that it is withdrawn, and nothing else');
  }
  return '';
}

export function sameAsHosted(exam) {
  const {hosted, document} = exam;
  for (const name of told(hosted) ? [...Object.keys(document), ...Object.keys(hosted)].sort(byCodePoint) : []) {
    if (!REQUESTED.includes(name) && !same(document[name], hosted[name])) {
      throw forged(`the file says otherwise than the badge at its own address (${quoted(name)})`);
    }
  }
  return '';
}

/** Say whether two values agree; an object and its id count as the same, and so do nothing and a missing member. */
function same(first = null, second = null) {
  if (isObject(first) !== isObject(second)) {
    return Boolean(idOf(first)) && idOf(first) === idOf(second);
  }
  return alike(first, second);
}

export async function badgeFound(exam) {
  if (told(exam.hosted)) {
    exam.document = exam.hosted;
  }
  if (isEndorsement(exam)) {
    return '';
  }
  const {badge} = exam.document;
  if (typeof badge === 'string') {
    exam.badge = await exam.asker.json(badge, 'the description of the badge');
  } else if (isObject(badge)) {
    exam.badge = badge;
  } else {
    throw forged('it does not say which badge was given');
  }
  return '';
}

export async function profileFound(exam) {
  const issuer = idOf((isEndorsement(exam) ? exam.document : exam.badge).issuer);
  if (!issuer) {
    throw forged('it does not say who issued it');
  }
  if (!/^https?:\/\//.test(issuer)) {
    throw unknown(`the issuer ${quoted(issuer)} is named in a way that cannot be asked here; an https address can`);
  }
  const profile = await exam.asker.json(issuer, "the issuer's profile");
  exam.callsItself = idOf(profile);
  exam.profile = {...profile, id: issuer};
  return `${quoted(issuer, 200)}, as it says itself`;
}

// Step 4: signature

export function hostedWhereIssuerSays(exam) {
  if (!isHosted(exam)) {
    return '';
  }
  const address = idOf(exam.document);
  const all = objectsOf(exam.profile.verification);
  for (const rules of all.length ? all : [{}]) {
    const texts = name => listOf(rules[name]).filter(item => typeof item === 'string');
    const origins = texts('allowedOrigins').map(text => text.toLowerCase());
    if (!(origins.length ? origins : [hostOf(idOf(exam.profile))]).includes(hostOf(address)) ||
        (has(rules, 'startsWith') && !texts('startsWith').some(start => address.startsWith(start)))) {
      throw forged('it does not lie where its issuer says that its badges lie');
    }
  }
  return "none is needed: it lies at the issuer's own address";
}

export async function signatureHolds(exam) {
  if (!isSigned(exam) || !exam.token) {
    return '';
  }
  let wrong = "the issuer's profile names no key";
  for (const entry of await candidates(exam)) {
    try {
      refuseHeader(exam.header);
      await verifyToken(exam.token, exam.header, await loaded(entry));
    } catch (error) {
      if (!(error instanceof ProofError)) {
        throw error;
      }
      wrong = fault(error.message);
      continue;
    }
    exam.key = entry;
    return 'holds, over everything that is said here';
  }
  throw forged(wrong);
}

const loaded = entry => fromPem(textOf(entry.publicKeyPem));

/** Return the key documents with which a signed badge may be signed: the one that it names, else the profile's. */
async function candidates(exam) {
  const said = saidProof(exam.document);
  const creator = isObject(said) ? idOf(said.creator) : '';
  const listed = listOf(exam.profile.publicKey).slice(0, MAX_TRIED);
  const inside = entry => isObject(entry) && has(entry, 'publicKeyPem');
  if (creator) {
    return [listed.find(entry => inside(entry) && idOf(entry) === creator) ?? (await keyAt(exam, creator))];
  }
  const found = [];
  for (const entry of listed) {
    found.push(inside(entry) ? entry : await keyAt(exam, idOf(entry)));
  }
  return found;
}

async function keyAt(exam, address) {
  const found = await exam.asker.json(address, "the issuer's key");
  if (idOf(found) !== address) {
    throw unknown("the issuer's key calls itself by another address");
  }
  return found;
}

export function profileAtItsAddress(exam) {
  if (spelled(exam.callsItself) !== spelled(exam.issuer)) {
    throw unknown("the issuer's profile calls itself by another address");
  }
  return '';
}

/** Return an address without what old badges write now in one way and now in another. */
const spelled = address => address.split('://').slice(1).join('://').replace(/\.json$/, '');

// Step 5: is that key that issuer's, and in force

export function keyOwnedByIssuer(exam) {
  if (isSigned(exam) && idOf(exam.key.owner) !== idOf(exam.profile)) {
    throw forged(`the key is one of ${quoted(idOf(exam.key.owner))}, not of the issuer`);
  }
  return '';
}

export function keyListedByIssuer(exam) {
  if (isSigned(exam) && !listOf(exam.profile.publicKey).map(idOf).includes(idOf(exam.key))) {
    throw forged("the issuer's profile does not list the key");
  }
  return '';
}

export function keyNotRevoked(exam) {
  if (isSigned(exam) && told(exam.key.revoked)) {
    throw forged('the issuer revoked the key, so whatever is signed with it may be anyone\'s');
  }
  return '';
}

export async function keyTold(exam) {
  const known = exam.question.demonstration;
  if (!isSigned(exam)) {
    const listed = listOf(exam.profile.publicKey).map(idOf).join(' ');
    exam.demonstration = [...known].some(key => listed.includes(key));
    return `no key is needed${exam.demonstration ? '; this is a demonstration: anyone can open its keys' : ''}`;
  }
  exam.keyName = (await loaded(exam.key)).name;
  exam.demonstration = known.has(exam.keyName);
  return `the key is ${exam.keyName}${exam.demonstration ? DEMONSTRATION : ''}`;
}

// Step 6: schema and terms

export function assertionShaped(exam) {
  const {document} = exam;
  if (!has(document, 'issuedOn')) {
    throw forged('it does not say when it was given');
  }
  if (isEndorsement(exam)) {
    if (!idOf(document.claim)) {
      throw forged('the endorsement does not say what it endorses');
    }
    return '';
  }
  const {recipient} = document;
  if (!isObject(recipient) || !typesOf(recipient).size || typeof recipient.hashed !== 'boolean' || !textOf(recipient.identity)) {
    throw forged(`its holder ${NO_TYPE}`);
  }
  return '';
}

export function pictureAddressed(exam) {
  if (listOf(exam.document.image).some(image => idOf(image).startsWith('data:'))) {
    throw forged('its picture is written into it, which the standard does not allow');
  }
  return '';
}

export function badgeShaped(exam) {
  const {badge} = exam;
  if (isEndorsement(exam)) {
    return '';
  }
  if (!typesOf(badge).has('BadgeClass')) {
    throw forged(`the badge ${NO_TYPE} (type BadgeClass)`);
  }
  const {criteria} = badge;
  const says = isObject(criteria) ? told(criteria.id) || told(criteria.narrative) : textOf(criteria);
  if (!textOf(badge.name) || !textOf(badge.description) || !says) {
    throw forged('the badge has no name, description or criteria');
  }
  return '';
}

export function profileShaped(exam) {
  if (!anyOf(typesOf(exam.profile), 'Issuer', 'Profile')) {
    throw forged(`the issuer ${NO_TYPE} (type Issuer or Profile)`);
  }
  if (!textOf(exam.profile.name) || !textOf(exam.profile.url)) {
    throw forged('the issuer has no name or address of its own');
  }
  return '';
}

// Step 7: dates

export function datesSound(exam) {
  const given = exam.moments('issuedOn').map(value => moment(value, 'the day on which it was given'));
  const ends = exam.moments('expires').map(value => moment(value, 'the day until which it is valid'));
  if (given.length && ends.length && ends[0] < given[0]) {
    throw forged('it ends before it was given');
  }
  return '';
}

export function givenAlready(exam) {
  for (const value of exam.moments('issuedOn')) {
    const given = moment(value, 'the day on which it was given');
    if (given > exam.question.now) {
      throw forged(`it says that it was given on ${day(given)}, which has not come`);
    }
  }
  return '';
}

export function notEnded(exam) {
  for (const value of exam.moments('expires')) {
    const end = moment(value, 'the day until which it is valid');
    if (end < exam.question.now) {
      throw new Finding(EXPIRED, `it was valid until ${day(end)}`);
    }
    return `valid until ${day(end)}`;
  }
  return 'with no end';
}

// Step 8: status

export function notMarkedRevoked(exam) {
  const {revoked = false} = exam.document;
  if (revoked !== false) {
    throw new Finding(WITHDRAWN, `the issuer withdrew it${reasonOf(exam.document)}`);
  }
  return '';
}

export async function notOnList(exam) {
  const named = listOf(exam.profile.revocationList);
  for (const address of named.map(idOf)) {
    const listed = await exam.asker.json(address, 'the list of withdrawn badges');
    const entries = listOf(listed.revokedAssertions ?? '');
    if (!typesOf(listed).has('RevocationList') || idOf(listed) !== address || !entries.every(idOf)) {
      throw unknown('what lies at the address of the list of withdrawn badges is none');
    }
    if (has(listed, 'issuer') && idOf(listed.issuer) !== idOf(exam.profile)) {
      throw unknown("the list of withdrawn badges is not the issuer's own");
    }
    for (const entry of entries) {
      if (idOf(entry) === idOf(exam.document)) {
        throw new Finding(WITHDRAWN, `the issuer withdrew it${reasonOf(entry)}`);
      }
    }
  }
  return named.length ? "not withdrawn, says the issuer's list"
    : isHosted(exam) ? 'its own address still says that it holds' : 'the issuer names no list of withdrawn badges';
}

function reasonOf(entry) {
  const reason = isObject(entry) ? textOf(entry.revocationReason) : '';
  return /^[a-z-]{1,40}$/.test(reason) ? ` (${reason})` : '';
}

/** Return what is vouched for and worth showing. */
export function factsOf(exam) {
  return filled({
    badge: textOf(exam.badge.name),
    issuer_name: textOf(exam.profile.name),
    issuer_url: textOf(exam.profile.url),
    from: textOf(exam.document.issuedOn),
    until: textOf(exam.document.expires),
    id: idOf(exam.document),
  });
}
