/** For whom a badge is: hashed here and compared with what the issuer signed. Mirrors `pinback/verify/recipients.py`. */
import {md5} from '@noble/hashes/legacy.js';
import {hex, sha256, utf8} from './bytes.js';
import {UsageError} from './errors.js';
import {MAX_FRAGMENT} from './limits.js';
import {unquoted} from './urls.js';

const HASHES = {sha256, md5: async text => md5(utf8(text))};

/** Return the named link in an address, or null where it is a plain one. */
export function linkIn(url) {
  const [page, ...fragment] = url.split('#');
  const found = new Map(fragment.join('#').slice(0, MAX_FRAGMENT).split('&').map(part => {
    const [name, ...value] = part.replaceAll('+', ' ').split('=');
    return [unquoted(name), unquoted(value.join('='))];
  }));
  const name = found.get('n');
  const secret = found.get('k');
  return name && secret ? {page, name: name.normalize('NFC'), secret, text: url} : null;
}

/** Return the named link that the asker gave. */
export function readLink(text) {
  const link = linkIn(text.trim());
  if (link === null) {
    throw new UsageError('this is not a named link, which ends in #n=…&k=…; copy the whole of it');
  }
  return link;
}

/** Say whether one of the signed identities is the name in a link. */
export async function isNamed(identities, link) {
  const name = encodeURIComponent(link.name).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  // A secret of another length could hold a part of the name.
  for (const entry of identities.filter(one => one.hashed === true && link.secret.length === 22)) {
    if (entry.identityType === 'name' && (await fits(entry, link.name + link.secret, ''))) {
      return true;
    }
    if (entry.type === 'url' && ((await fits(entry, link.text)) || (await fits(entry, `${link.page}#n=${name}&k=${link.secret}`)))) {
      return true;
    }
  }
  return false;
}

/** Say whether the person whom the asker names is the one that was signed. */
export async function isFor(identities, ids, recipient) {
  const plain = recipient.trim().normalize('NFC');
  const tried = [...new Set([recipient, plain, plain.toLowerCase()])];
  if (ids.some(id => tried.includes(id) || tried.includes(id.replace(/^mailto:/, '')))) {
    return true;
  }
  for (const entry of identities) {
    const value = valueOf(entry);
    if (entry.hashed === true) {
      for (const text of tried) {
        if (await fits(entry, text)) {
          return true;
        }
      }
    } else if (entry.hashed === false && value && tried.includes(value)) {
      return true;
    }
  }
  return false;
}

function valueOf(entry) {
  const value = Object.hasOwn(entry, 'identityHash') ? entry.identityHash : entry.identity;
  return typeof value === 'string' ? value : '';
}

async function fits(entry, text, given) {
  const salt = given ?? entry.salt ?? '';
  const [kind, ...digest] = valueOf(entry).split('$');
  if (!Object.hasOwn(HASHES, kind) || typeof salt !== 'string' || !(text + salt).isWellFormed()) {
    return false;
  }
  return hex(await HASHES[kind](text + salt)) === digest.join('$').toLowerCase();
}
