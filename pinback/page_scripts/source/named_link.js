/**
 * The named link: name and secret behind the `#` of the page's address, and whether they are what was signed.
 *
 * Mirrors `link_in` and `is_named` of `pinback/verify/recipients.py` for the hash of the type "name" (docs/format.md,
 * "The named link"). Name and secret stay in this page: never in its title, which history and other devices get to know.
 */
import {hex, sha256} from './bytes.js';

const MAX_FRAGMENT = 2_048;
/** Signs that no name of a record may hold (`pinback/content/nodes.py`), and ends of lines. */
const NEVER_SHOWN = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd-\uffff]/u;
/** 128 bits as base64url. Its length is fixed, so that no letter can wander from the name into the secret: the hash is over both. */
const SECRET = /^[\w-]{22}$/;

/** Return name and secret of a fragment, which may begin with "#", or null where it carries none. */
export function namedLink(fragment) {
  const found = new Map(fragment.replace(/^#/, '').slice(0, MAX_FRAGMENT).split('&').map(part => {
    const [name, ...value] = part.replaceAll('+', ' ').split('=');
    return [unquoted(name), unquoted(value.join('='))];
  }));
  const [name, secret] = [found.get('n'), found.get('k')];
  return name && secret ? {name: name.normalize('NFC'), secret} : null;
}

/** Say whether a fragment means to be a named link, be it damaged or whole. */
export const triesToName = fragment => /^#(?:.*&)?[nk]=/.test(fragment);

/** Say whether the name in a link is the one that was signed. */
export async function isSigned(credential, {name, secret}) {
  if (NEVER_SHOWN.test(name) || !name.trim() || !SECRET.test(secret)) {
    return false;
  }
  const identities = [credential.credentialSubject.identifier ?? []].flat();
  const value = `sha256$${hex(await sha256(name + secret))}`;
  return identities.some(one => one?.identityType === 'name' && one.hashed === true && !one.salt && one.identityHash === value);
}

/** Return the part of a link from "#" on, spelled as the club spelled it when it signed. */
export const fragmentOf = ({name, secret}) =>
  `#n=${encodeURIComponent(name).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}&k=${secret}`;

function unquoted(text) {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, found =>
    new TextDecoder('utf-8', {ignoreBOM: true}).decode(Uint8Array.from(found.slice(1).split('%'), byte => parseInt(byte, 16))));
}
