/** What is asked of addresses: each once a run, counted for each document, read as JSON. Mirrors `pinback/verify/asking.py`. */
import {FetchError} from './errors.js';
import {readObject} from './json_reading.js';
import {MAX_COMPARISONS, MAX_OBJECTS, MAX_PARTS_IN_ALL, MAX_REMEMBERED, MAX_REQUESTS_EACH, MAX_SECONDS_EACH} from './limits.js';
import {climbs} from './urls.js';
import {Finding, unknown} from './verdict.js';
import {fault, quoted} from './words.js';

/** Asks a door, and remembers what it answered. */
export class Asker {
  constructor(door) {
    Object.assign(this, {door, judged: new Map(), unsaved: new Set(), answers: new Map(), room: MAX_REMEMBERED});
    this.nextDocument();
  }

  /** Begin counting anew. */
  nextDocument() {
    this.left = MAX_REQUESTS_EACH;
    this.until = performance.now() + MAX_SECONDS_EACH * 1000;
    this.objectsLeft = MAX_OBJECTS;
    this.comparisonsLeft = MAX_COMPARISONS;
    this.partsLeft = MAX_PARTS_IN_ALL;
  }

  /** Return what an address answers, whatever its status. */
  async answer(url) {
    if (!this.answers.has(url)) {
      this.answers.set(url, await this.asked(url));
    }
    const known = this.answers.get(url);
    if (typeof known === 'string') {
      throw unknown(known);
    }
    return known;
  }

  async asked(url) {
    if (this.left <= 0) {
      throw unknown(`the document asks for more than ${MAX_REQUESTS_EACH} addresses`);
    }
    if (performance.now() >= this.until) {
      throw unknown(`asking for the document took more than ${MAX_SECONDS_EACH} seconds`);
    }
    if (climbs(url)) {
      throw unknown(`${quoted(url, 200)} leads elsewhere by its dots`);
    }
    this.left -= 1;
    try {
      return await this.door.get(url);
    } catch (error) {
      if (!(error instanceof FetchError)) {
        throw error;
      }
      if (error.unsaved) {
        this.unsaved.add(url);
      }
      return fault(error.message);
    }
  }

  /** Return the JSON object at an address. */
  async json(url, what) {
    const answer = await this.answer(url);
    if (answer.status !== 200) {
      throw unknown(`${what} is not at its address, which answers ${answer.status}`);
    }
    try {
      return readObject(answer.body, what);
    } catch (error) {
      throw error instanceof Finding ? unknown(error.reason) : error;
    }
  }
}
