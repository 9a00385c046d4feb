/**
 * The code: 128 random bits that open a club's keys, in a form that can be read aloud and typed. As `pinback/keys/code.py`.
 *
 * Crockford's base32 (26 signs) and his check sign modulo 37, in groups of four. Codes whose check sign would be one of
 * `*~$=U` are drawn again, so that a code is letters and digits only.
 */
export const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK_SIGNS = `${SIGNS}*~$=U`;
const BODY = 26;
const GROUP = 4;
/** White space, hyphen, and the dashes that word processors put in its place. */
const BETWEEN = /[\s\u2010-\u2015\u2212-]+/gu;
const MISREAD = {O: '0', I: '1', L: '1'};

/** Return Crockford's check sign of base32 signs without hyphens. */
export const checkSign = body => CHECK_SIGNS[Array.from(body).reduce((rest, sign) => (rest * 32 + SIGNS.indexOf(sign)) % 37, 0)];

const grouped = signs => signs.match(new RegExp(`.{1,${GROUP}}`, 'g')).join('-');

/** Draw a code, like `7K2M-…-Q4H`. `draw` returns 16 random bytes. */
export function newCode(draw = () => crypto.getRandomValues(new Uint8Array(16))) {
  for (;;) {
    let number = draw().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    let body = '';
    for (let place = 0; place < BODY; place += 1) {
      body = SIGNS[Number(number & 31n)] + body;
      number >>= 5n;
    }
    const sign = checkSign(body);
    if (SIGNS.includes(sign)) {
      return grouped(body + sign);
    }
  }
}

/** What is wrong with a code that somebody typed; `what` is a key of the page's words. */
export class CodeFault extends Error {
  constructor(what, values = {}) {
    super(what);
    Object.assign(this, {what, values});
  }
}

/** Return the code that somebody typed: small letters, spaces, any dashes, and O, I, L for 0, 1, 1 are understood. */
export function typedCode(text) {
  const signs = text.replace(BETWEEN, '').toUpperCase().replace(/[OIL]/g, sign => MISREAD[sign]);
  if ([...signs].length !== BODY + 1) {
    throw new CodeFault('codeLength', {wanted: BODY + 1, found: [...signs].length});
  }
  if (![...signs].every(sign => SIGNS.includes(sign))) {
    throw new CodeFault('codeSigns');
  }
  if (checkSign(signs.slice(0, -1)) !== signs.at(-1)) {
    throw new CodeFault('codeCheck');
  }
  return grouped(signs);
}
