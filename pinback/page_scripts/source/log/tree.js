/**
 * The tree over a log's entries (RFC 6962 §2.1). A node is named by its level (0: leaf hashes) and its number in that level.
 *
 * As `pinback/tlog/trees.py`, of which this page needs the root of a smaller tree alone: where every node that is given out
 * belongs to the tree of a checkpoint, the root over its first entries is the proof that they are still the same.
 */

/** Bytes of a hash. */
export const HASH = 32;

export const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

export const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

/**
 * Return the hash of the tree of the first *size* leaves: full subtrees from the left, each as large as fits, joined from
 * the right.
 *
 * @param node returns (a promise of) the hash of a complete node: level, number.
 */
export async function root(node, size) {
  if (size === 0) {
    return sha256(new Uint8Array());
  }
  const hashes = [];
  for (let low = 0; low < size;) {
    const level = Math.floor(Math.log2(size - low));
    hashes.push(await node(level, low / 2 ** level));
    low += 2 ** level;
  }
  let found = hashes.pop();
  while (hashes.length) {
    found = await nodeHash(hashes.pop(), found);
  }
  return found;
}

/** Return the levels of a small tree that is whole: its row of hashes, the row above it, and so on to the last complete node. */
export async function levels(row) {
  const found = [row];
  for (let above = row; above.length >= 2;) {
    const pairs = Array.from({length: Math.floor(above.length / 2)}, (_, place) => [above[2 * place], above[2 * place + 1]]);
    above = await Promise.all(pairs.map(([left, right]) => nodeHash(left, right)));
    found.push(above);
  }
  return found;
}
