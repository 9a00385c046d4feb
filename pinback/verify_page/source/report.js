/** What the checker found, as values and as CSV. Mirrors `pinback/verify/report.py`. */
import {GENUINE, SENTENCES, SUSPENDED, WITHDRAWN} from './verdict.js';
import {printable} from './words.js';

/** The answer for one document, or for a file with several. */
export class Report {
  constructor(source, verdict, reason = '', more = {}) {
    Object.assign(this, {
      source, verdict, reason,
      lines: [], facts: {}, issuer: '', key: '', trusted: null, matched: null,
      suspended: false, demonstration: false, parts: [], hosts: [], alsoKnown: [], memberOf: [], whole: true,
    }, more);
  }

  get ok() {
    const mine = this.verdict === GENUINE && this.trusted !== false && this.matched !== false;
    return mine && (this.whole || this.parts.every(part => part.ok));
  }

  /** The verdict alone. */
  get opening() {
    return this.suspended && this.verdict === WITHDRAWN ? SUSPENDED : SENTENCES[this.verdict];
  }

  /** The verdict as people read it, and why. */
  get sentence() {
    const why = this.reason;
    return why ? `${this.opening} ${why[0].toUpperCase()}${why.slice(1)}.` : this.opening;
  }

  /** Return the report as plain values, named like those of `pinback verify --format json`. */
  values() {
    return {
      source: this.source,
      verdict: this.verdict,
      ok: this.ok,
      sentence: this.sentence,
      issuer: this.issuer,
      key: this.key,
      trusted: this.trusted,
      matched: this.matched,
      suspended: this.suspended,
      demonstration: this.demonstration,
      signed: this.facts,
      steps: this.lines,
      parts: this.parts.map(part => part.values()),
      ...(this.memberOf.length && {member_of: this.memberOf}),
    };
  }
}

export const line = (step, answer, words) => ({step, answer, words});

export const COLUMNS =
  ['file', 'verdict', 'ok', 'badge', 'from', 'until', 'issuer', 'issuer name', 'key', 'trusted', 'for whom', 'says'];
const word = answer => (answer === null ? '' : answer ? 'yes' : 'no');

/** Return the reports of documents by themselves: those in a container one by one. */
export const single = reports => reports.flatMap(report => (report.whole ? report : single(report.parts)));

/** Return the cells of a row. */
export function row(report) {
  const {facts} = report;
  return [
    report.source, report.verdict, word(report.ok),
    facts.badge ?? '', (facts.from ?? '').slice(0, 10), (facts.until ?? '').slice(0, 10),
    report.issuer, facts.issuer_name ?? '', report.key,
    word(report.trusted), word(report.matched), report.sentence,
  ].map(printable);
}

/**
 * Return a table for a spreadsheet; what it would take for a formula begins with an apostrophe. Where a comma stands before
 * decimals, spreadsheets part cells at semicolons: a formula behind one is in a cell of its own.
 */
export function asCsv(reports) {
  const cell = text => {
    const safe = text.replace(/(^|;)(?=[=@+-])/g, "$1'");
    return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [COLUMNS, ...single(reports).map(row)].map(cells => `${cells.map(cell)}\r\n`).join('');
}
