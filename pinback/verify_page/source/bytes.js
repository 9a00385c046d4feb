/** Bytes and their spellings: UTF-8, Latin-1, hex, base64url, base58btc; SHA-256 by the browser. */
import {ProofError} from './errors.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const MAX_BASE58 = 128;

export const utf8 = text => new TextEncoder().encode(text);

/** Return the text of UTF-8 bytes; throws where they are none. A byte order mark stays. */
export const fromUtf8 = bytes => new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);

/** Return a text with one sign for each byte, to look for patterns in. */
export function latin1(bytes) {
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode.apply(null, bytes.subarray(start, start + 0x8000));
  }
  return text;
}

export const fromLatin1 = text => Uint8Array.from(text, sign => sign.charCodeAt(0));
export const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export const startsWith = (bytes, start) => start.every((byte, place) => bytes[place] === byte);

export function base64url(bytes) {
  return btoa(latin1(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Return the bytes of unpadded base64url; other spellings of the same bytes are refused. */
export function base64urlBytes(text) {
  let data;
  try {
    data = fromLatin1(atob(text.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    throw new ProofError('a base64url value is damaged');
  }
  if (base64url(data) !== text) {
    throw new ProofError('a base64url value is not in its one right spelling');
  }
  return data;
}

/** Return `z` and the base58btc form of bytes. */
export function base58(bytes) {
  let number = BigInt(`0x0${hex(bytes)}`);
  let text = '';
  while (number) {
    text = ALPHABET[Number(number % 58n)] + text;
    number /= 58n;
  }
  const zeros = bytes.findIndex(byte => byte);
  return `z${'1'.repeat(zeros < 0 ? bytes.length : zeros)}${text}`;
}

/** Return the bytes of a multibase text that starts with `z`. */
export function base58Bytes(text) {
  if (!text.startsWith('z') || text.length > MAX_BASE58) {
    throw new ProofError('a value is not base58btc in multibase');
  }
  let number = 0n;
  for (const sign of text.slice(1)) {
    const value = ALPHABET.indexOf(sign);
    if (value < 0) {
      throw new ProofError('a base58btc value holds a sign outside its alphabet');
    }
    number = number * 58n + BigInt(value);
  }
  const digits = number ? number.toString(16) : '';
  const whole = Uint8Array.from((digits.length % 2 ? `0${digits}` : digits).match(/../g) ?? [], pair => parseInt(pair, 16));
  return joined(new Uint8Array(/^1*/.exec(text.slice(1))[0].length), whole);
}

export async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', typeof data === 'string' ? utf8(data) : data));
}
