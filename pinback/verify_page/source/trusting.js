/** Whom the asker trusts, whom the badge is for, and whether two documents in one picture agree. Mirrors `pinback/verify/trusting.py`. */
import {idOf, isObject, objectsOf, textOf} from './exam.js';
import {latin1, utf8} from './bytes.js';
import {addressOf, keyDocument} from './issuers.js';
import {linksIn} from './reading.js';
import {isFor, isNamed} from './recipients.js';
import {bare, climbs, hostOf, unquoted} from './urls.js';
import {Finding, forged} from './verdict.js';
import {quoted, shortened} from './words.js';

/** Return the site that vouches for an issuer as a person reads it: host and path, or the DID. */
export function siteOf(issuer) {
  const web = issuer.startsWith('https://') ? bare(issuer).slice(8).replace(/\/+$/, '') : issuer;
  return shortened(issuer.startsWith('did:web:') ? unquoted(issuer.slice('did:web:'.length).replaceAll(':', '/')) : web, 200);
}

function trusts(trusted, issuer) {
  if (trusted === issuer) {
    return true;
  }
  if (!trusted.startsWith('https://')) {
    return false;
  }
  try {
    const address = addressOf(issuer);
    return address.startsWith(trusted.endsWith('/') ? trusted : `${trusted}/`) && !climbs(address);
  } catch (error) {
    if (error instanceof Finding) {
      return false;
    }
    throw error;
  }
}

export async function issuerTrusted(exam) {
  if (exam.question.trust.length) {
    exam.trusted = false;
    for (const trusted of exam.question.trust) {
      exam.trusted ||= trusts(trusted, exam.issuer) || (exam.kind === 'ob2' && (await claims(trusted, exam)));
    }
    return exam.trusted ? 'you trust this issuer' : 'this issuer is not among those whom you trust';
  }
  if (exam.depth) {
    return '';
  }
  return `you have not said whether you trust ${siteOf(exam.issuer)}; ${await linkedBack(exam)}`;
}

/** Say whether the document of a trusted DID names an OB 2.0 profile as another address of its own. */
async function claims(did, exam) {
  try {
    return did.startsWith('did:') && (await keyDocument(did, exam.asker)).alsoKnown.includes(exam.issuer);
  } catch (error) {
    if (error instanceof Finding) {
      return false;
    }
    throw error;
  }
}

/** Say whether the issuer's own web site links to where its badges come from. */
async function linkedBack(exam) {
  const issuer = exam.kind === 'ob2' ? exam.profile : exam.document.issuer;
  const home = textOf(isObject(issuer) ? issuer.url : '');
  if (!home.startsWith('https://')) {
    return 'it names no web site of its own';
  }
  let host;
  let answer;
  try {
    host = hostOf(addressOf(exam.issuer));
    if (host && host === hostOf(home)) {
      return `it names ${siteOf(home)} as its web site, which is the site of its keys`;
    }
    answer = await exam.asker.answer(home);
  } catch (error) {
    if (error instanceof Finding) {
      return `it names ${siteOf(home)} as its web site, which could not be asked`;
    }
    throw error;
  }
  const links = answer.status === 200 ? linksIn(answer.body, answer.url) : [];
  const back = links.some(link => host && hostOf(link) === host) || latin1(answer.body).includes(latin1(utf8(exam.issuer)));
  return `${siteOf(home)}, which it names as its web site, ${back ? 'links back to it' : 'does not mention it'}`;
}

export async function forThePersonAskedAbout(exam) {
  const {named, recipient} = exam.question;
  const hosted = exam.kind === 'ob2';
  const subjects = objectsOf(hosted ? exam.document.recipient : exam.document.credentialSubject);
  const identities = hosted ? subjects : subjects.flatMap(subject => objectsOf(subject.identifier));
  const [said, answers] = [[], []];
  if (named !== null) {
    answers.push(await isNamed(identities, named));
    said.push(`${quoted(named.name)}: ${answers.at(-1) ? 'the name that the issuer signed' : 'not the name that the issuer signed'}`);
  }
  if (recipient) {
    answers.push(await isFor(identities, hosted ? [] : subjects.map(idOf), recipient));
    said.push(`${quoted(recipient)}: ${answers.at(-1) ? 'the one it was given to' : 'not the one it was given to'}`);
  }
  if (answers.length) {
    exam.matched = answers.every(Boolean);
    return said.join('; ');
  }
  return identities.some(entry => entry.hashed === true)
    ? 'the holder is named by a hash; ask for the named link or e-mail address'
    : '';
}

// Two documents in one picture

const AWARD = /^[^?#]+\/awards\/[^/?#]+\/(?=[^/]+$)/;

export function sameAward(pair) {
  const [first, second] = pair.map(({facts}) => AWARD.exec(facts.id)?.[0]);
  if (first && second && first !== second) {
    throw forged('the two documents in this picture are of two awards');
  }
  return '';
}

export const sameBadge = pair => same(pair, 'badge', 'name of the badge');

export function sameDays(pair) {
  same(pair, 'from', 'day', 10);
  return same(pair, 'until', 'end', 10);
}

export function sameSite(pair) {
  const hosts = pair.map(({issuer}) =>
    issuer.startsWith('did:web:') ? unquoted(issuer.slice('did:web:'.length).split(':')[0]) : hostOf(issuer) || issuer);
  const [first, second] = pair;
  const own = first.alsoKnown.includes(second.issuer) || second.alsoKnown.includes(first.issuer);
  if (hosts[0] !== hosts[1] && !own) {
    throw forged(`the two documents in this picture come from two issuers, ${quoted(hosts[0])} and ${quoted(hosts[1])}`);
  }
  return '';
}

function same(pair, fact, what, signs) {
  const [first, second] = pair.map(report => (report.facts[fact] ?? '').slice(0, signs));
  if (first !== second) {
    throw forged(`the two documents in this picture disagree about the ${what}`);
  }
  return '';
}
