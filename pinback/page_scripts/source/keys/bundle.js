/**
 * The private keys of one issuer, and `keys.age`, the file in which they lie encrypted. As `pinback/keys/bundle.py`.
 *
 * Two Ed25519 keys and one of RSA-2048, as PKCS#8 in base64 in one JSON object, encrypted with the code (age, passphrase
 * mode, scrypt; age-encryption.org/v1). Keys live in the memory of this page and nowhere else.
 */
import {Decrypter, Encrypter, armor} from 'age-encryption';
import {ed25519} from '@noble/curves/ed25519.js';
import {base58} from '@scure/base';
import {utf8} from '../bytes.js';

const FORMAT = 'pinback/keys/v1';
const ROLES = ['ed25519', 'rsa', 'log'];
const RECOVERY = 'recovery';
const MAX_FILE = 64 * 1024;
/**
 * Work of scrypt, as a power of two. It stretches passwords that can be guessed; a code of 128 random bits cannot be, and
 * a file that asks for little opens on a phone and on the slowest machine of a host.
 */
const WORK = 15;
/** What stands before the 32 bytes of a seed in PKCS#8 (RFC 8410 §7). */
const PREFIX = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20);
const RSA = {name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256'};
const PROBE = utf8('pinback: this text proves that a key can sign\n');

const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
const fromBase64 = text => Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
const joined = (...parts) => Uint8Array.from(parts.flatMap(part => [...part]));

/** Tell whether this page may make keys here: browsers allow it on https, on this computer, and from a disk. */
export const canMakeKeys = () => Boolean(globalThis.crypto?.subtle && globalThis.isSecureContext !== false);

/** Return the id of an Ed25519 key, its multibase (did:key, "z6Mk…"), from its seed. */
function keyId(seed) {
  return `z${base58.encode(joined([0xed, 0x01], ed25519.getPublicKey(seed)))}`;
}

function newSeed() {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  if (!ed25519.verify(ed25519.sign(PROBE, seed), PROBE, ed25519.getPublicKey(seed))) {
    throw new Error('a new key cannot sign');
  }
  return seed;
}

/** Draw new keys; returns the id of the first Ed25519 key, and the bundle as bytes (RFC 8785 form). */
export async function newBundle() {
  const seeds = {ed25519: newSeed(), log: newSeed()};
  const pair = await crypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const signature = await crypto.subtle.sign(RSA.name, pair.privateKey, PROBE);
  if (!(await crypto.subtle.verify(RSA.name, pair.publicKey, signature, PROBE))) {
    throw new Error('a new key cannot sign');
  }
  const rsa = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const plain = {
    ed25519: base64(joined(PREFIX, seeds.ed25519)),
    format: FORMAT,
    log: base64(joined(PREFIX, seeds.log)),
    rsa: base64(rsa),
  };
  return {id: keyId(seeds.ed25519), bytes: utf8(JSON.stringify(plain))};
}

/** Return `keys.age` as text: the bundle, encrypted so that the code opens it. */
export async function locked(bytes, code) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(code);
  encrypter.setScryptWorkFactor(WORK);
  const file = `${armor.encode(await encrypter.encrypt(bytes)).trim()}\n`;
  if ((await opened(utf8(file), code)).roles.length !== ROLES.length) {
    throw new Error('the file does not open again');
  }
  return file;
}

/** What keeps a file from being opened; `what` is a key of the page's words. */
export class BundleFault extends Error {
  constructor(what) {
    super(what);
    this.what = what;
  }
}

/** Return id and roles of the keys in a file, binary or as text, that the code opens. */
export async function opened(file, code) {
  if (file.length > MAX_FILE) {
    throw new BundleFault('noKeysFile');
  }
  const decrypter = new Decrypter();
  decrypter.addPassphrase(code);
  let plain;
  try {
    plain = await decrypter.decrypt(unarmoured(file));
  } catch (error) {
    throw new BundleFault(why(error));
  }
  return told(plain);
}

/** A file that was made on a fast computer may ask for more memory than a browser has. */
function why(error) {
  if (error instanceof RangeError || /work factor|maxmem|memory/i.test(error.message)) {
    return 'tooMuchWork';
  }
  return /passphrase|identit/i.test(error.message) ? 'wrongCode' : 'noKeysFile';
}

/** Return the bytes of an age file, which may be armoured, with what editors put around it. */
function unarmoured(file) {
  const text = new TextDecoder('latin1').decode(file).replace(/^\u00ef\u00bb\u00bf/, '').trim();
  if (text.startsWith('age-encryption.org/')) {
    return file;
  }
  return armor.decode(`${text.replaceAll('\r\n', '\n')}\n`);
}

function told(bytes) {
  try {
    const plain = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
    const roles = [...ROLES, RECOVERY].filter(role => typeof plain[role] === 'string');
    const first = fromBase64(plain.ed25519 ?? plain[RECOVERY]);
    const known = PREFIX.every((byte, place) => first[place] === byte) && first.length === PREFIX.length + 32;
    if (plain.format === FORMAT && known && (roles.length === ROLES.length || roles.join() === RECOVERY)) {
      return {id: keyId(first.slice(PREFIX.length)), roles};
    }
  } catch {
    // Told below: whatever it is, it is no bundle.
  }
  throw new BundleFault('noBundle');
}
