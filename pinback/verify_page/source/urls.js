/** Addresses taken apart by RFC 3986, as the command does; the browser's own reader would mend them first. */

/** Return scheme, host with port, and path. */
export function split(url) {
  const found = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/.exec(url);
  return {scheme: (found[1] ?? '').toLowerCase(), netloc: found[2] ?? '', path: found[3]};
}

/** Return an address without its part after "#". */
export const bare = url => url.split('#')[0];

/** Return a text with its percent-encodings put in. */
export function unquoted(text) {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, found =>
    new TextDecoder().decode(Uint8Array.from(found.slice(1).split('%'), byte => parseInt(byte, 16))));
}
