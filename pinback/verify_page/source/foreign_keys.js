/**
 * Public keys as strangers write them: Multikey, JWK, PEM, base58. Mirrors `pinback/proofs/foreign_keys.py`.
 *
 * Ed25519, P-256 and RSA are checked by the browser (WebCrypto); where it lacks Ed25519, by @noble/ed25519.
 */
import {verifyAsync} from '@noble/ed25519';
import {base58, base58Bytes, base64url, base64urlBytes, fromLatin1, hex, joined, sha256, startsWith} from './bytes.js';
import {ProofError} from './errors.js';
import {quoted} from './words.js';

export const ALGORITHMS = {Ed25519: 'EdDSA', 'P-256': 'ES256', RSA: 'RS256'};
const [MIN_RSA_BITS, MAX_RSA_BITS, MAX_RSA_EXPONENT, MAX_PEM] = [2048, 8192, 2n ** 33n, 10_000];
const ED25519_PREFIX = Uint8Array.of(0xed, 0x01);
const P256_PREFIX = Uint8Array.of(0x80, 0x24);
const FIELD = 2n ** 255n - 19n;
const NO_FIT = 'the signature does not fit';
const SHORT = 'the signature does not have the length of its kind';

/** Points of small order, and other spellings of them: under such a key some signatures fit any text. */
const SMALL_ORDER = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(30)}80`,
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]);

/** A key that a stranger published: its kind, its name, and how to check a signature of it. */
class ForeignKey {
  constructor(kind, name, check) {
    Object.assign(this, {kind, name, check, algorithm: ALGORITHMS[kind]});
  }

  /** Check a signature over bytes; throws where it does not hold. */
  async verify(signature, data) {
    if (this.kind === 'P-256' && signature.length !== 64) {
      throw new ProofError(SHORT);
    }
    let holds = false;
    try {
      holds = await this.check(signature, data);
    } catch (error) {
      if (error instanceof ProofError) {
        throw error;
      }
    }
    if (!holds) {
      throw new ProofError(NO_FIT);
    }
  }
}

export async function fromMultikey(text) {
  const data = base58Bytes(text);
  if (startsWith(data, ED25519_PREFIX)) {
    return ed25519(data.subarray(2));
  }
  if (startsWith(data, P256_PREFIX) && data.length === 35) {
    return p256(data.subarray(2));
  }
  throw new ProofError(`the key ${quoted(text)} is of a kind that is not known here`);
}

export async function fromJwk(jwk) {
  if (Object.hasOwn(jwk, 'd')) {
    throw new ProofError('a private key was published');
  }
  if ((jwk.use === undefined ? 'sig' : jwk.use) !== 'sig') {
    throw new ProofError('the key is published for another use than signatures');
  }
  const found = await ofKind(jwk);
  if (jwk.alg !== undefined && jwk.alg !== found.algorithm && jwk.alg !== 'Ed25519') {
    throw new ProofError('a key is published for another algorithm than its kind allows');
  }
  return found;
}

async function ofKind(jwk) {
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') {
    return ed25519(member(jwk, 'x'));
  }
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') {
    const [x, y] = [member(jwk, 'x'), member(jwk, 'y')];
    if (x.length !== 32 || y.length !== 32) {
      throw damaged();
    }
    return p256(joined(Uint8Array.of(4), x, y));
  }
  if (jwk.kty === 'RSA') {
    return rsa(member(jwk, 'n'), member(jwk, 'e'));
  }
  throw new ProofError('a key is of a kind that is not known here');
}

const damaged = () => new ProofError('a key is damaged');

function member(jwk, name) {
  if (typeof jwk[name] !== 'string' || jwk[name].length > (4 * MAX_RSA_BITS) / 8) {
    throw damaged();
  }
  return base64urlBytes(jwk[name]);
}

export const fromBase58 = async text => ed25519(base58Bytes(`z${text}`));

/** Return the RSA key of a PEM SubjectPublicKeyInfo (OB 2.0, CryptographicKey). */
export async function fromPem(pem) {
  const noPem = new ProofError('a key is not a public key in PEM form');
  const found = /-----BEGIN (RSA )?PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END \1?PUBLIC KEY-----/.exec(pem);
  if (pem.length > MAX_PEM || found === null) {
    throw noPem;
  }
  let der;
  try {
    der = new Der(fromLatin1(atob(found[2].replace(/\s/g, ''))));
    if (!found[1]) {
      const [algorithm, key] = der.parts();
      if (hex(algorithm.parts()[0].body) !== '2a864886f70d010101') {
        throw new ProofError('a key is not an RSA key, which signed Open Badges 2.0 need');
      }
      der = new Der(key.body.subarray(1));
    }
    const [n, e] = der.parts();
    return await rsa(n.body, e.body);
  } catch (error) {
    throw error instanceof ProofError ? error : noPem;
  }
}

/** One value of DER (X.690), as far as public keys need it. */
class Der {
  constructor(data) {
    let [length, start] = [data[1], 2];
    if (length & 0x80) {
      start += length & 0x7f;
      length = data.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    if (start + length > data.length) {
      throw new RangeError('cut off');
    }
    Object.assign(this, {body: data.subarray(start, start + length), size: start + length});
  }


  parts() {
    const found = [];
    for (let place = 0; place < this.body.length; place += found.at(-1).size) {
      found.push(new Der(this.body.subarray(place)));
    }
    return found;
  }
}

const numberOf = (bytes, reversed = false) => BigInt(`0x0${hex(reversed ? Uint8Array.from(bytes).reverse() : bytes)}`);

function ed25519(raw) {
  if (raw.length !== 32 || (numberOf(raw, true) & (2n ** 255n - 1n)) >= FIELD) {
    throw new ProofError('a key is not an Ed25519 key in its one right spelling');
  }
  return new ForeignKey('Ed25519', base58(joined(ED25519_PREFIX, raw)), async (signature, data) => {
    if (SMALL_ORDER.has(hex(raw)) || SMALL_ORDER.has(hex(signature.subarray(0, 32)))) {
      throw new ProofError('the key or signature is one that fits any text');
    }
    const key = await native(raw);
    return key
      ? crypto.subtle.verify('Ed25519', key, signature, data)
      : verifyAsync(signature, data, raw, {zip215: false});
  });
}

/** Return the browser's own key, or null where it has no Ed25519. */
async function native(raw) {
  try {
    return await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
  } catch (error) {
    if (error.name === 'NotSupportedError') {
      return null;
    }
    throw error;
  }
}

// P-256 (SEC 1 §2.3.3, §2.3.4): only the spelling of a point is worked out here; signatures are the browser's.
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const bytesOf = number => Uint8Array.from(number.toString(16).padStart(64, '0').match(/../g), pair => parseInt(pair, 16));

function power(base, exponent) {
  let result = 1n;
  for (let left = exponent, square = base; left; left >>= 1n, square = (square * square) % P) {
    result = left & 1n ? (result * square) % P : result;
  }
  return result;
}

function p256(point) {
  const x = numberOf(point.subarray(1, 33));
  const square = (((x * x * x - 3n * x + B) % P) + P) % P;
  let y = point[0] === 4 ? numberOf(point.subarray(33)) : power(square, (P + 1n) / 4n);
  if (point[0] !== 4 && Number(y & 1n) !== (point[0] & 1)) {
    y = P - y;
  }
  if (![2, 3, 4].includes(point[0]) || x >= P || y >= P || (y * y) % P !== square) {
    throw new ProofError('a key is no point of its curve');
  }
  const packed = joined(P256_PREFIX, Uint8Array.of(y & 1n ? 3 : 2), bytesOf(x));
  const jwk = {kty: 'EC', crv: 'P-256', x: base64url(bytesOf(x)), y: base64url(bytesOf(y))};
  const kind = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};
  return new ForeignKey('P-256', base58(packed), verifier(jwk, kind));
}

async function rsa(modulus, exponent) {
  const [n, e] = [modulus, exponent].map(bytes => bytes.subarray(Math.max(0, bytes.findIndex(byte => byte))));
  const [bits, number] = [numberOf(n) ? numberOf(n).toString(2).length : 0, numberOf(e)];
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || number < 3n || number >= MAX_RSA_EXPONENT || !(number & 1n)) {
    throw new ProofError(`an RSA key has ${bits} bits or an odd exponent; 2048 to ${MAX_RSA_BITS} bits are accepted`);
  }
  const jwk = {e: base64url(e), kty: 'RSA', n: base64url(n)};
  const name = base64url(await sha256(JSON.stringify(jwk)));
  return new ForeignKey('RSA', name, verifier(jwk, {name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256'}));
}

const verifier = (jwk, kind) => async (signature, data) => {
  const key = await crypto.subtle.importKey('jwk', jwk, kind, false, ['verify']);
  return crypto.subtle.verify(kind, key, signature, data);
};
