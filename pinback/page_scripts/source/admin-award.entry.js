/**
 * The script of the page where a steward awards a badge.
 *
 * 1. What was pasted or chosen is read, and shown at once: columns, questions, every fault by row, the awards.
 * 2. One button draws ids, handles and links. The private list is saved first: a record whose link nobody has is lost.
 * 3. Then the records go to the host, and links, messages and cards to the earners.
 *
 * Nothing is asked of anybody. What is kept in the browser is how columns were read, by their headings, never a name.
 */
import {awardIn, awardUrl, newRecord, newRecords, recordFiles} from './awarding.js';
import {showOutcome} from './award_outcome.js';
import {sayHow, showReview} from './award_review.js';
import {element} from './elements.js';
import {onFile} from './file_choice.js';
import {knownAwards} from './known.js';
import {letterFor} from './messages.js';
import {filled, pageData} from './page.js';
import {readRoster, readTable, readWhoIsWho} from './roster/roster.js';
import {grownList, isList, textOf} from './who_is_who.js';

const REMEMBERED = 'pinback-columns';

class Award {
  constructor(data) {
    this.data = data;
    this.words = data.words;
    this.input = '';
    this.list = '';
    this.order = '';
    this.read = null;
    this.pending = new Set();
  }

  /** Take another roster: text, or the bytes of a file. */
  take(input) {
    this.input = input;
    this.order = '';
    this.review();
  }

  /** Read what there is with all that was chosen, and show it. */
  async review() {
    this.round = (this.round ?? 0) + 1;
    const {round, words, data} = this;
    if (!this.input.length) {
      element('review').hidden = true;
      return;
    }
    const table = await readTable(this.input);
    const read = readRoster({
      table,
      badges: data.badges,
      languages: data.languages,
      today: today(),
      known: knownAwards(this.list, today()),
      badge: element('badge').value,
      on: element('day').value,
      columns: remembered(),
      dayOrder: this.order,
      hashEmails: element('hash-emails').checked,
      allMinors: element('all-minors').checked,
      words: data.rules,
    });
    if (round !== this.round) {
      return; // something newer is on its way
    }
    this.read = read;
    showReview(read, words, new Map(data.badges.map(badge => [badge.slug, badge.name])), this.order, {
      column: (header, field) => {
        remember(header, field);
        this.review();
      },
      order: order => {
        this.order = order;
        this.review();
      },
    });
    this.say();
  }

  /** Say what can be made, and show the buttons for it. */
  say() {
    const {read, words, data} = this;
    const fresh = read.awards.filter(award => !award.already);
    const ready = fresh.every(award => data.issuers[data.badges.find(badge => badge.slug === award.badge)?.issuer]?.ready);
    const faulty = read.faults.length > 0;
    const asked = read.questions.length > 0;
    if (faulty) {
      sayHow(filled(words.faults, {count: read.faults.length}), 'bad');
    } else if (asked) {
      sayHow(words.question, 'warn');
    } else if (!ready) {
      sayHow(words.notReady, 'bad');
    } else {
      sayHow(fresh.length ? filled(words.ready, {count: fresh.length}) : words.nothing, fresh.length ? 'good' : 'warn');
    }
    const can = !faulty && !asked && ready;
    element('make').hidden = !(can && fresh.length);
    element('make-again').hidden = !(can && read.awards.some(award => award.already));
  }

  /** Draw and make everything for the awards that are new, save the list, and show what is to be done. */
  async make() {
    const {data, read} = this;
    const known = readWhoIsWho(this.list);
    const records = await newRecords(read.awards.filter(award => !award.already), {
      baseUrl: data.base_url,
      animals: data.animals,
      taken: new Set(known.map(row => row.handle)),
    }, working);
    // Awards with a name in the open stand in the list too, with the address of their page: so nobody gets them twice.
    this.show(records, grownList(this.list, records.map(record => ({
      ...record,
      link: record.link || awardUrl(data.base_url, record.id),
      badge: data.badges.find(badge => badge.slug === record.badge).name,
    }))));
  }

  /** Make the records of awards again that are in the list already: their ids and secrets stand in the links. */
  async makeAgain() {
    const {data, read} = this;
    const records = [];
    for (const award of read.awards.filter(one => one.already)) {
      const {id, name, secret} = awardIn(award.link) ?? {};
      if (id && (secret || award.public)) {
        records.push(await newRecord({...award, name: name || award.name}, id, secret, data.base_url));
      }
    }
    this.show(records, this.list);
  }

  show(records, list) {
    const {data} = this;
    this.list = list;
    this.pending.clear();
    const letters = records.map(record => letterFor({...record, address: awardUrl(data.base_url, record.id)}, data));
    element('asking').hidden = true;
    element('review').hidden = true;
    showOutcome({list, files: recordFiles(records), letters}, data, this.pending);
  }

  /** Begin anew; the list of this page goes on. */
  next() {
    element('outcome').hidden = true;
    element('cards').replaceChildren();
    element('asking').hidden = false;
    for (const id of ['names', 'roster', 'list']) {
      element(id).value = '';
    }
    this.pending.clear();
    this.take('');
    this.sayList();
    element('names').focus();
  }

  takeList(text) {
    if (isList(text)) {
      this.list = text;
      this.sayList();
    } else {
      element('list-said').textContent = this.words.notList;
    }
    this.review();
  }

  sayList() {
    const count = readWhoIsWho(this.list).length;
    element('list-said').textContent = count ? filled(this.words.listRead, {count}) : '';
  }
}

const today = () => new Intl.DateTimeFormat('sv-SE').format(new Date());

/** Show how far the work is; a moment is given to the page now and then. */
async function working(done, all) {
  const bar = element('progress');
  bar.hidden = done >= all;
  bar.value = done / all;
  await new Promise(resolve => setTimeout(resolve, 0));
}

/** Columns that were read otherwise by hand: their headings to fields. A browser that keeps nothing for a page forgets them. */
let chosen = {};

function remembered() {
  try {
    return {...JSON.parse(localStorage.getItem(REMEMBERED)), ...chosen};
  } catch {
    return chosen;
  }
}

function remember(header, field) {
  chosen = {...remembered(), [header]: field};
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(chosen));
  } catch {
    // then it is asked again the next time
  }
}

function begin() {
  const data = pageData();
  if (!data?.words) {
    return;
  }
  const award = new Award(data);
  element('day').value = today();
  element('day').max = today();
  element('badge').value = data.badges.length === 1 ? data.badges[0].slug : element('badge').value;
  let timer = 0;
  element('names').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => award.take(element('names').value), 150);
  });
  for (const id of ['badge', 'day', 'all-minors', 'hash-emails']) {
    element(id).addEventListener('change', () => award.review());
  }
  onFile('roster', 'drop-roster', bytes => award.take(bytes));
  onFile('list', 'drop-list', bytes => award.takeList(textOf(bytes)));
  element('make').addEventListener('click', () => award.make());
  element('make-again').addEventListener('click', () => award.makeAgain());
  element('next').addEventListener('click', () => award.next());
  addEventListener('beforeunload', event => {
    if (award.pending.size) {
      event.preventDefault();
    }
  });
}

begin();
