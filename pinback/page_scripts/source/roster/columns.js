/** Which column means what, by its name. Mirrors `pinback/roster/columns.py`. */
import {ADAPTERS, ADAPTER_NAMES, COLUMNS, FIELDS, LIMITS} from './rules.js';
import {folded, headerKey, letter, listed, oneLine, quoted, stripped} from './texts.js';

/** Kinds of names and contacts that are told apart by the columns beside them. */
const KINDS = {full_name: 'name', email: 'contact', phone: 'contact'};

/**
 * Find the header and what its columns mean.
 *
 * Args:
 *   rows: of `readTable`.
 *   chosen: names of columns to fields; "" for one that is not used.
 *   from: "moodle", "google-forms", or "auto".
 *
 * Returns `{columns: [{header, field, kind}], first, notes, faults}`: `first` is the number of the first row below the header; a
 * column without a name is called by its letter; `field` is null where it is not used.
 */
export function readColumns(rows, chosen = {}, from = 'auto') {
  const byHand = new Map(Object.entries(chosen).map(([header, field]) => [folded(header), field]));
  const filled = rows.map((row, place) => place).filter(place => rows[place].some(stripped));
  if (!filled.length) {
    return {columns: [], first: 1, notes: [], faults: [fault('empty')]};
  }
  const isKnown = cell => COLUMNS.has(headerKey(cell)) || byHand.has(folded(cell)) || ADAPTERS.some(one => one.mark.has(headerKey(cell)));
  const place = headerPlace(rows, filled, isKnown);
  if (place === null) {
    return withoutHeader(rows, filled);
  }
  const above = filled.filter(one => one < place).map(one => one + 1);
  const notes = above.length ? [{key: 'note_above', values: {rows: listed(above)}}] : [];
  const width = Math.max(0, ...rows[place].map((cell, number) => (stripped(cell) ? number + 1 : 0)));
  const headers = rows[place].slice(0, width).map((cell, number) => oneLine(cell) || letter(number));
  const named = adapted(headers, byHand, from);
  const columns = meanings(named.columns);
  const unused = columns.filter(one => !one.field && named.score?.header !== one.header).map(one => quoted(one.header));
  if (unused.length) {
    named.notes.push({key: 'note_unused', values: {columns: unused.join(', ')}});
  }
  return {columns, first: place + 2, notes: [...notes, ...named.notes], faults: [...named.faults, ...twice(columns, place + 1)]};
}

const fault = (key, values = {}, row = 0, column = '') => ({key, values, row, column});

/** Return the place of the header: the row of the first ten with most known names, two at least unless it is the first row. */
function headerPlace(rows, filled, isKnown) {
  let [best, most] = [null, 0];
  for (const [number, place] of filled.slice(0, LIMITS.header_within).entries()) {
    const known = rows[place].filter(isKnown).length;
    if (known > most && (known > 1 || number === 0)) {
      [best, most] = [place, known];
    }
  }
  return best;
}

/** Take a table of one column for a list of names; of more, nobody knows what they mean. */
function withoutHeader(rows, filled) {
  const single = filled.every(place => rows[place].slice(1).every(cell => !stripped(cell)));
  if (single) {
    return {columns: [{header: 'A', field: 'name', kind: 'name'}], first: 1, notes: [{key: 'note_list', values: {}}], faults: []};
  }
  const found = rows[filled[0]].filter(stripped).slice(0, 6).map(quoted).join(', ');
  return {columns: [], first: 1, notes: [], faults: [fault('no_header', {found}, filled[0] + 1)]};
}

/** Give each column its kind: as chosen by hand, by the kind of export, or by its name. */
function adapted(headers, byHand, from) {
  const keys = headers.map(headerKey);
  const isExport = one => keys.some(key => one.mark.has(key));
  const program = ADAPTERS.find(one => (from === 'auto' ? isExport(one) : one.name === from));
  const [notes, faults] = [[], []];
  if (program && isExport(program)) {
    notes.push({key: 'note_from', values: {program: ADAPTER_NAMES[program.name]}});
  } else if (program) {
    faults.push(fault('not_from', {program: ADAPTER_NAMES[program.name], column: quoted(program.example)}));
  }
  const columns = headers.map((header, place) => {
    if (byHand.has(folded(header))) {
      return {header, kind: byHand.get(folded(header)) || null, chosen: true};
    }
    if (program?.mark.has(keys[place])) {
      return {header, kind: program.field};
    }
    return {header, kind: program?.unused.has(keys[place]) ? null : COLUMNS.get(keys[place]) ?? null};
  });
  const score = columns.find((one, place) => !one.kind && program?.score.has(keys[place]));
  if (score) {
    notes.push({key: 'note_score', values: {column: quoted(score.header)}});
  }
  // An export's own mark says when it was completed; another column that is called like a day would say it twice.
  const marked = columns.find((one, place) => program?.mark.has(keys[place]));
  if (marked && marked.kind === program.field) {
    for (const one of columns) {
      one.kind = one !== marked && !one.chosen && one.kind === marked.kind ? null : one.kind;
    }
  }
  return {columns, notes, faults, score};
}

/**
 * Turn kinds into fields. "Name" beside a first name is the last name, as in German sheets, and beside a last name the first name, as in
 * Spanish ones; a full name makes both needless.
 */
function meanings(columns) {
  const has = kind => columns.some(one => one.kind === kind);
  const whole = has('full_name') ? 'full_name' : 'name';
  const turned = has('full_name') ? null : has('first_name') && !has('last_name') ? 'last_name' : has('last_name') && !has('first_name') ? 'first_name' : 'name';
  return columns.map(({header, kind}) => {
    let field = KINDS[kind] ?? kind;
    if (kind === 'name') {
      field = turned;
    } else if ((kind === 'first_name' || kind === 'last_name') && has(whole) && (whole === 'full_name' || turned === 'name')) {
      field = null;
    }
    return {header, field: FIELDS.includes(field) ? field : null, kind};
  });
}

/** Return a fault for each field that two columns mean; an e-mail address and a telephone number may stand side by side. */
function twice(columns, row) {
  const seen = new Map();
  const faults = [];
  for (const {header, field, kind} of columns) {
    const key = field === 'contact' ? kind : field;
    if (field && seen.has(key)) {
      faults.push(fault('column_twice', {one: quoted(seen.get(key)), other: quoted(header), field}, row));
    } else if (field) {
      seen.set(key, header);
    }
  }
  return faults;
}
