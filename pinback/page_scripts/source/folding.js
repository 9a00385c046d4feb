/**
 * Texts of any language as terms of a search: what readers type without accents, capitals or points finds what has them.
 *
 * Folded are: capitals; accents (é is e, Å is a, й is и); letters with a stroke or joined ones (ł is l, ø is o, ß is ss);
 * forms of a sign (ﬁ, Ａ); Arabic vowel points, tatweel, the forms of alef, ya and ta marbuta; Hebrew points; digits.
 * Scripts without spaces between words (Chinese, Japanese, Thai and their kin) become single signs and pairs of them:
 * one sign is looked for alone, and of more than one their pairs, so that signs far apart do not count as a word.
 */

const LETTERS = {
  ł: 'l', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ŧ: 't', ŋ: 'n', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th',
  ٱ: 'ا', ى: 'ي', ی: 'ي', ې: 'ي', ک: 'ك', ة: 'ه', ς: 'σ',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');
// Latin, Greek and Cyrillic accents; Hebrew points; Arabic points and tatweel. Vowel signs of other scripts are letters.
const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]/g;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const SIGN = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3005\u3006\u30fc]`;
const UNSPACED = new RegExp(`${SIGN}+`, 'gu');
const HAS_UNSPACED = new RegExp(SIGN, 'u');

/** Return a text as it is compared. */
export function folded(text) {
  return text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(MARKS, '').normalize('NFC')
    .replace(LETTER, letter => LETTERS[letter])
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit => String(digit.codePointAt(0) & 15));
}

/** Return the terms under which a text is found. */
export function indexTerms(text) {
  return terms(text, signs => [...signs, ...pairs(signs)]);
}

/** Return the terms that are looked for. */
export function queryTerms(text) {
  return terms(text, signs => (signs.length > 1 ? pairs(signs) : signs));
}

/** Tell whether a term is of a script without spaces, where half a term is another word. */
export function isUnspaced(term) {
  return HAS_UNSPACED.test(term);
}

function terms(text, ofSigns) {
  const found = [];
  for (const [word] of folded(text).matchAll(WORD)) {
    let end = 0;
    for (const run of word.matchAll(UNSPACED)) {
      found.push(word.slice(end, run.index), ...ofSigns([...run[0]]));
      end = run.index + run[0].length;
    }
    found.push(word.slice(end));
  }
  return [...new Set(found.filter(Boolean))];
}

function pairs(signs) {
  return signs.slice(1).map((sign, place) => signs[place] + sign);
}
