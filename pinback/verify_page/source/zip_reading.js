/**
 * The members of a ZIP, read one at a time within limits (APPNOTE 4.3; stored and deflate). Mirrors `pinback/verify/zip_reading.py`.
 *
 * A ZIP that holds `map.tsv` is an archive: it answers addresses from itself where nothing else is asked.
 */
import {fromUtf8, latin1} from './bytes.js';
import {FetchError} from './errors.js';
import {crc32, raw} from './inflating.js';
import {MAX_ANSWER, MAX_FILE, MAX_ZIP_MEMBERS, MAX_ZIP_TOTAL} from './limits.js';
import {Finding, unknown} from './verdict.js';
import {quoted, thousands} from './words.js';

export const MAP = 'map.tsv';
const BROKEN = 'the ZIP is damaged; ask for it again';
const MEMBER_BROKEN = 'this file in the ZIP is damaged; ask for the ZIP again';

/** A ZIP file in memory. */
export class Zip {
  constructor(data) {
    Object.assign(this, {data, left: MAX_ZIP_TOTAL, view: new DataView(data.buffer, data.byteOffset, data.byteLength)});
    try {
      this.list = this.directory();
    } catch (error) {
      throw error instanceof RangeError ? unknown(BROKEN) : error;
    }
    if (this.list.length > MAX_ZIP_MEMBERS) {
      throw unknown(`the ZIP has more than ${thousands(MAX_ZIP_MEMBERS)} files`);
    }
    if (new Set(this.list.map(member => member.name)).size !== this.list.length) {
      throw unknown('the ZIP holds two files of one name; ask for it again');
    }
  }

  /** Return what the central directory lists, folders left out. */
  directory() {
    const {view, data} = this;
    let end = data.length - 22;
    while (end >= 0 && end >= data.length - 65_557 && view.getUint32(end, true) !== 0x06054b50) {
      end -= 1;
    }
    if (end < 0 || end < data.length - 65_557) {
      throw new RangeError();
    }
    const [size, offset] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
    // Something may stand before the ZIP; the directory ends where its end record begins.
    const shift = end - size - offset;
    const found = [];
    let place = offset + shift;
    while (place < end) {
      if (view.getUint32(place, true) !== 0x02014b50) {
        throw new RangeError();
      }
      const [length, extra, remark] = [28, 30, 32].map(at => view.getUint16(place + at, true));
      const flags = view.getUint16(place + 8, true);
      const letters = data.subarray(place + 46, place + 46 + length);
      found.push({
        name: (flags & 0x800 ? fromUtf8Or(letters) : latin1(letters)).split('\0')[0],
        letters: latin1(letters),
        flags,
        method: view.getUint16(place + 10, true),
        crc: view.getUint32(place + 16, true),
        packed: view.getUint32(place + 20, true),
        size: view.getUint32(place + 24, true),
        start: view.getUint32(place + 42, true) + shift,
      });
      place += 46 + length + extra + remark;
    }
    if (place !== end || found.some(member => !member.name)) {
      throw new RangeError();
    }
    return found.filter(member => !member.name.endsWith('/'));
  }

  get isArchive() {
    return this.list.some(member => member.name === MAP);
  }

  /** Yield the name of each member with its bytes, or with the finding why it cannot be read. */
  *members() {
    for (const member of this.list.filter(({name}) => name !== MAP)) {
      try {
        yield [member.name, this.bytes(member)];
      } catch (error) {
        if (!(error instanceof Finding)) {
          throw error;
        }
        yield [member.name, error];
      }
    }
  }

  read(name) {
    const member = this.list.find(one => one.name === name);
    if (member === undefined) {
      throw unknown(`the ZIP holds no file ${quoted(name)}`);
    }
    return this.bytes(member);
  }

  bytes(member) {
    if (member.flags & 1) {
      throw unknown('this file in the ZIP is locked with a password');
    }
    const most = Math.min(MAX_FILE, this.left);
    const found = this.unpacked(member, most);
    if (found.length > most) {
      throw unknown(`this file in the ZIP has more than ${thousands(most)} bytes unpacked, which are not read`);
    }
    if (found.length !== member.size || crc32(found) !== member.crc) {
      throw unknown(MEMBER_BROKEN);
    }
    this.left -= found.length;
    return found;
  }

  unpacked(member, most) {
    const {view, data} = this;
    const {start, packed, size, method} = member;
    if (start < 0 || start + 30 > data.length || view.getUint32(start, true) !== 0x04034b50 || (method !== 0 && method !== 8)) {
      throw unknown(MEMBER_BROKEN);
    }
    const named = start + 30 + view.getUint16(start + 26, true);
    const from = named + view.getUint16(start + 28, true);
    const body = data.subarray(from, from + packed);
    // A member that calls itself by two names is read differently by two programs.
    if (body.length !== packed || latin1(data.subarray(start + 30, named)) !== member.letters) {
      throw unknown(MEMBER_BROKEN);
    }
    return method === 0 ? body : raw(body, Math.min(most + 1, size)).data;
  }
}

function fromUtf8Or(letters) {
  try {
    return fromUtf8(letters);
  } catch {
    throw unknown(BROKEN);
  }
}

/** Answers addresses from an archive and nothing else. */
export class ArchiveDoor {
  constructor(archive) {
    this.archive = archive;
    this.answers = new Map();
    const map = fromUtf8Or(archive.read(MAP)).replace(/^\ufeff/, '');
    this.asOf = /^# as of ([0-9TZ:.+-]{10,32})\r?$/m.exec(map)?.[1] ?? '';
    for (const [number, line] of map.split('\n').entries()) {
      const columns = line.split('\t').map(column => column.trim());
      if (!line.trim() || line.startsWith('#') || (number === 0 && columns[0].toLowerCase() === 'url')) {
        continue;
      }
      const [url, status = '200', , file = ''] = columns;
      if (columns.length > 4 || !/^(?:[1-5][0-9][0-9])?$/.test(status) || !url.includes('://') || this.answers.has(url)) {
        throw unknown(`${MAP}:${number + 1}: a line of the map is URL, status, type and file, parted by tabs`);
      }
      this.answers.set(url, {status: Number(status || 200), file});
    }
  }

  async get(address) {
    const url = address.split('#')[0];
    const found = this.answers.get(url);
    const shown = quoted(url, 200);
    if (found === undefined) {
      throw Object.assign(new FetchError(`${shown} is not in the archive, and nothing else is asked`), {unsaved: true});
    }
    if (found.status >= 300 && found.status < 400) {
      throw new FetchError(`${shown} is answered by a redirect, which archives do not hold`);
    }
    let body = new Uint8Array();
    try {
      body = found.file ? this.archive.read(found.file) : body;
    } catch {
      throw new FetchError(`${shown} cannot be read from the archive`);
    }
    if (body.length > MAX_ANSWER) {
      throw new FetchError(`${shown} has more than ${thousands(MAX_ANSWER)} bytes, which are not read`);
    }
    return {status: found.status, body, url};
  }
}
