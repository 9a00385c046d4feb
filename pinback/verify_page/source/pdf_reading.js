/** The files attached to a PDF, found without trusting its index. Mirrors `pinback/verify/pdf_reading.py`. */
import {latin1} from './bytes.js';
import {zlib} from './inflating.js';
import {MAX_PDF_INFLATED, MAX_PDF_STREAMS} from './limits.js';
import {unknown} from './verdict.js';
import {thousands} from './words.js';

const MAX_HEAD = 8_192;
const FLATE = ['FlateDecode', 'Fl'];
const OTHER_FILTERS = ['ASCIIHexDecode', 'ASCII85Decode', 'LZWDecode', 'RunLengthDecode', 'DCTDecode', 'JPXDecode', 'CCITTFaxDecode'];
const PASSED_OVER = ['Image', 'Form', 'ObjStm', 'XRef', 'Metadata'];

export const isPdf = data => latin1(data.subarray(0, 1024)).includes('%PDF-');

/** Yield what is attached: every stream that says so, and every other one that looks like a badge. */
export function* attachments(data) {
  const text = latin1(data);
  if (/\/Encrypt\s+\d+\s+\d+\s+R/.test(text)) {
    throw unknown('the PDF is encrypted; save it without a password');
  }
  let [read, ends, number] = [0, -1, 0];
  for (const found of text.matchAll(/>>\s*stream\r?\n/g)) {
    if (number >= MAX_PDF_STREAMS) {
      throw unknown(`the PDF has more than ${thousands(MAX_PDF_STREAMS)} parts`);
    }
    number += 1;
    const head = headBefore(text, found.index);
    const names = new Set(Array.from(head.matchAll(/\/([A-Za-z0-9#]+)/g), match => match[1]));
    const holds = words => words.some(word => names.has(word));
    if (holds(PASSED_OVER)) {
      continue;
    }
    const attached = names.has('EmbeddedFile');
    if (holds(OTHER_FILTERS)) {
      if (attached) {
        throw unknown('the PDF packs its attachment in a way that is not read here; ask for the attachment');
      }
      continue;
    }
    const start = found.index + found[0].length;
    if (ends < start) {
      ends = text.indexOf('endstream', start);
      if (ends < 0) {
        break;
      }
    }
    let body = data.subarray(start, endOf(text, start, ends, head));
    if (holds(FLATE)) {
      const room = Math.max(1, MAX_PDF_INFLATED - read + 1);
      const unpacked = zlib(body, room);
      body = unpacked.damaged ? new Uint8Array() : unpacked.data;
    }
    read += body.length;
    if (read > MAX_PDF_INFLATED) {
      throw unknown(`the PDF's parts have more than ${thousands(MAX_PDF_INFLATED)} bytes unpacked`);
    }
    const begins = latin1(body.subarray(0, 100)).trimStart().slice(0, 3);
    if (attached || begins.startsWith('{') || begins === 'eyJ') {
      yield body;
    }
  }
}

/** Return the dictionary that ends at a place, from the `obj` before it. */
function headBefore(text, end) {
  const piece = text.slice(Math.max(0, end - MAX_HEAD), end);
  const last = piece.lastIndexOf('obj');
  return (last >= 0 ? piece.slice(last + 3) : piece) + text.slice(end, end + 2);
}

/** Return where a stream ends: by its length where that fits, else at the next word that ends one. */
function endOf(text, start, end, head) {
  const said = /\/Length\s+(\d{1,10})\b(?!\s+\d+\s+R)/.exec(head);
  const told = said ? start + Number(said[1]) : -1;
  return told >= 0 && text.slice(told, told + 20).trimStart().startsWith('endstream') ? told : end;
}
