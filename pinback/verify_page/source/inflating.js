/**
 * Deflate (RFC 1951) within a bound, and its wrappers zlib (RFC 1950) and gzip (RFC 1952).
 *
 * Own, because the browser's DecompressionStream cannot say whether a stream was cut off, damaged, or followed by
 * something else, and loses what came before; the checker answers these differently.
 */

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const DISTANCES = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The stream breaks a rule. */
class Damaged extends Error {}

/** The stream ends before its end. */
class CutOff extends Error {}

/** Stops where enough was read. */
class Enough extends Error {}

const bitsOfLength = code => (code < 8 || code === 28 ? 0 : (code >> 2) - 1);
const bitsOfDistance = code => (code < 4 ? 0 : (code >> 1) - 1);

/**
 * Return what a stream unpacks to: `data`, whether it is `damaged`, whether its end was reached (`whole`), and how many
 * bytes of it were `used`.
 */
function inflate(input, start, most) {
  const stream = new Stream(input, start, most);
  const state = {damaged: false, whole: false};
  try {
    while (!stream.block()) {
      // Block by block.
    }
    state.whole = true;
  } catch (error) {
    if (error instanceof Damaged) {
      state.damaged = true;
    } else if (!(error instanceof CutOff || error instanceof Enough)) {
      throw error;
    }
  }
  return {...state, data: stream.output.subarray(0, stream.length), used: stream.place - (stream.count >> 3)};
}

class Stream {
  constructor(input, place, most) {
    Object.assign(this, {input, place, most, hold: 0, count: 0, length: 0});
    this.output = new Uint8Array(Math.min(most, Math.max(1024, input.length * 4)));
  }

  bits(wanted) {
    while (this.count < wanted) {
      if (this.place >= this.input.length) {
        throw new CutOff();
      }
      this.hold |= this.input[this.place] << this.count;
      this.place += 1;
      this.count += 8;
    }
    const found = this.hold & ((1 << wanted) - 1);
    this.hold >>>= wanted;
    this.count -= wanted;
    return found;
  }

  put(byte) {
    if (this.length >= this.most) {
      throw new Enough();
    }
    if (this.length >= this.output.length) {
      const larger = new Uint8Array(Math.min(this.most, this.output.length * 2));
      larger.set(this.output);
      this.output = larger;
    }
    this.output[this.length] = byte;
    this.length += 1;
  }

  /** Read one block; say whether it was the last. */
  block() {
    const last = this.bits(1);
    const kind = this.bits(2);
    if (kind === 0) {
      this.stored();
    } else if (kind === 3) {
      throw new Damaged();
    } else {
      this.coded(...(kind === 1 ? fixedTables() : this.tables()));
    }
    return last;
  }

  stored() {
    this.bits(this.count % 8);
    const [length, inverse] = [this.bits(16), this.bits(16)];
    if (length !== (~inverse & 0xffff)) {
      throw new Damaged();
    }
    for (let number = 0; number < length; number += 1) {
      this.put(this.bits(8));
    }
  }

  tables() {
    const [literals, distances, codes] = [this.bits(5) + 257, this.bits(5) + 1, this.bits(4) + 4];
    if (literals > 286 || distances > 30) {
      throw new Damaged();
    }
    const short = new Uint8Array(19);
    for (let number = 0; number < codes; number += 1) {
      short[ORDER[number]] = this.bits(3);
    }
    const table = new Table(short, false);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const code = table.next(this);
      if (code < 16) {
        lengths.push(code);
        continue;
      }
      if (code === 16 && !lengths.length) {
        throw new Damaged();
      }
      const [value, times] = code === 16 ? [lengths.at(-1), 3 + this.bits(2)] : [0, code === 17 ? 3 + this.bits(3) : 11 + this.bits(7)];
      if (lengths.length + times > literals + distances) {
        throw new Damaged();
      }
      lengths.push(...new Array(times).fill(value));
    }
    if (!lengths[256]) {
      throw new Damaged();
    }
    return [new Table(lengths.slice(0, literals), true), new Table(lengths.slice(literals), true)];
  }

  coded(literals, distances) {
    for (;;) {
      const code = literals.next(this);
      if (code < 256) {
        this.put(code);
      } else if (code === 256) {
        return;
      } else {
        this.copy(code - 257, distances);
      }
    }
  }

  copy(code, distances) {
    if (code > 28) {
      throw new Damaged();
    }
    const length = LENGTHS[code] + this.bits(bitsOfLength(code));
    const far = distances.next(this);
    if (far > 29) {
      throw new Damaged();
    }
    const distance = DISTANCES[far] + this.bits(bitsOfDistance(far));
    if (distance > this.length) {
      throw new Damaged();
    }
    for (let number = 0; number < length; number += 1) {
      this.put(this.output[this.length - distance]);
    }
  }
}

