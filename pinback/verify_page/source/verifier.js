/** The checker: ten steps in the open, each a line with its own answer, and one verdict. Mirrors `pinback/verify/verifier.py`. */
import {utf8} from './bytes.js';
import * as credential from './credential.js';
import {Exam, idOf, isObject, listOf, objectsOf, textOf, typesOf} from './exam.js';
import {addressOf, keyDocument} from './issuers.js';
import {examOf} from './kinds.js';
import {MAX_NESTED, MAX_PARTS, MAX_PARTS_IN_ALL, MAX_SHOWN} from './limits.js';
import * as openBadges2 from './open_badges_2.js';
import {stripped} from './reading.js';
import {Report, line} from './report.js';
import * as shape from './shape.js';
import * as statuses from './statuses.js';
import * as trusting from './trusting.js';
import {hostOf} from './urls.js';
import {CANNOT_TELL, FORGED, Finding, GENUINE, NO_BADGE, SENTENCES, forged, unknown, worst} from './verdict.js';
import {shortened} from './words.js';

export const READ = 'read';
const KIND = 'what is it';
const ISSUER = 'who says so';
const SIGNATURE = 'signature';
const KEY = "that issuer's key, and in force";
const TERMS = 'schema and terms';
const DATES = 'dates';
const STATUS = 'status';
const HOLDER = 'for whom';
const ENDORSEMENTS = 'what lies in it, endorsements';
export const STEPS = [READ, KIND, ISSUER, SIGNATURE, KEY, TERMS, DATES, STATUS, HOLDER, ENDORSEMENTS];
const FINAL = STEPS.slice(0, STEPS.indexOf(DATES));

/** Each list that the credential names answers for it; without any, that is said. */
async function namedStatusAnswered(exam) {
  const entries = statuses.entriesOf(exam);
  const said = [];
  for (const entry of entries.filter(statuses.isBitstring)) {
    const url = textOf(entry.statusListCredential);
    if (!url) {
      throw unknown('it names a status list without an address');
    }
    said.push(await runEntry(statuses.entryOf(exam, entry, await listAt(exam, url))));
  }
  return entries.length ? said.filter(Boolean).join('; ') : 'it names no status, so it cannot be withdrawn';
}

/** The list of suspensions beside a list of ours does not name it. */
async function notSuspendedBeside(exam) {
  for (const entry of statuses.entriesOf(exam)) {
    const url = statuses.beside(textOf(entry.statusListCredential));
    if (!url || textOf(entry.statusPurpose) !== 'revocation') {
      continue;
    }
    let answer;
    try {
      answer = await exam.asker.answer(url);
    } catch (error) {
      if (error instanceof Finding && exam.asker.unsaved.has(url)) {
        return 'no list of suspensions was saved';
      }
      throw error;
    }
    if (answer.status === 404 || answer.status === 410) {
      continue;
    }
    return runEntry(statuses.suspensionOf(exam, entry, url, await listAt(exam, url)));
  }
  return '';
}

/** Every credential in a learner record is good by itself, and the whole only if all are. */
async function partsHold(exam) {
  const parts = objectsOf(exam.document.credentialSubject).flatMap(subject => listOf(subject.verifiableCredential));
  if (typesOf(exam.document).has('ClrCredential') && !parts.length && exam.depth === 0) {
    throw forged('the learner record holds no credential');
  }
  const reports = await judgedParts(exam, parts, 'part');
  exam.parts.push(...reports);
  const verdict = worst(reports)?.verdict ?? GENUINE;
  if (verdict === NO_BADGE) {
    throw unknown('a part of it is no credential');
  }
  if (verdict !== GENUINE) {
    throw new Finding(verdict, `not every part of it holds: ${firstOf(reports, verdict)}`);
  }
  return reports.length ? `${reports.length} of ${reports.length} parts hold` : '';
}

