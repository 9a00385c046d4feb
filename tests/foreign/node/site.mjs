// A built site as the web would show it: exact addresses and the bytes behind them.
// Nothing else is served: no directories, no redirects, no address that differs in one character.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export class Site {
  #fileAt = new Map();

  /**
   * @param {string} folder
   * @param {string} baseUrl address of the folder, with or without the final slash
   * @param {string[]} earlier addresses that the site has left, whose hosts redirect every path to it
   */
  constructor(folder, baseUrl, earlier = []) {
    this.folder = folder;
    this.baseUrls = [baseUrl, ...earlier].map((url) => (url.endsWith('/') ? url : `${url}/`));
    this.files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .sort();
    for (const file of this.files) for (const url of this.addresses(file)) this.#fileAt.set(url, file);
  }

  /** Every address of a file, the present one first. */
  addresses(file) {
    return this.baseUrls.map((url) => url + file.split('/').map(encodeURIComponent).join('/'));
  }

  /** The files whose whole relative path matches, in sorted order. */
  matching(pattern) {
    return this.files.filter((file) => pattern.test(file));
  }

  has(file) {
    return this.files.includes(file);
  }

  bytes(file) {
    return readFileSync(path.join(this.folder, file));
  }

  /** UTF-8 or an error: a replaced character would hide a fault. */
  text(file) {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(file));
  }

  json(file) {
    return JSON.parse(this.text(file));
  }

  /** The file at an address, or undefined; a fragment is never sent to a server. */
  fileAt(url) {
    return this.#fileAt.get(url.split('#')[0]);
  }

  jsonAt(url) {
    const file = this.fileAt(url);
    if (file === undefined) throw new Error(`nothing lies at ${url}`);
    return this.json(file);
  }
}

// The kinds of documents, by address (docs: "Addresses"). One place, so that no judge looks elsewhere.
export const CREDENTIALS = /^awards\/[^/]+\/credential\.json$/;
export const CREDENTIAL_JWTS = /^awards\/[^/]+\/credential\.jwt\.txt$/;
export const ASSERTIONS = /^awards\/[^/]+\/assertion\.json$/;
export const ASSERTION_JWSS = /^awards\/[^/]+\/assertion\.jws\.txt$/;
export const PNGS = /^awards\/[^/]+\/badge\.png$/;
export const SVGS = /^awards\/[^/]+\/badge\.svg$/;
export const STATUS_LISTS = /^issuers\/[^/]+\/status\/[^/]+\.json$/;
export const CLOSINGS = /^issuers\/[^/]+\/closing\.json$/;
export const ENDORSEMENTS = /^issuers\/[^/]+\/groups\/[^/]+\/credential\.json$/;
export const ENDORSEMENT_JWSS = /^issuers\/[^/]+\/groups\/[^/]+\/endorsement\.jws\.txt$/;
export const DID_DOCUMENTS = /^(\.well-known\/|([^/]+\/)*)did\.json$/;
export const PAGES = /\.html$/;

/** The file of the same award with another name: ("awards/x/badge.png", "assertion.json"). */
export function beside(file, name) {
  return path.posix.join(path.posix.dirname(file), name);
}
