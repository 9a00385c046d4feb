/**
 * Whether an issuer is a group of a parent body: both have to say so. Mirrors `pinback/verify/membership.py`.
 *
 * A script of its own, which the page loads when it judges for the first time: `verify.js` has no room for it. What knows
 * more than a value comes from there (`tools`), so that both have one checker and one way of asking.
 */
import {utf8} from './bytes.js';
import {idOf, listOf, objectsOf, textOf, typesOf} from './exam.js';
import {MAX_ENDORSEMENTS_ASKED, MAX_OWN_PROFILES, MAX_PARENTS, MAX_PARENT_NAME} from './limits.js';
import {hostOf} from './urls.js';
import {CANNOT_TELL, GENUINE, WITHDRAWN} from './verdict.js';
import {quoted} from './words.js';

const [PARENTS, ENDORSEMENTS] = ['schema:memberOf', 'schema:subjectOf'];
const ALONE = 'one word alone vouches for nothing';
const isWeb = address => address.startsWith('https://');

/**
 * Return what is known of an issuer's parents, or of the group that an endorsement names: each `parent` (its id), `both`
 * (null where one could not be asked) and `words`.
 *
 * @param report on a document whose issuer vouches for it; for any other there is nothing to say
 * @param run whose asker and question are used
 * @param tools of `verify.js`: the checker, the keys of an issuer, and its site
 */
async function memberships(report, {asker, question}, ...tools) {
  try {
    return await found(report, asker, question, tools);
  } catch {
    // Who vouches changes no verdict; a fault here must not either.
    return [];
  } finally {
    report.exam = null;
  }
}

async function found(report, asker, question, tools) {
  if (!Object.keys(report.facts).length || !report.issuer) {
    return [];
  }
  const look = new Look(asker, question, tools);
  const endorsed = endorsedBy(report);
  if (endorsed) {
    return look.ofEndorsement(report, endorsed);
  }
  const name = `parents of ${report.issuer}`;
  if (!asker.judged.has(name)) {
    asker.nextDocument();
    asker.judged.set(name, await look.parents(report.issuer, report.facts.issuer_name || look.site(report.issuer)));
  }
  const {told, hosts} = asker.judged.get(name);
  report.hosts.push(...hosts);
  return told;
}

/** Return the id of what an endorsement is about whose signature holds, or "". */
function endorsedBy({exam, facts}) {
  if (!exam || !Object.keys(facts).length) {
    return '';
  }
  if (exam.kind === 'ob2') {
    return typesOf(exam.document).has('Endorsement') ? idOf(exam.document.claim) : '';
  }
  const subjects = objectsOf(exam.document.credentialSubject);
  return typesOf(exam.document).has('EndorsementCredential') && subjects.length === 1 ? idOf(subjects[0]) : '';
}

/** Run something, and return `otherwise` where it ends in a finding. (Findings of the other script are of its own class.) */
async function orElse(otherwise, run) {
  try {
    return await run();
  } catch (error) {
    if (error.verdict) {
      return otherwise;
    }
    throw error;
  }
}

class Look {
  constructor(asker, question, [judge, keyDocument, site]) {
    Object.assign(this, {asker, question, judge, keyDocument, site});
  }

  /** Return what is told of each parent, and the hosts that may be asked to know more. */
  async parents(issuer, name) {
    const claim = await this.claimOf(issuer);
    const [judged, told] = [[], []];
    for (const address of claim.parents.size ? claim.endorsements : []) {
      judged.push(await this.endorsement(address));
    }
    for (const [parent, called] of claim.parents) {
      told.push(await this.membership(issuer, name, parent, called, judged));
    }
    const open = told.some(one => one.both === null);
    const unasked = open ? judged.filter(one => one.verdict === CANNOT_TELL) : [];
    return {told, hosts: unasked.flatMap(one => [...one.hosts, hostOf(one.source)])};
  }