/** What others are said to have endorsed, they did; a forged endorsement spoils the badge, a missing answer does not. */
async function endorsementsHold(exam) {
  const {document} = exam;
  const achievements = objectsOf(document.credentialSubject).flatMap(subject => objectsOf(subject.achievement));
  const places = [document, ...objectsOf(document.issuer), ...achievements];
  const found = places.flatMap(place => ['endorsement', 'endorsementJwt'].flatMap(name => listOf(place[name])));
  const endorsed = [exam.issuer, ...places.map(idOf)].filter(Boolean);
  const reports = await judgedParts(exam, found, 'endorsement');
  for (const [place, report] of reports.entries()) {
    const wrong = report.verdict === FORGED ? '' : await notOf(endorsed, found[place], exam);
    if (wrong) {
      throw forged(wrong);
    }
  }
  return endorsementsTold(exam, reports);
}

/** The same of Open Badges 2.0, whose endorsements are addresses or objects with an address of their own. */
async function hostedEndorsementsHold(exam) {
  const places = [exam.document, exam.badge, exam.profile];
  const found = places.flatMap(place => listOf(place.endorsement));
  if (found.length > MAX_PARTS || (found.length && exam.depth)) {
    throw unknown(`it holds more than ${MAX_PARTS} endorsements, or endorsements of endorsements`);
  }
  const question = innerOf(exam);
  const reports = [];
  for (const value of found) {
    const text = typeof value === 'string';
    const one = {data: utf8(text ? value : JSON.stringify(value)), form: text ? 'address' : 'json', place: 'an endorsement'};
    reports.push(await judge(`endorsement ${reports.length + 1}`, one, exam.asker, question, exam.depth + 1));
    if (reports.at(-1).verdict === GENUINE) {
      const {document} = await examOf(one, exam.asker, exam.question, exam.depth + 1);
      if (!places.map(idOf).includes(idOf(document.claim))) {
        throw forged('an endorsement in it is of something else');
      }
    }
  }
  return endorsementsTold(exam, reports);
}

function endorsementsTold(exam, reports) {
  exam.parts.push(...reports);
  const bad = reports.find(report => report.verdict === FORGED);
  if (bad) {
    throw forged(`an endorsement in it is not genuine: ${bad.reason}`);
  }
  const good = reports.filter(report => report.verdict === GENUINE).length;
  return reports.length ? `${good} of ${reports.length} endorsements are genuine and in force` : '';
}

const VC = ['vc', 'list'];
const BADGE = ['vc', 'ob2'];
const ONLY_VC = ['vc'];
const OB2 = ['ob2'];
const ENTRY = ['entry'];
const PAIR = ['pair'];

