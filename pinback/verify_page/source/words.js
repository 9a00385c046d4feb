/**
 * Texts as the command writes them, sign by sign: found values between quotes, numbers, and values of strangers.
 *
 * Mirrors `pinback/errors.py`, and of Python itself only what its sentences show.
 */

/** Return a text with control and format signs shown as escapes. */
export const printable = text => text.replace(/(?! )[\p{C}\p{Z}]/gu, escaped);

function escaped(sign) {
  const known = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}[sign];
  if (known) {
    return known;
  }
  const code = sign.codePointAt(0);
  const hex = code.toString(16);
  if (code < 0x100) {
    return `\\x${hex.padStart(2, '0')}`;
  }
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Return a found value between double quotes, shortened to a number of signs. */
export function quoted(value, limit = 60) {
  // Only the beginning is looked at: a stranger's value may have megabytes.
  return `"${shortened(printable(shortened(value, limit)), limit)}"`;
}

/** Return a text, or its beginning and a mark where it has more than a number of signs. */
export function shortened(text, limit) {
  const signs = [...text.slice(0, 2 * limit + 2)];
  return signs.length > limit ? `${signs.slice(0, limit - 1).join('')}…` : text;
}

/** Return a whole number with a comma between thousands. */
export const thousands = number => number.toLocaleString('en');

/** Return a JSON value as the command writes it in a sentence (Python's `str`). */
export const written = value => (typeof value === 'string' ? value : shown(value));

function shown(value) {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (Array.isArray(value)) {
    return `[${value.map(shown).join(', ')}]`;
  }
  if (typeof value === 'object') {
    return `{${Object.keys(value).map(name => `${shown(name)}: ${shown(value[name])}`).join(', ')}}`;
  }
  if (typeof value === 'string') {
    const mark = value.includes("'") && !value.includes('"') ? '"' : "'";
    return mark + printable(value.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`)) + mark;
  }
  return String(value);
}

/** Return what stands before the first semicolon of a message: what is wrong, without what to do. */
export const fault = message => message.split(';')[0];

/** Compare two texts by code points. (JavaScript compares halves of pairs, and so puts emoji before some letters.) */
export function byCodePoint(first, second) {
  const length = Math.min(first.length, second.length);
  for (let place = 0; place < length; place += 1) {
    const [one, other] = [first.charCodeAt(place), second.charCodeAt(place)];
    if (one !== other) {
      const halves = [one, other].map(code => code >= 0xd800 && code <= 0xdfff);
      return halves[0] === halves[1] ? one - other : halves[0] ? 1 : -1;
    }
  }
  return first.length - second.length;
}
