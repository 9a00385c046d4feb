/**
 * Where answers come from: what this page carries, and, after a click, the issuer's own site.
 *
 * The guard mirrors `pinback/verify/fetch.py` as far as a page can: https, names of public hosts, sizes and times. A page
 * cannot look up a host's number; the browser itself keeps pages of the web away from private networks.
 */
import {utf8} from './bytes.js';
import {FetchError} from './errors.js';
import {MAX_ANSWER, MAX_REQUESTS, MAX_SECONDS, MAX_URL} from './limits.js';
import {hostOf} from './urls.js';
import {quoted, thousands} from './words.js';

const LOCAL = ['localhost', 'local', 'internal', 'localdomain', 'home', 'lan'];

/** Answers from a table of addresses, and asks nothing: each a text, a number (a status), or bytes. */
export class GivenDoor {
  constructor(answers, hosts) {
    Object.assign(this, {answers, asked: hosts.join(', ') || 'nothing'});
  }

  async get(address) {
    const url = address.split('#')[0];
    const found = this.answers.get(url);
    if (found === undefined) {
      throw new FetchError(`${quoted(url, 200)} was not asked, because ${this.asked} ${this.asked === 'nothing' ? 'is asked of' : 'alone is asked on'} the network in this run`);
    }
    return typeof found === 'number'
      ? {status: found, body: new Uint8Array(), url}
      : {status: 200, body: typeof found === 'string' ? utf8(found) : found, url};
  }
}

/** Asks the hosts that it was told to ask, and no other. */
export class NetworkDoor {
  constructor(hosts, otherwise) {
    Object.assign(this, {hosts: new Set(hosts), otherwise, left: MAX_REQUESTS});
  }

  async get(address) {
    const url = address.split('#')[0];
    if (!this.hosts.has(hostOf(url))) {
      return this.otherwise.get(address);
    }
    guarded(url);
    if (this.left <= 0) {
      throw new FetchError(`more than ${thousands(MAX_REQUESTS)} addresses were to be asked`);
    }
    this.left -= 1;
    return asked(url);
  }
}

function guarded(url) {
  const shown = quoted(url, 200);
  if (!url.startsWith('https://')) {
    throw new FetchError(`${shown} does not begin with https://, and nothing else is asked`);
  }
  if (url.length > MAX_URL) {
    throw new FetchError(`an address has ${thousands(url.length)} signs, at most ${thousands(MAX_URL)} are read`);
  }
  const place = hostOf(url);
  if (place.includes('@')) {
    throw new FetchError('an address carries a user name or password, which are never sent');
  }
  if (!/^[!-~]+$/.test(url) || url.includes('\\')) {
    throw new FetchError(`${shown} holds signs that an address does not have`);
  }
  const host = place.replace(/:\d+$/, '').replace(/\.$/, '');
  const last = host.split('.').at(-1);
  if (host.startsWith('[') || /^(?:\d+|0x[0-9a-f]*)$/.test(last) || LOCAL.includes(last)) {
    throw new FetchError(`${shown} names no public host`);
  }
}

async function asked(url) {
  const host = quoted(hostOf(url));
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), MAX_SECONDS * 1000);
  try {
    const answer = await fetch(url, {
      mode: 'cors', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', redirect: 'error', signal: stop.signal,
    });
    return {status: answer.status, body: await bodyOf(answer, url), url};
  } catch (error) {
    if (error instanceof FetchError) {
      throw error;
    }
    throw new FetchError(
      stop.signal.aborted
        ? `${host} took longer than ${MAX_SECONDS} seconds`
        : `${host} cannot be asked from this page: no connection, or its site does not let other pages read it`);
  } finally {
    clearTimeout(timer);
  }
}

async function bodyOf(answer, url) {
  const parts = [];
  let length = 0;
  const reader = answer.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MAX_ANSWER) {
      await reader.cancel();
      throw new FetchError(`${quoted(url, 200)} answers with more than ${thousands(MAX_ANSWER)} bytes, which are not read`);
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
