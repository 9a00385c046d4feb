/** Texts of cells: blanks around them, the forms in which they are compared, and how a found value is shown. */

/** Blanks that are left out around a cell: the space and its kin, tabs, ends of lines. */
const BLANKS = ' \\t\\n\\r\\v\\f\\u00a0\\u1680\\u2000-\\u200b\\u202f\\u205f\\u3000\\ufeff';
const AROUND = new RegExp(`^[${BLANKS}]+|[${BLANKS}]+$`, 'g');
const INSIDE = new RegExp(`[${BLANKS}]+`, 'g');
/** Signs that no record may hold (`pinback/content/nodes.py`), and other ends of lines. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd-\uffff\ud800-\udfff]/u;
const CONTROLS = new RegExp(CONTROL, 'gu');
const NOT_IN_WORDS = /[^\p{L}\p{M}\p{N}]+/gu;
const MARKS = /\p{Mn}/gu;
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g;

/** Return a text without blanks around it. */
export const stripped = text => text.replace(AROUND, '');

/** Return a text on one line, with single spaces. */
export const oneLine = text => stripped(text.normalize('NFC').replace(INSIDE, ' '));

/** Return the parts of a text between blanks. */
export const parts = text => stripped(text).split(INSIDE).filter(Boolean);

/** Word processors put another sign in place of the one on the keyboard. */
const APOSTROPHES = /[\u2018\u2019\u02bc\u0060\u00b4]/g;

/** Return a text as two are compared that may mean the same: composed, in small letters, with single spaces. */
export const folded = text => oneLine(text).toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ').replace(APOSTROPHES, "'").normalize('NFC');

/** Return a column's name as it is looked up: letters and digits alone. */
export const headerKey = text => folded(text.normalize('NFKC')).replace(NOT_IN_WORDS, ' ').trim();

/** Return a word as it is looked up: as `headerKey` does, or where nothing is left (✓, –) the sign itself. */
export const wordKey = text => headerKey(text) || oneLine(text);

/** Return a word without accents, in small letters. */
export const plainWord = text => folded(text).normalize('NFD').replace(MARKS, '').normalize('NFC');

/** Return a text with digits of other scripts as 0 to 9. */
export const latinDigits = text => text.replace(DIGITS, sign => String((sign.codePointAt(0) - (sign >= '\uff10' ? 0xff10 : sign >= '\u06f0' ? 0x6f0 : 0x660))));

/** Return the first sign that no record may hold, like "U+0007", or "". */
export function control(text) {
  const found = CONTROL.exec(text);
  return found ? `U+${found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}` : '';
}

/** Return how many characters a text has. */
export const length = text => [...text].length;

/** Return a found value between double quotes, on one line, at most 60 characters of it. */
export function quoted(text) {
  const signs = [...oneLine(text).replace(CONTROLS, '�')];
  return `"${signs.length > 60 ? `${signs.slice(0, 59).join('')}…` : signs.join('')}"`;
}

/** Return a whole number as messages show it. */
export const counted = number => String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** Return row numbers as messages show them. */
export const listed = numbers => numbers.slice(0, 10).join(', ') + (numbers.length > 10 ? ', …' : '');

/** Return the letter of a column as spreadsheets call it, from 0. */
export const letter = column => (column >= 26 ? letter(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

/** Return the known word that is most like *word*, or null; each known one is compared by its first member. */
export function nearest(word, known) {
  let best = null;
  let least = Math.floor(length(word) / 3) + 1;
  for (const one of known) {
    const apart = distance(word, one[0], least);
    if (apart < least) {
      [best, least] = [one, apart];
    }
  }
  return best;
}

/** Return how many signs must be put in, left out or changed to make *b* of *a*; at least *enough* where it is that or more. */
function distance(a, b, enough) {
  const [one, other] = [[...a], [...b]];
  if (Math.abs(one.length - other.length) >= enough) {
    return enough;
  }
  let row = other.map((_, place) => place + 1);
  one.forEach((sign, number) => {
    let [corner, left] = [number, number + 1];
    row = row.map((above, place) => {
      left = Math.min(above + 1, left + 1, corner + (sign === other[place] ? 0 : 1));
      corner = above;
      return left;
    });
  });
  return row.length ? row.at(-1) : one.length;
}
