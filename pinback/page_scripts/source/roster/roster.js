/**
 * What a roster says: who is awarded what on which day, every fault by row and column, and what is there already.
 *
 * Pure: no page, no clock, no network. Mirrors `pinback/roster/reading.py`; both are read with the same sheets and compared
 * (`tests/foreign/roster_cases.py`). The steps: columns, rows, days column by column, values, people.
 */
import {readColumns} from './columns.js';
import {dayAfter, dayOf, dayParts, isUnderAge, orderOf} from './dates.js';
import {Words} from './messages.js';
import {People} from './people.js';
import {DAYS, EMAIL, LIMITS, PRIVATE} from './rules.js';
import {counted, listed, oneLine, quoted, stripped} from './texts.js';
import {Badges, isNo, isShortName, isYes, valueOf} from './values.js';

export {readTable} from './table.js';
export {readWhoIsWho} from './who_is_who.js';
export {FIELDS, MESSAGES} from './rules.js';

const LATEST_OF_ANY = 2099;

/**
 * Read a roster.
 *
 * Args:
 *   table: of `readTable`.
 *   badges: `[{slug, names, languages}]`; `languages` (in which it is written) may be left out.
 *   languages: the site's.
 *   today: "yyyy-mm-dd".
 *   known: who and what is there already, `[{name, contact, badge, issued_on, handle, link}]`; `badge` is a slug or a name.
 *   badge, on: for rows that do not say it.
 *   columns: names of columns to fields, chosen by hand.
 *   dayOrder: "day-first" or "month-first" for columns that do not tell, or "".
 *   from: "auto", "moodle" or "google-forms".
 *   hashEmails, allMinors: for the whole roster.
 *   words: sentences by key, in place of the English ones.
 *
 * Returns `{columns, notes, questions, faults, awards, leftOut}`; sentences are in words. `awards` are those of rows without a
 * fault; nothing must be written while there is a fault or a question.
 */
export function readRoster(asked) {
  return new Reading(asked).result();
}

/** The roster has more faults than are told. */
class Enough extends Error {}

class Reading {
  constructor({table, badges, languages, today, known = [], badge = '', on = '', columns = {}, dayOrder = '', from = 'auto', hashEmails = false,
    allMinors = false, words = {}}) {
    this.written = new Map(badges.map(one => [one.slug, one.languages]));
    this.badges = new Badges(badges);
    Object.assign(this, {table, languages, today, known, badge, on, chosen: columns, dayOrder, from, hashEmails, allMinors});
    this.words = new Words(words);
    this.notes = [...table.notes];
    this.faults = [...table.faults];
    this.questions = [];
    this.leftOut = 0;
    this.dayNotes = [];
  }

  result() {
    const columns = this.faults.length ? [] : this.findColumns();
    const awards = this.faults.length ? [] : this.awardsWithinReason();
    if (this.faults.length > LIMITS.faults) {
      this.faults.splice(LIMITS.faults, this.faults.length, {row: 0, column: '', key: 'too_many_faults', values: {limit: counted(LIMITS.faults)}});
    }
    const order = new Map(columns.map(({header}, place) => [header, place]));
    const place = fault => [fault.row, fault.column ? order.get(fault.column) ?? -1 : -1];
    const sorted = this.faults.map((fault, number) => [...place(fault), number, fault])
      .sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
    return {
      columns: columns.map(({header, field}) => ({header, field})),
      notes: this.notes.map(note => this.words.note(note)),
      striking: this.notes.filter(({key}) => STRIKING.has(key)).map(note => this.words.note(note)),
      questions: this.questions,
      faults: sorted.map(([, , , fault]) => this.words.fault(fault)),
      awards,
      leftOut: this.leftOut,
    };
  }

  fault(row, column, key, values = {}, cure = undefined) {
    this.faults.push({row, column, key, values, cure});
    if (this.faults.length > LIMITS.faults) {
      throw new Enough();
    }
  }

  awardsWithinReason() {
    try {
      return this.awards();
    } catch (error) {
      if (error instanceof Enough) {
        return [];
      }
      throw error;
    }
  }