/** The whole of what is required: step, kinds of exam, check. The same rows as the command's table, in its order. */
export const CHECKS = [
  [KIND, VC, credential.signedAtAll],
  [KIND, VC, shape.contextsKnown],
  [KIND, VC, shape.contextsFit],
  [KIND, OB2, openBadges2.contextsKnown],
  [KIND, OB2, openBadges2.oneWayOfProof],
  [ISSUER, VC, credential.issuerNamed],
  [ISSUER, VC, credential.headerHarmless],
  [ISSUER, VC, credential.headerType],
  [ISSUER, VC, credential.proofPurpose],
  [ISSUER, VC, credential.keyNamedByIssuer],
  [ISSUER, OB2, openBadges2.hostedCopy],
  [ISSUER, OB2, openBadges2.sameAsHosted],
  [ISSUER, OB2, openBadges2.badgeFound],
  [ISSUER, OB2, openBadges2.profileFound],
  [SIGNATURE, VC, credential.signatureHolds],
  [SIGNATURE, OB2, openBadges2.hostedWhereIssuerSays],
  [SIGNATURE, OB2, openBadges2.signatureHolds],
  [SIGNATURE, OB2, openBadges2.profileAtItsAddress],
  [KEY, VC, credential.keyHeldByIssuer],
  [KEY, VC, credential.keyListedForStatements],
  [KEY, VC, credential.keyNotRevoked],
  [KEY, VC, credential.keyNotEnded],
  [KEY, VC, credential.headerKeyIsIssuers],
  [KEY, VC, credential.keyTold],
  [KEY, OB2, openBadges2.keyOwnedByIssuer],
  [KEY, OB2, openBadges2.keyListedByIssuer],
  [KEY, OB2, openBadges2.keyNotRevoked],
  [KEY, OB2, openBadges2.keyTold],
  [KEY, BADGE, trusting.issuerTrusted],
  [TERMS, VC, shape.membersThere],
  [TERMS, ONLY_VC, shape.issuerShaped],
  [TERMS, ONLY_VC, shape.subjectShaped],
  [TERMS, ONLY_VC, shape.achievementShaped],
  [TERMS, ONLY_VC, shape.partsShaped],
  [TERMS, ONLY_VC, shape.schemaKnown],
  [TERMS, VC, shape.idsApart],
  [TERMS, VC, credential.claimsAgree],
  [TERMS, OB2, openBadges2.assertionShaped],
  [TERMS, OB2, openBadges2.pictureAddressed],
  [TERMS, OB2, openBadges2.badgeShaped],
  [TERMS, OB2, openBadges2.profileShaped],
  [DATES, VC, credential.datesSound],
  [DATES, VC, credential.begun],
  [DATES, VC, credential.signedBeforeNow],
  [DATES, VC, credential.signatureNotEnded],
  [DATES, VC, credential.notEnded],
  [DATES, OB2, openBadges2.datesSound],
  [DATES, OB2, openBadges2.givenAlready],
  [DATES, OB2, openBadges2.notEnded],
  [STATUS, ONLY_VC, namedStatusAnswered],
  [STATUS, ONLY_VC, notSuspendedBeside],
  [STATUS, ONLY_VC, statuses.notOnPlainList],
  [STATUS, ENTRY, statuses.listIsList],
  [STATUS, ENTRY, statuses.listByIssuer],
  [STATUS, ENTRY, statuses.listForPurpose],
  [STATUS, ENTRY, statuses.bitClear],
  [STATUS, ENTRY, statuses.listAtItsAddress],
  [STATUS, OB2, openBadges2.notMarkedRevoked],
  [STATUS, OB2, openBadges2.notOnList],
  [HOLDER, BADGE, trusting.forThePersonAskedAbout],
  [ENDORSEMENTS, ONLY_VC, partsHold],
  [ENDORSEMENTS, ONLY_VC, endorsementsHold],
  [ENDORSEMENTS, OB2, hostedEndorsementsHold],
  [ENDORSEMENTS, PAIR, trusting.sameAward],
  [ENDORSEMENTS, PAIR, trusting.sameBadge],
  [ENDORSEMENTS, PAIR, trusting.sameDays],
  [ENDORSEMENTS, PAIR, trusting.sameSite],
];

const checksOf = (step, kind) => CHECKS.filter(check => check[0] === step && check[1].includes(kind)).map(check => check[2]);

/** Run something, and return its finding in place of throwing it. */
async function findingOf(run) {
  try {
    return [await run(), null];
  } catch (error) {
    if (error instanceof Finding) {
      return [null, error];
    }
    throw error;
  }
}

/** Return the report on one document. */
export async function judge(source, found, asker, question, depth = 0) {
  const read = line(READ, 'yes', found.place);
  const [exam, finding] = await findingOf(() => examOf(found, asker, question, depth));
  if (finding) {
    return stopped(source, finding, read);
  }
  if (exam.kind === 'list' && depth === 0) {
    return new Report(source, NO_BADGE, 'this is a list of withdrawn badges, not a badge', {lines: [read]});
  }
  return examined(source, exam, [read]);
}

/** Return the report on what could not even be examined. */
export function stopped(source, finding, ...lines) {
  const step = STEPS[lines.length];
  const last = line(step, answerOf(finding), finding.reason);
  return new Report(source, finding.verdict, finding.reason, {
    lines: [...lines, last, ...notReached(step)],
    suspended: finding.suspended,
  });
}

const notReached = step => STEPS.slice(STEPS.indexOf(step) + 1).map(name => line(name, 'not reached', ''));
const answerOf = finding => (finding.verdict === CANNOT_TELL ? 'cannot tell' : 'no');

