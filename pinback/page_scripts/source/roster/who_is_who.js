/** The steward's private list `who-is-who.csv`, as text. Mirrors `pinback/who_is_who.py`. */
import {cells} from './table.js';

const COLUMNS = ['name', 'badge', 'issued_on', 'handle', 'link', 'contact'];
const AWARD = /\/awards\/([a-z2-7]{16})\/#n=/;

/** Return the rows of the list: `{name, badge, issued_on, handle, link, contact, award}`, absent ones "". */
export function readWhoIsWho(text) {
  const plain = text.replace(/^\ufeff/, '');
  const head = plain.split('\n', 1)[0];
  const delimiter = [',', ';', '\t'].reduce((best, sign) => (head.split(sign).length > head.split(best).length ? sign : best), ',');
  const [header = [], ...rows] = cells(plain, delimiter, Infinity).rows;
  const names = header.map(cell => cell.trim().toLowerCase());
  return rows.filter(row => row.some(Boolean)).map(row => {
    const found = Object.fromEntries(COLUMNS.map(name => [name, (row[names.indexOf(name)] ?? '').trim()]));
    const plainText = name => found[name].replace(/^'/, '');
    return {...found, name: plainText('name'), contact: plainText('contact'), award: AWARD.exec(found.link)?.[1] ?? ''};
  });
}
