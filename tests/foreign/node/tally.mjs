// Counts of one judge: how many checks passed, which failed and why, and what the good ones turned out to be.

export class Tally {
  passed = 0;
  failures = [];
  outcomes = new Map();
  skipped = [];

  constructor(title) {
    this.title = title;
  }

  /** Runs one check; a thrown error is its failure. Returns what the check returned, or undefined. */
  async check(where, run) {
    try {
      const result = await run();
      this.passed += 1;
      return result;
    } catch (error) {
      this.failures.push({ where, why: explain(error) });
      return undefined;
    }
  }

  /** Counts what was found, for the reader's eyes: "3 revoked". */
  found(what, count = 1) {
    this.outcomes.set(what, (this.outcomes.get(what) ?? 0) + count);
  }

  skip(what) {
    this.skipped.push(what);
  }

  /** Nothing to judge is a fault where a site must have such documents: an empty run looks like a clean one. */
  requireSome(documents, what) {
    if (documents.length === 0) this.failures.push({ where: what, why: 'none found; nothing was checked' });
    return documents;
  }

  summary() {
    const state = this.failures.length > 0 ? 'FAIL' : this.passed > 0 ? 'ok  ' : 'skip';
    const found = [...this.outcomes].map(([what, count]) => `${count} ${what}`).join(', ');
    return `${state} ${this.title}: ${this.passed} passed, ${this.failures.length} failed${found && ` (${found})`}`;
  }
}

export function demand(condition, message) {
  if (!condition) throw new Error(message);
}

/** The libraries wrap the cause in layers ("Verification error(s)."); a reader needs the innermost words. */
export function explain(error) {
  const words = new Set();
  const collect = (one) => {
    if (!one) return;
    words.add(typeof one === 'string' ? one : (one.message ?? String(one)));
    const inner = one.errors ?? one.details?.errors ?? [];
    for (const each of Array.isArray(inner) ? inner : [inner]) collect(each);
    collect(one.cause);
    if (one.details?.event?.code) words.add(`${one.details.event.code} ${JSON.stringify(one.details.event.details)}`);
  };
  collect(error);
  return [...words].join(' | ').replace(/\s+/g, ' ').slice(0, 600);
}