/** Run the steps of an exam: up to the dates each must hold before the next means anything, then all are told. */
async function examined(source, exam, lines) {
  const findings = [];
  for (const step of STEPS.slice(1)) {
    const [found, told] = await runStep(step, exam);
    lines.push(told);
    findings.push(...found);
    if (found.length && FINAL.includes(step)) {
      if (exam.kind === 'vc' && (step === SIGNATURE || step === KEY)) {
        findings.push(...(await plainFaults(exam)));
      }
      lines.push(...notReached(step));
      break;
    }
  }
  const most = worst(findings);
  const held = lines.every(one => one.answer === 'yes' || !FINAL.includes(one.step));
  const vouched = held && !findings.some(finding => finding.verdict === FORGED);
  return new Report(source, most?.verdict ?? GENUINE, most ? most.reason : noteOn(exam), {
    lines,
    facts: vouched ? (exam.kind === 'ob2' ? openBadges2 : credential).factsOf(exam) : {},
    issuer: shortened(exam.issuer, MAX_SHOWN),
    key: exam.keyName,
    trusted: exam.trusted,
    matched: exam.matched,
    suspended: Boolean(most?.suspended),
    demonstration: exam.demonstration,
    parts: exam.parts,
    exam,
    hosts: hostsOf(exam),
    alsoKnown: vouched && exam.kind === 'vc' ? (await keyDocument(exam.issuer, exam.asker)).alsoKnown : [],
  });
}

/** Return the hosts that speak for an issuer: a page may ask them, and no other. */
function hostsOf({kind, document, issuer}) {
  return (kind === 'ob2' ? [idOf(document), idOf(document.badge), issuer] : [whereOf(issuer)]).map(hostOf).filter(Boolean);
}

function whereOf(issuer) {
  try {
    return addressOf(issuer);
  } catch (error) {
    if (error instanceof Finding) {
      return '';
    }
    throw error;
  }
}

/** Return what makes a credential unsound whoever signed it, for one whose issuer cannot be asked. */
async function plainFaults(exam) {
  const found = [...(await runStep(TERMS, exam))[0], ...(await runStep(DATES, exam))[0]];
  return found.filter(finding => finding.verdict === FORGED);
}

/** Return what must be read beside "genuine and in force". */
function noteOn(exam) {
  const notes = [];
  if (exam.demonstration) {
    notes.push('this is a demonstration, whose keys anyone can open: it proves nothing about a person');
  }
  if (exam.trusted === false) {
    notes.push('its issuer is not among those whom you trust');
  } else if (exam.trusted === null && !exam.depth) {
    const signer = exam.keyName ? ` with the key ${exam.keyName}` : '';
    notes.push(`whether ${trusting.siteOf(exam.issuer)}, which issued it${signer}, can be trusted is for you to say`);
  }
  if (exam.matched === false) {
    notes.push('but it is not for the person you asked about');
  }
  return notes.join('; ');
}

async function runStep(step, exam) {
  const [said, findings] = [[], []];
  for (const check of checksOf(step, exam.kind)) {
    const [words, finding] = await findingOf(() => check(exam));
    if (finding) {
      findings.push(finding);
      if (FINAL.includes(step)) {
        break;
      }
    } else if (words) {
      said.push(words);
    }
  }
  if (findings.length) {
    const most = worst(findings);
    return [findings, line(step, answerOf(most), most.reason)];
  }
  const answer = step !== HOLDER ? 'yes' : exam.matched === null ? 'not asked' : exam.matched ? 'yes' : 'no';
  return [[], line(step, answer, said.join('; ') || NOTHING_TO_SAY.get(step) || '')];
}

const NOTHING_TO_SAY = new Map([[TERMS, 'as its standard asks, and all of it signed'], [ENDORSEMENTS, 'nothing else lies in it']]);

async function runEntry(entry) {
  const said = [];
  for (const check of checksOf(STATUS, 'entry')) {
    said.push(await check(entry));
  }
  return said.filter(Boolean).join('; ');
}

/** Return the exam of the status list at an address, passed. */
async function listAt(exam, url) {
  const name = `list ${url}`;
  if (!exam.asker.judged.has(name)) {
    exam.asker.judged.set(name, await judgedList(exam, url));
  }
  const known = exam.asker.judged.get(name);
  if (known instanceof Finding) {
    throw known;
  }
  return known;
}

