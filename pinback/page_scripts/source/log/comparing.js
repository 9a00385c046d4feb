/**
 * Whether a log still holds what an old checkpoint of it counted. Nothing here speaks to a reader: an answer is a word, with
 * the numbers that belong to it.
 *
 *   same       it is the newest checkpoint itself
 *   grown      everything that it counted is still there, and `added` entries more
 *   removed    it is signed by this log, and its entries are not those that the log has now
 *   forked     the same, with as many entries as now
 *   back       the log has fewer entries (`now`) than it counted
 *   revoked    the key that signed it was revoked, so it proves nothing
 *   unsigned   no key of this log signed it
 *   other      it is of another log, `origin`
 *   garbage    it is no checkpoint
 *   damaged    the log's own files do not fit together, so nothing can be said
 *   unread     the log's own files could not be read
 *   too-old    this browser cannot check signatures of this kind
 */
import {mended, readCheckpoint, signerOf, textOf, TooOld} from './notes.js';
import {Damaged, TileReader} from './tiles.js';
import {same} from './tree.js';

/** The files of the log could not be asked for. */
export class Unread extends Error {}

/**
 * Return the answer, {word, ...}.
 *
 * @param pasted text of the old checkpoint.
 * @param log `origin`, and `keys` as in `notes.js`; a key may be `revoked`.
 * @param get returns a promise of the bytes of a file of the log, or of null where there is none; may throw Unread.
 */
export async function compared(pasted, {origin, keys}, get) {
  const old = readCheckpoint(pasted) ?? readCheckpoint(mended(pasted));
  if (!old) {
    return {word: 'garbage'};
  }
  if (old.origin !== origin) {
    return {word: 'other', origin: old.origin};
  }
  try {
    const signer = await signerOf(old, keys);
    if (!signer || signer.revoked) {
      return {word: signer ? 'revoked' : 'unsigned'};
    }
    const now = await newest(get, origin, keys);
    return await continued(old, now, get);
  } catch (error) {
    for (const [kind, word] of [[TooOld, 'too-old'], [Damaged, 'damaged'], [Unread, 'unread']]) {
      if (error instanceof kind) {
        return {word};
      }
    }
    throw error;
  }
}

async function newest(get, origin, keys) {
  const data = await get('checkpoint');
  let now = null;
  try {
    now = data && readCheckpoint(textOf(data));
  } catch {
    // Not UTF-8: no checkpoint.
  }
  const signer = now?.origin === origin && await signerOf(now, keys);
  if (!signer || signer.revoked) {
    throw new Damaged('checkpoint');
  }
  return now;
}

async function continued(old, now, get) {
  const size = old.size;
  if (size > now.size) {
    return {word: 'back', size, now: now.size};
  }
  if (size === now.size) {
    return {word: same(old.root, now.root) ? 'same' : 'forked', size};
  }
  const reader = await new TileReader(get, now.size).open(now.root);
  return same(await reader.root(size), old.root) ? {word: 'grown', size, added: now.size - size} : {word: 'removed', size};
}
