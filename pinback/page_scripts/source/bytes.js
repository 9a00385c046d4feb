/** Bytes and their spellings. As in `pinback/verify_page/source/bytes.js`, of which this page needs little. */

export const utf8 = text => new TextEncoder().encode(text);

/** Return the text of UTF-8 bytes; throws where they are none. */
export const fromUtf8 = bytes => new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);

export const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** Return the bytes of unpadded base64url; throws at other spellings of the same bytes. */
export function base64urlBytes(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), sign => sign.charCodeAt(0));
  const again = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  if (again !== text) {
    throw new Error('not in its one right spelling');
  }
  return bytes;
}

export async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text)));
}