/** A Huffman code, given by the length of each sign's code (RFC 1951 §3.2.2). */
class Table {
  constructor(lengths, single) {
    this.often = new Uint16Array(16);
    for (const length of lengths) {
      this.often[length] += 1;
    }
    this.often[0] = 0;
    const starts = new Uint16Array(16);
    let [left, used] = [1, 0];
    for (let length = 1; length < 16; length += 1) {
      starts[length] = used;
      used += this.often[length];
      left = (left << 1) - this.often[length];
      if (left < 0) {
        throw new Damaged();
      }
    }
    // A code that leaves signs over is damaged, but for one of a single sign, or of none where none is needed.
    if (left > 0 && !(single && used <= 1 && (!used || this.often[1] === 1))) {
      throw new Damaged();
    }
    this.signs = new Uint16Array(used);
    lengths.forEach((length, sign) => {
      if (length) {
        this.signs[starts[length]] = sign;
        starts[length] += 1;
      }
    });
  }

  next(stream) {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < 16; length += 1) {
      code |= stream.bits(1);
      const times = this.often[length];
      if (code - first < times) {
        return this.signs[index + code - first];
      }
      index += times;
      first = (first + times) << 1;
      code <<= 1;
    }
    throw new Damaged();
  }
}

let fixed;

function fixedTables() {
  fixed ??= [
    new Table(Array.from({length: 288}, (_, sign) => (sign < 144 ? 8 : sign < 256 ? 9 : sign < 280 ? 7 : 8)), true),
    new Table(new Array(32).fill(5), true),
  ];
  return fixed;
}

/** Unpack raw deflate. */
export const raw = (input, most) => inflate(input, 0, most);

/** Unpack zlib; its checksum counts. */
export function zlib(input, most) {
  if (input.length < 2) {
    return {data: new Uint8Array()};
  }
  if ((input[0] & 15) !== 8 || input[0] >> 4 > 7 || (input[0] * 256 + input[1]) % 31 || input[1] & 32) {
    return {damaged: true};
  }
  return ended(inflate(input, 2, most), input, 4, (data, view, at) => adler32(data) === view.getUint32(at));
}

/** Unpack one gzip member; its checksum and length count. One with a checksum over its head, which nobody writes, is not read. */
export function gzip(input, most) {
  const flags = input[3];
  if (input.length < 18 || input[0] !== 31 || input[1] !== 139 || input[2] !== 8 || flags & 0xe2) {
    return {damaged: true};
  }
  let start = 10;
  if (flags & 4) {
    start += 2 + input[start] + input[start + 1] * 256;
  }
  for (const flag of [8, 16]) {
    if (flags & flag) {
      start = input.indexOf(0, start) + 1 || input.length;
    }
  }
  return ended(inflate(input, start, most), input, 8, (data, view, at) =>
    crc32(data) === view.getUint32(at, true) && data.length === view.getUint32(at + 4, true));
}

function ended(found, input, length, fits) {
  if (!found.whole) {
    return found;
  }
  if (found.used + length > input.length) {
    return {...found, whole: false};
  }
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  return fits(found.data, view, found.used)
    ? {...found, used: found.used + length}
    : {...found, damaged: true, whole: false};
}

function adler32(data) {
  let [low, high] = [1, 0];
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}

let crcTable;

/** Return the CRC-32 of bytes (PNG, ZIP, gzip). */
export function crc32(data) {
  crcTable ??= Uint32Array.from({length: 256}, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
    return value;
  });
  let sum = 0xffffffff;
  for (const byte of data) {
    sum = crcTable[(sum ^ byte) & 255] ^ (sum >>> 8);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
