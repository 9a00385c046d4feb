/**
 * Who has what already, by the steward's private list.
 *
 * A spreadsheet that saved the list may have changed its cells, so the name is taken from the link, and a day that can be read in two
 * ways counts in both: nobody gets a badge twice because a list was opened in another program.
 */
import {awardIn} from './awarding.js';
import {dayOf, dayParts} from './roster/dates.js';
import {readWhoIsWho} from './roster/roster.js';

/** Return the rows as `readRoster` takes what is known. */
export function knownAwards(list, today) {
  const latest = Number(today.slice(0, 4));
  return readWhoIsWho(list).flatMap(row => {
    const name = awardIn(row.link)?.name || row.name;
    const parts = dayParts(row.issued_on);
    const days = parts ? ['day', 'month'].map(order => dayOf(parts, order, latest).day).filter(Boolean) : [row.issued_on];
    return [...new Set(days)].map(issued_on => ({...row, name, issued_on}));
  });
}