async function judgedList(exam, url) {
  const [listed, finding] = await findingOf(async () => {
    const answer = await exam.asker.answer(url);
    if (answer.status !== 200) {
      throw unknown(`the status list is not at its address, which answers ${answer.status}`);
    }
    const data = stripped(answer.body);
    const form = data[0] === 0x7b ? 'json' : 'jws';
    return examOf({data, form, place: 'a status list'}, exam.asker, exam.question, exam.depth + 1);
  });
  if (finding) {
    return unknown(`the status list cannot be read: ${finding.reason}`);
  }
  listed.kind = 'list';
  for (const step of STEPS.slice(1)) {
    const [findings] = await runStep(step, listed);
    if (findings.length) {
      return unknown(`the status list does not hold: ${findings[0].reason}`);
    }
  }
  return listed;
}

/** Return reports on credentials within a credential. */
async function judgedParts(exam, values, name) {
  if (values.length && exam.depth >= MAX_NESTED) {
    throw unknown(`credentials lie more than ${MAX_NESTED} deep in one another`);
  }
  if (values.length + exam.parts.length > MAX_PARTS) {
    throw unknown(`it holds more than ${MAX_PARTS} credentials`);
  }
  exam.asker.partsLeft -= values.length;
  if (exam.asker.partsLeft < 0) {
    throw unknown(`it holds more than ${MAX_PARTS_IN_ALL} credentials in all`);
  }
  const inner = innerOf(exam);
  const reports = [];
  for (const [place, value] of values.entries()) {
    reports.push(await judgedPart(`${name} ${place + 1}`, value, exam, inner));
  }
  return reports;
}

const innerOf = exam => ({...exam.question, trust: [], recipient: '', named: null});

async function judgedPart(source, value, exam, question) {
  if (typeof value === 'string') {
    const place = value.split('.').length === 3 ? 'a signed text (JWT)' : 'a text';
    return judge(source, {data: utf8(value), form: 'jws', place}, exam.asker, question, exam.depth + 1);
  }
  if (!isObject(value)) {
    return new Report(source, FORGED, 'it is damaged');
  }
  const types = typesOf(value);
  if (!types.has('VerifiableCredential') && !types.has('EnvelopedVerifiableCredential')) {
    return new Report(source, FORGED, 'it is no credential');
  }
  const [part, finding] = await findingOf(() => objectExam(value, types, exam, question));
  return finding
    ? stopped(source, finding, line(READ, 'yes', ''))
    : examined(source, part, [line(READ, 'yes', 'a part of the document')]);
}

function objectExam(value, types, exam, question) {
  const depth = exam.depth + 1;
  if (!types.has('EnvelopedVerifiableCredential')) {
    return new Exam('vc', value, exam.asker, question, {depth});
  }
  const [, ...token] = textOf(value.id).split(',');
  return examOf({data: utf8(token.join(',')), form: 'jws', place: ''}, exam.asker, question, depth);
}

function firstOf(reports, verdict) {
  const report = reports.find(one => one.verdict === verdict);
  return `${report.source}: ${report.reason || SENTENCES[verdict].replace(/\.$/, '').toLowerCase()}`;
}

/** Say why an endorsement does not belong where it stands, or return "". */
async function notOf(endorsed, value, exam) {
  const part = isObject(value)
    ? value
    : (await examOf({data: utf8(textOf(value)), form: 'jws', place: ''}, exam.asker, exam.question, exam.depth + 1)).document;
  if (!typesOf(part).has('EndorsementCredential')) {
    return 'something in it is called an endorsement and is none';
  }
  if (objectsOf(part.credentialSubject).some(subject => !endorsed.includes(idOf(subject)))) {
    return 'an endorsement in it is of something else';
  }
  return '';
}

/** Say whether two documents in one picture are about the same award: a finding, or null where they are. */
export async function agreement(first, second) {
  for (const check of checksOf(ENDORSEMENTS, 'pair')) {
    const [, finding] = await findingOf(() => check([first, second]));
    if (finding) {
      return finding;
    }
  }
  return null;
}