  async membership(issuer, name, parent, called, judged) {
    const site = this.site(parent);
    const says = `${name} says that it is a group of ${called || site} (${site})`;
    let refused = '';
    let about = '';
    for (const one of judged) {
      const endorsed = endorsedBy(one);
      if (!endorsed || !(await this.is(one.issuer, parent))) {
        continue;
      }
      if (!(await this.is(issuer, endorsed))) {
        about ||= `what it signed is about ${quoted(endorsed, 200)}`;
      } else if (one.verdict === GENUINE) {
        const trusted = this.question.trust.includes(parent) ? ', whom you trust' : '';
        return {parent, both: true, words: `${name} is a group of ${one.facts.issuer_name || site} (${site})${trusted}, as both say`};
      } else if (one.verdict !== CANNOT_TELL) {
        refused = one.verdict === WITHDRAWN ? 'it has withdrawn its endorsement' : `its endorsement does not hold (${one.reason})`;
      }
    }
    const unasked = judged.find(one => one.verdict === CANNOT_TELL);
    if (unasked && !refused) {
      return {parent, both: null, words: `${says}; whether that one says so could not be found out: ${unasked.reason}`};
    }
    return {parent, both: false, words: `${says}, which does not say so: ${refused || about || 'no endorsement by it is there'}; ${ALONE}`};
  }

  /** Say whether the group that an endorsement names links back to who signed it. */
  async ofEndorsement({issuer: parent, facts}, group) {
    this.asker.nextDocument();
    const signed = facts.issuer_name || this.site(parent);
    if (!group.startsWith('did:web:') && !isWeb(group)) {
      return [];
    }
    for (const named of (await this.claimOf(group)).parents.keys()) {
      if (await this.is(parent, named)) {
        return [{parent, both: true, words: `${this.site(group)} is a group of ${signed} (${this.site(parent)}), as both say`}];
      }
    }
    return [{parent, both: false, words: `${this.site(group)} does not say that it is a group of ${signed}; ${ALONE}`}];
  }

  /** Return what the profiles of an issuer say: `parents`, name by id, and addresses of `endorsements`; what cannot be read says nothing. */
  async claimOf(issuer) {
    const parents = new Map();
    const endorsements = new Set();
    for (const address of await this.profiles(issuer)) {
      const profile = await orElse({}, () => this.asker.json(address, "the issuer's profile"));
      if (profile.id !== address) {
        continue;
      }
      for (const entry of objectsOf(profile[PARENTS]).slice(0, MAX_PARENTS)) {
        const parent = idOf(entry);
        if (parent && !parents.has(parent)) {
          parents.set(parent, [...textOf(entry.name)].slice(0, MAX_PARENT_NAME).join(''));
        }
      }
      listOf(profile[ENDORSEMENTS]).slice(0, MAX_ENDORSEMENTS_ASKED).map(idOf).filter(isWeb).forEach(link => endorsements.add(link));
    }
    return {parents: new Map([...parents].slice(0, MAX_PARENTS)), endorsements: [...endorsements].slice(0, MAX_ENDORSEMENTS_ASKED)};
  }

  async profiles(issuer) {
    if (isWeb(issuer)) {
      return [issuer];
    }
    const {alsoKnown} = await orElse({alsoKnown: []}, () => this.keyDocument(issuer, this.asker));
    return alsoKnown.filter(isWeb).slice(0, MAX_OWN_PROFILES);
  }

  /** Return the report on what lies at the address of an endorsement. */
  endorsement(address) {
    const found = {data: utf8(address), form: 'address', place: 'an endorsement'};
    return this.judge(address, found, this.asker, {...this.question, trust: [], recipient: '', named: null}, 1);
  }

  /** Tell whether an issuer is who another name names: the same id, or a profile that the document of that name gives as its own. */
  async is(issuer, named) {
    return issuer === named
      || (named.startsWith('did:') && orElse(false, async () => (await this.keyDocument(named, this.asker)).alsoKnown.includes(issuer)));
  }
}

globalThis.pinback.memberships = memberships;