  findColumns() {
    const found = readColumns(this.table.rows, this.chosen, this.from);
    this.first = found.first;
    this.columns = found.columns;
    this.notes.push(...found.notes);
    this.faults.push(...found.faults);
    if (!this.faults.length) {
      this.place = new Map();
      this.columns.forEach(({field, kind}, place) => field && this.place.set(field, [...(this.place.get(field) ?? []), {place, kind}]));
      for (const one of this.place.values()) {
        one.sort((left, right) => Number(right.kind === 'email') - Number(left.kind === 'email'));
      }
      this.needColumns();
    }
    return this.columns;
  }

  /** Who, which badge, which day: a column or a choice for all rows. */
  needColumns() {
    const has = field => this.place.has(field);
    if (!has('name') && !has('first_name') && !has('last_name')) {
      this.fault(0, '', 'no_name_column');
    }
    if (!has('badge') && !this.badge) {
      this.fault(0, '', 'no_badge');
    }
    if (!has('issued_on') && !has('completed') && !this.on) {
      this.fault(0, '', 'no_day');
    }
  }

  awards() {
    const rows = this.rows();
    if (!rows.length && !this.faults.length && !this.leftOut) {
      this.fault(0, '', 'empty');
    }
    this.readDays(rows);
    const people = new People(this.known);
    const there = this.there(people);
    const had = new Set([...there.keys()].map(key => key.slice(0, key.lastIndexOf(' '))));
    const seen = new Map();
    const again = [];
    let byBirth = 0;
    const awards = [];
    for (const row of rows) {
      const before = this.faults.length;
      const values = this.values(row);
      byBirth += Boolean(values.byBirth);
      this.rules(row, values);
      const person = values.name ? this.person(people, row, values) : null;
      if (person && values.badge && values.issued_on) {
        const key = `${person.number} ${values.badge} ${values.issued_on}`;
        if (seen.has(key)) {
          this.fault(row.number, this.header('name') || this.header('last_name'), 'duplicate', {other: seen.get(key)});
        } else {
          seen.set(key, row.number);
        }
        if (this.faults.length === before) {
          awards.push(this.award(row, values, person, there.get(key)));
          again.push(...(!there.has(key) && had.has(`${person.number} ${values.badge}`) ? [row.number] : []));
        }
      }
    }
    this.notes.push(...this.dayNotes, ...(byBirth ? [{key: 'note_minors', values: {count: byBirth}}] : []));
    if (again.length) {
      this.notes.push({key: 'note_again', values: {count: again.length, rows: listed(again)}});
    }
    return awards;
  }

  /** Return the rows that are awards: `{number, cells}`, cells by field, without blanks around them. */
  rows() {
    const [found, blank, left] = [[], [], []];
    const trimmed = [];
    this.table.rows.forEach((cells, place) => {
      if (place + 1 < this.first) {
        return;
      }
      const number = place + 1;
      const texts = cells.map(stripped);
      if (!texts.some(Boolean)) {
        blank.push(number);
        return;
      }
      const changed = texts.filter((text, column) => text !== cells[column]).length;
      if (changed) {
        trimmed.push([number, changed]);
      }
      const beside = texts.slice(this.columns.length).find(Boolean);
      if (beside) {
        this.fault(number, '', 'beside', {found: {found: beside}});
      }
      const row = {number, cells: new Map([...this.place].map(([field, places]) =>
        [field, places.map(one => texts[one.place] ?? '').find(Boolean) ?? ''])), days: {}};
      (this.isLeftOut(row) ? left : found).push(row);
    });
    if (blank.length) {
      this.notes.push({key: 'note_blank_rows', values: {rows: listed(blank)}});
    }
    if (trimmed.length) {
      this.notes.push({key: 'note_trimmed', values: {count: trimmed.reduce((sum, [, count]) => sum + count, 0), row: trimmed[0][0]}});
    }
    if (left.length) {
      this.notes.push({key: 'note_left_out', values: {count: left.length, rows: listed(left.map(row => row.number))}});
    }
    this.leftOut = left.length;
    return found;
  }

  /** A row is left out where the column that says whether it was completed is empty or says no. */
  isLeftOut(row) {
    const text = row.cells.get('completed');
    return text !== undefined && (!text || isNo(text));
  }

