/**
 * Days as people write them. Mirrors `pinback/roster/dates.py`.
 *
 * Read are 2026-05-17, 17.5.2026, 17/5/2026, 5/17/2026, 17 May 2026, May 17, 2026, 17. Mai 2026, 2026年5月17日 and their kin, with names of
 * months in eleven languages and digits of Arabic and Persian; a time behind a day and a day of the week before it do not count. Which
 * of day and month comes first where the sign between them does not tell is decided for a whole column.
 */
import {FILLERS, MONTHS, WEEKDAYS} from './rules.js';
import {latinDigits, oneLine, plainWord} from './texts.js';

const BIDI = /[\u200e\u200f\u061c]/g;
const TIME = /(?:,? |T)\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|(?:GMT|UTC)?(?:[+-]\d{1,2}(?::?\d{2})?)?))?$/;
const YEAR_FIRST = /^(\d{4}) ?[-./] ?(\d{1,2}) ?[-./] ?(\d{1,2})\.?$/;
const SIGNS = /^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号號일]?(\D*)$/;
const TOGETHER = /^((?:19|2\d)\d{2})(\d{2})(\d{2})$/;
const NUMBERS = /^(\d{1,2}) ?([-./]) ?(\d{1,2}) ?([-./]) ?(\d{4}|\d{2})\.?$/;
const WORDS = /\p{L}[\p{L}\p{M}]*|\d+/gu;
const BETWEEN = /[^\p{L}\p{M}\d .,،'’/()-]/u;

const two = number => String(number).padStart(2, '0');
const isLeap = year => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysIn = (year, month) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];

/**
 * Read the text of a cell.
 *
 * Returns `{year, month, day}`; or `{first, second, year}` where the order is open; or null. `short` says that the year had two digits.
 */
export function dayParts(text) {
  const plain = oneLine(latinDigits(text.replace(BIDI, ''))).replace(TIME, '').trim();
  const found = YEAR_FIRST.exec(plain) ?? TOGETHER.exec(plain) ?? beforeDayOfWeek(SIGNS.exec(plain));
  if (found) {
    return {year: Number(found[1]), month: Number(found[2]), day: Number(found[3])};
  }
  const numbers = NUMBERS.exec(behindDayOfWeek(plain));
  if (!numbers) {
    return withName(plain);
  }
  const [, first, sign, second, other, year] = numbers;
  if (sign !== other) {
    return null;
  }
  const short = year.length === 2;
  if (sign === '.') {
    return {year: Number(year), month: Number(second), day: Number(first), short};
  }
  return {first: Number(first), second: Number(second), year: Number(year), short, open: short && sign === '-'};
}

const words = text => (text.match(WORDS) ?? []).map(plainWord);
const areWeekdays = text => !BETWEEN.test(text) && words(text).every(word => WEEKDAYS.has(word));

/** Return what was found, where nothing but a day of the week stands behind it. */
const beforeDayOfWeek = found => (found && areWeekdays(found[4]) ? found : null);

/** Return a text without the day of the week before its first digit. */
function behindDayOfWeek(plain) {
  const digit = plain.search(/\d/);
  return digit > 0 && areWeekdays(plain.slice(0, digit)) ? plain.slice(digit) : plain;
}

/** Read a day whose month is a word. */
function withName(plain) {
  if (BETWEEN.test(plain)) {
    return null;
  }
  const all = words(plain);
  const numbers = all.filter(word => /^\d/.test(word));
  const named = all.filter(word => MONTHS.has(word));
  const months = named.length > 1 ? named.filter(word => !WEEKDAYS.has(word)) : named;
  const others = all.filter(word => !MONTHS.has(word) && !WEEKDAYS.has(word) && !FILLERS.has(word) && !/^\d/.test(word));
  if (months.length !== 1 || numbers.length !== 2 || others.length) {
    return null;
  }
  const [one, other] = numbers[0].length === 4 ? [numbers[1], numbers[0]] : numbers;
  if (one.length > 2 || ![2, 4].includes(other.length)) {
    return null;
  }
  return {year: Number(other), month: MONTHS.get(months[0]), day: Number(one), short: other.length === 2};
}

/** Say which must come first in a pair of numbers, "day" or "month"; "same" or "" where both can, "none" where neither. */
export function orderOf({first, second}) {
  const [dayFirst, monthFirst] = [second <= 12, first <= 12];
  if (dayFirst && monthFirst) {
    return first === second ? 'same' : '';
  }
  return dayFirst ? 'day' : monthFirst ? 'month' : 'none';
}

/**
 * Make a day of its parts.
 *
 * Args:
 *   parts: of `dayParts`.
 *   order: "day" or "month", what comes first in the column.
 *   latest: the latest year that a year of two digits can mean.
 *
 * Returns `{day: "yyyy-mm-dd"}` or `{fault: key, year}`.
 */
export function dayOf(parts, order, latest) {
  const {first, second} = parts;
  const [month, day] = first === undefined ? [parts.month, parts.day] : order === 'month' ? [first, second] : [second, first];
  if (parts.open) {
    return {fault: 'two_digits'};
  }
  const year = parts.short ? 100 * Math.floor((latest - parts.year) / 100) + parts.year : parts.year;
  if (year < 1900 || year > 2999) {
    return {fault: 'bad_year', year};
  }
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    return {fault: 'no_such_day'};
  }
  return {day: `${year}-${two(month)}-${two(day)}`};
}

/** Return the day after. */
export function dayAfter(day) {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + 1)).toISOString().slice(0, 10);
}

/** Say whether somebody born on one day is under 18 on the other. */
export const isUnderAge = (born, day) => `${Number(born.slice(0, 4)) + 18}${born.slice(4)}` > day;
