/** The documents in a PNG (Open Badges 2.0 and 3.0, PNGs: Baking). Mirrors `unbake_png` and `png_chunks`. */
import {fromUtf8, latin1} from './bytes.js';
import {PictureError} from './errors.js';
import {crc32, zlib} from './inflating.js';
import {MAX_BAKED, MAX_FILE, MAX_PNG_CHUNKS, MAX_PNG_SIDE} from './limits.js';

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
export const KEYWORDS = ['openbadges', 'openbadgecredential', 'clrcredential'];
const TEXTS = ['tEXt', 'zTXt', 'iTXt'];
const DEPTHS = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]};

/** Return keyword and text of each document. */
export function unbakePng(data) {
  const found = new Map();
  for (const {kind, body} of chunksOf(data)) {
    const keyword = TEXTS.includes(kind) ? keywordOf(body) : '';
    if (!KEYWORDS.includes(keyword)) {
      continue;
    }
    if (found.has(keyword)) {
      throw new PictureError(`the PNG holds two documents with the keyword ${keyword}`);
    }
    found.set(keyword, textOf(kind, body.subarray(keyword.length + 1)));
  }
  return found;
}

function chunksOf(data) {
  if (data.length > MAX_FILE) {
    throw new PictureError(`the PNG has ${data.length} bytes, the limit is ${MAX_FILE}`);
  }
  if (!SIGNATURE.every((byte, place) => data[place] === byte)) {
    throw new PictureError('this is not a PNG file');
  }
  const chunks = [];
  for (let place = SIGNATURE.length; place < data.length; place = chunks.at(-1).end) {
    if (chunks.at(-1)?.kind === 'IEND') {
      throw new PictureError('the PNG holds data after its end');
    }
    const chunk = chunkAt(data, place);
    if ((chunk.kind === 'IHDR') !== !chunks.length) {
      throw new PictureError('the PNG must have its IHDR chunk once, at the start');
    }
    chunks.push(chunk);
    if (chunks.length > MAX_PNG_CHUNKS) {
      throw new PictureError(`the PNG has more than ${MAX_PNG_CHUNKS} chunks`);
    }
  }
  if (chunks.at(-1)?.kind !== 'IEND' || chunks.at(-1).body.length) {
    throw new PictureError('the PNG is cut off: it does not end with an empty IEND chunk');
  }
  checkHeader(chunks[0].body);
  return chunks;
}

const numberAt = (data, place) => new DataView(data.buffer, data.byteOffset + place, 4).getUint32(0);

function chunkAt(data, place) {
  const end = place + 8 <= data.length ? place + 12 + numberAt(data, place) : Infinity;
  if (end > data.length) {
    throw new PictureError('the PNG ends in the middle of a chunk');
  }
  const kind = latin1(data.subarray(place + 4, place + 8));
  if (!/^[A-Za-z]{4}$/.test(kind)) {
    throw new PictureError('the PNG has a chunk whose type is not four letters');
  }
  if (crc32(data.subarray(place + 4, end - 4)) !== numberAt(data, end - 4)) {
    throw new PictureError(`the checksum of the PNG's ${kind} chunk is wrong`);
  }
  return {kind, end, body: data.subarray(place + 8, end - 4)};
}

function checkHeader(body) {
  if (body.length !== 13) {
    throw new PictureError("the PNG's IHDR chunk does not have 13 bytes");
  }
  const [width, height] = [numberAt(body, 0), numberAt(body, 4)];
  const [depth, colour, compression, filters, interlace] = body.subarray(8);
  if (!(width > 0 && width <= MAX_PNG_SIDE && height > 0 && height <= MAX_PNG_SIDE)) {
    throw new PictureError(`the PNG is ${width} × ${height} pixels, each side may have 1 to ${MAX_PNG_SIDE}`);
  }
  if (!(DEPTHS[colour] ?? []).includes(depth)) {
    throw new PictureError(`the PNG has colour type ${colour} with bit depth ${depth}, no such kind`);
  }
  if (compression || filters || interlace > 1) {
    throw new PictureError('the PNG names a compression, filter or interlace method that does not exist');
  }
}

function keywordOf(body) {
  const head = body.subarray(0, 80);
  const end = head.indexOf(0);
  return end < 0 ? '' : latin1(head.subarray(0, end));
}

function textOf(kind, rest) {
  const unreadable = new PictureError('a document in the PNG cannot be read');
  if (kind === 'tEXt') {
    return latin1(bounded(rest, false));
  }
  if (kind === 'zTXt') {
    if (rest[0] !== 0) {
      throw unreadable;
    }
    return latin1(bounded(rest.subarray(1), true));
  }
  // Compression flag, compression method, language tag, null, translated keyword, null, text.
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0 || rest[0] > 1 || rest[1] !== 0) {
    throw unreadable;
  }
  try {
    return fromUtf8(bounded(rest.subarray(translated + 1), rest[0] === 1));
  } catch (error) {
    throw error instanceof PictureError ? error : unreadable;
  }
}

function bounded(text, compressed) {
  const found = compressed ? zlib(text, MAX_BAKED + 1) : {data: text, whole: true};
  if (found.damaged) {
    throw new PictureError('a document in the PNG cannot be inflated');
  }
  if (found.data.length > MAX_BAKED) {
    throw new PictureError(`a document in the PNG has more than ${MAX_BAKED} bytes`);
  }
  if (!found.whole) {
    throw new PictureError('a document in the PNG is cut off');
  }
  return found.data;
}