  header(field) {
    const places = this.place.get(field);
    return places ? this.columns[places[0].place].header : '';
  }

  /** Read the days of each column, and decide day and month for the whole of it. */
  readDays(rows) {
    for (const field of [...DAYS, 'completed'].filter(one => this.place.has(one))) {
      const cells = rows.map(row => ({row, text: row.cells.get(field)})).filter(({text}) => text && !(field === 'completed' && isYes(text)))
        .map(one => ({...one, parts: dayParts(one.text)}));
      const order = this.orderOfColumn(field, cells);
      for (const {row, text, parts} of cells) {
        const day = this.day(field, row, text, parts, order);
        if (day) {
          row.days[field] = day;
        }
      }
    }
  }

  /** Return "day" or "month", or "" after a question or a fault. */
  orderOfColumn(field, cells) {
    const header = this.header(field);
    const open = cells.filter(({parts}) => parts && parts.first !== undefined);
    const ofKind = kind => open.filter(({parts}) => orderOf(parts) === kind);
    const [day, month, either] = [ofKind('day'), ofKind('month'), ofKind('')];
    if (day.length && month.length) {
      const isLater = month[0].row.number > day[0].row.number;
      const [later, earlier] = isLater ? [month[0], day[0]] : [day[0], month[0]];
      this.fault(later.row.number, header, isLater ? 'two_orders' : 'two_orders_turned',
        {other: earlier.row.number, found: {found: PRIVATE.has(field) ? '' : later.text}});
      return '';
    }
    const decided = day.length ? 'day' : month.length ? 'month' : '';
    if (decided && either.length) {
      this.dayNotes.push({key: `note_${decided}_first`, values: {column: quoted(header), row: (day[0] ?? month[0]).row.number}});
    }
    if (!decided && either.length && !this.dayOrder) {
      this.question(field, header, either);
      return '';
    }
    return decided || (this.dayOrder === 'month-first' ? 'month' : 'day');
  }

  question(field, column, cells) {
    const examples = PRIVATE.has(field) ? [] : [...new Set(cells.map(one => oneLine(one.text)))].slice(0, LIMITS.examples);
    const key = examples.length ? 'day_order' : 'day_order_hidden';
    const said = this.words.fault({key, values: {example: quoted(examples[0] ?? '')}, row: cells[0].row.number, column});
    this.questions.push({...said, examples});
  }

  /** Return the day of a cell, or "" after a fault. */
  day(field, row, text, parts, order) {
    const column = this.header(field);
    const found = {found: PRIVATE.has(field) ? '' : text};
    if (!parts) {
      const isYesAlone = field === 'guardian_consent' && isYes(text);
      this.fault(row.number, column, isYesAlone ? 'consent_without_day' : field === 'completed' ? 'bad_completed' : 'bad_date', {found});
      return '';
    }
    if (parts.first !== undefined && !order && orderOf(parts) !== 'same' && orderOf(parts) !== 'none') {
      return '';
    }
    const tomorrow = dayAfter(this.today);
    const made = dayOf(parts, order || 'day', field === 'valid_until' ? LATEST_OF_ANY : Number(tomorrow.slice(0, 4)));
    if (made.fault) {
      this.fault(row.number, column, made.fault, {found, year: made.year ?? ''});
      return '';
    }
    if (made.day > tomorrow && field !== 'valid_until') {
      this.fault(row.number, column, 'future', {found});
      return '';
    }
    return made.day;
  }

