/**
 * A log's tiles (C2SP tlog-tiles), read and believed in nothing: every hash that is given out belongs to the tree of a
 * checkpoint. As `pinback/tlog/tiles.py`.
 */
import {HASH, levels, root, same} from './tree.js';

const HEIGHT = 8;
export const WIDTH = 2 ** HEIGHT;

/** What the files of a log do not allow: they are missing, damaged, or not those of its checkpoint. */
export class Damaged extends Error {}

/** Return the path of a tile of *width* hashes below the log's folder; one of fewer than 256 is partial. */
export function tilePath(level, number, width = WIDTH) {
  const parts = [String(number % 1000).padStart(3, '0')];
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
    parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${parts.join('/')}${width === WIDTH ? '' : `.p/${width}`}`;
}

export class TileReader {
  /**
   * @param get returns a promise of the bytes at a path below the log's folder, or of null where there is nothing.
   * @param size of the tree, by its checkpoint.
   */
  constructor(get, size) {
    Object.assign(this, {get, size, tiles: new Map()});
  }

  /** Compare the tiles at the top with the root; nothing may be asked of this reader before. */
  async open(wanted) {
    // Every node that the root is made of lies in a partial tile; below, a full tile's hash stands in the tile above.
    for (let level = 0; Math.floor(this.size / WIDTH ** level) > 0; level += 1) {
      const count = Math.floor(this.size / WIDTH ** level);
      if (count % WIDTH) {
        const number = Math.floor(count / WIDTH);
        this.tiles.set(`${level} ${number}`, await this.fetched(level, number, count % WIDTH));
      }
    }
    if (!same(await root((level, number) => this.node(level, number), this.size), wanted)) {
      throw new Damaged('the tiles at the top');
    }
    return this;
  }

  async fetched(level, number, width) {
    let data = await this.get(tilePath(level, number, width));
    if (data === null && width !== WIDTH) {
      data = (await this.get(tilePath(level, number)))?.slice(0, HASH * width) ?? null;
    }
    if (data?.length !== HASH * width) {
      throw new Damaged(tilePath(level, number, width));
    }
    return levels(Array.from({length: width}, (_, place) => data.subarray(HASH * place, HASH * (place + 1))));
  }

  async tile(level, number) {
    const name = `${level} ${number}`;
    if (!this.tiles.has(name)) {
      const above = await this.node(HEIGHT * (level + 1), number);
      const found = await this.fetched(level, number, WIDTH);
      if (!same(found[HEIGHT][0], above)) {
        throw new Damaged(name);
      }
      this.tiles.set(name, found);
    }
    return this.tiles.get(name);
  }

  /** Return the hash of a complete node of the tree. */
  async node(level, number) {
    const inside = level % HEIGHT;
    const across = 2 ** (HEIGHT - inside);
    const tile = await this.tile((level - inside) / HEIGHT, Math.floor(number / across));
    const found = tile[inside]?.[number % across];
    if (!found) {
      throw new Damaged('a node outside of its tile');
    }
    return found;
  }

  /** Return the root of the tree as it was when it had *size* leaves, at most as many as it has. */
  root(size) {
    return root((level, number) => this.node(level, number), size);
  }
}
