/** Moments as badges write them, and as the checker says them. Mirrors `pinback/verify/moments.py`. */
import {forged} from './verdict.js';
import {quoted, written} from './words.js';

const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:([Zz])|([+-])(\d\d):?(\d\d))$/;
/** The years from 1 to 9999, as far as Python counts. */
const [FIRST, LAST] = [-621355968e5, 2534023008e5];

/** Return a moment in milliseconds since 1970, with fractions. */
export function moment(value, what) {
  const found = typeof value === 'string' ? MOMENT.exec(value) : null;
  if (found === null) {
    throw forged(`${what} is ${quoted(written(value))}, which is not a moment with date, time and zone`);
  }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const ahead = (Number(found[10] ?? 0) * 60 + Number(found[11] ?? 0)) * (found[9] === '-' ? -1 : 1);
  const at = date.getTime() - ahead * 60_000 + Number((found[7] ?? '').padEnd(6, '0').slice(0, 6)) / 1000;
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!same || year < 1 || hour > 23 || minute > 59 || second > 59 || Math.abs(ahead) >= 1440 || at < FIRST || at >= LAST) {
    throw forged(`${what} is ${quoted(written(value))}, which no calendar has`);
  }
  return at;
}

/** Return the day of a moment in UTC, as people read it. */
export function day(at) {
  return new Date(Math.floor(at)).toISOString().slice(0, 10);
}