  /** Return the values of a row by field. */
  values(row) {
    const found = {};
    for (const [field, text] of row.cells) {
      if (text && field !== 'completed' && !DAYS.includes(field)) {
        const {value, fault, values, cure} = valueOf(field, text, this);
        if (fault) {
          this.fault(row.number, this.header(field), fault, values, cure);
        } else {
          found[field] = value;
        }
      }
    }
    const bad = field => row.cells.get(field) && !found[field];
    const names = ['first_name', 'last_name'].filter(field => this.place.has(field));
    found.name ??= names.map(field => found[field] ?? '').filter(Boolean).join(' ');
    if (!found.name && !['name', ...names].some(bad)) {
      this.fault(row.number, this.header('name') || this.header('last_name') || this.header('first_name'), 'no_name');
    }
    if (['name', ...names].some(bad)) {
      found.name = '';
    }
    Object.assign(found, row.days);
    found.badge ??= row.cells.get('badge') ? '' : this.badge;
    if (!found.badge && !row.cells.get('badge')) {
      this.fault(row.number, this.header('badge'), 'no_badge_here');
    }
    found.issued_on ??= row.cells.get('issued_on') ? '' : row.days.completed ?? this.on;
    if (!found.issued_on && !row.cells.get('issued_on') && !(row.cells.get('completed') && !isYes(row.cells.get('completed')))) {
      this.fault(row.number, this.header('issued_on') || this.header('completed'), 'no_day_here');
    }
    const born = Boolean(found.born && found.issued_on && isUnderAge(found.born, found.issued_on));
    return {...found, byBirth: born && !this.allMinors, minor: Boolean(this.allMinors || found.minor || born)};
  }

  /** Rules between the cells of a row. */
  rules(row, values) {
    const at = (field, key, more) => this.fault(row.number, this.header(field), key, more);
    const {issued_on: on, valid_until: until, born, activity_start: start, activity_end: end, language, badge} = values;
    if (on && until && until < on) {
      at('valid_until', 'until_before', {until, on});
    }
    if (on && born && born > on) {
      at('born', 'born_after');
    }
    if (start && end && end < start) {
      at('activity_end', 'end_before', {start, end});
    }
    const written = this.written.get(badge) ?? [];
    if (language && written.length && !written.includes(language)) {
      at('language', 'bad_language', {found: {found: row.cells.get('language')}, languages: written.join(', ')});
    }
    if (values.minor && values.public) {
      if (!row.cells.get('guardian_consent')) {
        at('public', 'minor_public');
      } else if (values.name && !isShortName(values.name)) {
        at(this.place.has('name') ? 'name' : 'last_name', 'minor_full_name', {found: {found: values.name}});
      }
    }
  }

  person(people, row, values) {
    const {person, fault, values: more} = people.of(values.name, values.contact ?? '', values.handle ?? '', row.number);
    if (fault) {
      this.fault(row.number, this.header(fault === 'handle_of_other' ? 'handle' : 'name') || this.header('last_name'), fault, more);
    }
    return person;
  }

  /** Return the awards that are there already, by person, badge and day. */
  there(people) {
    const found = new Map();
    for (const one of this.known) {
      const {person} = people.of(one.name, one.contact ?? '', one.handle, 0);
      for (const slug of person ? this.badges.meant(one.badge) : []) {
        for (const day of daysMeant(one.issued_on)) {
          found.set(`${person.number} ${slug} ${day}`, one);
        }
      }
    }
    return found;
  }

  award(row, values, person, there) {
    const text = field => values[field] ?? '';
    const shown = Boolean(values.public);
    return {
      row: row.number,
      person: person.number,
      name: values.name,
      badge: values.badge,
      issued_on: values.issued_on,
      valid_until: text('valid_until'),
      contact: text('contact'),
      email: this.hashEmails && !values.minor && EMAIL.test(text('contact')) ? values.contact : '',
      minor: values.minor,
      guardian_consent: values.minor && shown ? text('guardian_consent') : '',
      public: shown,
      language: text('language'),
      evidence: values.evidence ?? [],
      handle: person.handle,
      role: text('role'),
      credits: text('credits'),
      term: text('term'),
      license_number: text('license_number'),
      narrative: text('narrative'),
      activity_start: text('activity_start'),
      activity_end: text('activity_end'),
      already: Boolean(there),
      link: there?.link ?? '',
    };
  }
}

/** Notes after which more may be awarded, or less be read, than the steward thinks. */
const STRIKING = new Set(['note_unused', 'note_again', 'note_score', 'note_guessed']);

/** Return the days that a cell of the steward's list can mean; a spreadsheet may have saved 2026-05-17 as 5/17/26. */
function daysMeant(text) {
  const parts = dayParts(text);
  return ['day', 'month'].map(order => (parts ? dayOf(parts, order, LATEST_OF_ANY).day : undefined)).filter(Boolean);
}
