/**
 * In place of jsonld.js' ContextResolver, which fetches: contexts are those that the page carries, others are an error.
 *
 * What jsonld.js makes of a context is kept, so that a second badge costs a tenth of the first.
 */
const MAX_KEPT = 10;

/** A context, and what it becomes on top of others (jsonld.js, ResolvedContext). */
class Resolved {
  constructor(document) {
    this.document = document;
    this.processed = new Map();
  }

  getProcessed(active) {
    return this.processed.get(active);
  }

  setProcessed(active, made) {
    if (this.processed.size >= MAX_KEPT) {
      this.processed.delete(this.processed.keys().next().value);
    }
    this.processed.set(active, made);
  }
}

/** Resolves contexts by name from a map of documents; `unknown` makes the error for another name. */
export class ContextResolver {
  constructor(documents, unknown) {
    Object.assign(this, {documents, unknown, known: new Map()});
  }

  async resolve({context}) {
    return [context?.['@context'] ?? context].flat().flatMap(one => this.resolved(one));
  }

  resolved(context) {
    if (!this.known.has(context)) {
      this.known.set(context, typeof context === 'string' ? this.named(context) : [new Resolved(context)]);
    }
    return this.known.get(context);
  }

  named(url) {
    if (!this.documents.has(url)) {
      throw this.unknown(url);
    }
    return [this.documents.get(url)['@context']].flat().flatMap(one => this.resolved(one));
  }
}
