/**
 * Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint), Ed25519 by the browser. As `pinback/tlog/notes.py`.
 */
import {fromUtf8, hex, utf8} from '../bytes.js';
import {joined, same, sha256} from './tree.js';

const ED25519 = 1;
/** Signs of a note that are read. */
const MAX_NOTE = 64 * 1024;
const MAX_SIGNATURES = 64;
/** No sign that nobody sees, so that a pasted name cannot turn the sentence round in which it is shown. */
const CONTROL = /(?!\n)\p{C}/u;
/** Entries of a log that are reckoned with here. */
const MAX_SIZE = 2 ** 32;
/** A note may begin with anything; a checkpoint begins with the name of its log. */
const CHECKPOINT = /^([^\n]+)\n(0|[1-9][0-9]{0,9})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/;
const SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

/** This browser has no Ed25519. */
export class TooOld extends Error {}

/** Return the bytes of padded base64, or null; other spellings of the same bytes are none. */
export function base64Bytes(text) {
  try {
    const found = atob(text);
    return btoa(found) === text ? Uint8Array.from(found, sign => sign.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

/**
 * Return what a checkpoint says, {origin, size, root, text, signatures}, or null where it is none. Nothing is known of its
 * signatures yet.
 */
export function readCheckpoint(note) {
  const end = note.lastIndexOf('\n\n');
  const said = end > 0 && note.length <= MAX_NOTE && !CONTROL.test(note) && CHECKPOINT.exec(note.slice(0, end + 1));
  const lines = note.slice(end + 2).split('\n');
  if (!said || lines.pop() !== '' || !lines.length || lines.length > MAX_SIGNATURES) {
    return null;
  }
  const signatures = lines.map(line => SIGNATURE.exec(line)).map(found => found && {name: found[1], data: base64Bytes(found[2])});
  const size = Number(said[2]);
  const root = base64Bytes(said[3]);
  if (size > MAX_SIZE || root?.length !== 32 || signatures.some(one => !one?.data || one.data.length < 5)) {
    return null;
  }
  return {origin: said[1], size, root, text: said[0], signatures};
}

/** Return a pasted text as a note is written: line ends, blanks around lines and lost lines between are mended. */
export function mended(pasted) {
  const lines = pasted.split(/\r?\n|\r/).map(line => line.trim()).filter(line => line);
  const first = lines.findIndex(line => line.startsWith('\u2014 '));
  return first < 1 ? pasted : `${lines.slice(0, first).join('\n')}\n\n${lines.slice(first).join('\n')}\n`;
}

/** Return the four bytes by which a signature line names a key. */
const keyId = async (origin, key) => (await sha256(joined(utf8(`${origin}\n`), Uint8Array.of(ED25519), key))).slice(0, 4);

/**
 * Return the key that signed a checkpoint, one of *keys*, or null where none did or a signature in the name of one does not hold.
 *
 * @param keys of the log: `key` (base64 of the 32 bytes), and whatever else the caller knows of it.
 * @throws TooOld where the browser cannot say.
 */
export async function signerOf(checkpoint, keys) {
  for (const known of keys) {
    const key = base64Bytes(known.key);
    const id = await keyId(checkpoint.origin, key);
    const own = checkpoint.signatures.filter(({name, data}) => name === checkpoint.origin && same(data.slice(0, 4), id));
    for (const {data} of own) {
      if (!await holds(key, data.slice(4), checkpoint.text)) {
        return null;
      }
    }
    if (own.length) {
      return known;
    }
  }
  return null;
}

async function holds(key, signature, text) {
  let imported;
  try {
    imported = await crypto.subtle.importKey('raw', key, {name: 'Ed25519'}, false, ['verify']);
  } catch (error) {
    throw new TooOld(error.name);
  }
  return crypto.subtle.verify({name: 'Ed25519'}, imported, signature, utf8(text));
}

/** Return the text of a file of the log; throws where it is not UTF-8. */
export const textOf = bytes => fromUtf8(bytes);
