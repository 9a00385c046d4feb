/** Days written like 2026-05-17, and months between them; as `Duration.last_day` of `pinback/model.py`. */

const numbers = day => day.split('-').map(Number);
const text = (year, month, day) => `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Return by how many months one day lies behind another, days aside. */
export function monthsBetween(first, last) {
  const [[year, month], [otherYear, otherMonth]] = [numbers(first), numbers(last)];
  return (otherYear - year) * 12 + otherMonth - month;
}

/** Return the same day some months later; where the month has no such day, its last. */
export function lastDayAfter(day, months) {
  const [year, month, number] = numbers(day);
  const all = year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(all / 12), (all % 12) + 1];
  return text(newYear, newMonth, Math.min(number, new Date(Date.UTC(newYear, newMonth, 0)).getUTCDate()));
}

/** Return how many days lie between two days. */
export const daysBetween = (first, last) => Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000);
