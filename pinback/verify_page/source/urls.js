/** Addresses taken apart by RFC 3986, as the command does; the browser's own reader would mend them first. */

/** Return the authority of an address: host, and port where it names one, in small letters; "" where it has none. */
export const hostOf = url => /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/.exec(url)?.[1].toLowerCase() ?? '';

/** Return an address without its part after "#". */
export const bare = url => url.split('#')[0];

/** Say whether the path of an address holds "." or "..", in whatever spelling: servers follow these, so it leads elsewhere than its beginning says. */
export function climbs(url) {
  return unquoted(unquoted(url.split(/[?#]/)[0])).split(/[/\\]/).slice(3).some(part => /^\.\.?(?:;|$)/.test(part));
}

/** Return a text with its percent-encodings put in. */
export function unquoted(text) {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, found =>
    new TextDecoder('utf-8', {ignoreBOM: true}).decode(Uint8Array.from(found.slice(1).split('%'), byte => parseInt(byte, 16))));
}
