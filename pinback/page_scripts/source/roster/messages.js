/** Faults and notes as they are found, and their words. */
import {filled} from '../page.js';
import {MESSAGES} from './rules.js';
import {quoted} from './texts.js';

/**
 * Put a note or fault into words.
 *
 * A note is `{key, values}`. A fault has `row` (from 1, 0 for none) and `column` ("" for none) as well, and perhaps `cure`, the key
 * of a cure of its own. A value `{found: text}` stands for ` (found "text")`, `{people: […]}` for handles and, as
 * numbers, rows.
 */
export class Words {
  constructor(words = {}) {
    this.words = {...MESSAGES, ...words};
  }

  text(key, values = {}) {
    const shown = Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? this.part(value) : String(value)]);
    return filled(this.words[key], Object.fromEntries(shown));
  }

  part({found, people}) {
    if (people) {
      return people.map(one => (typeof one === 'number' ? this.place(one, '') : one)).join(', ');
    }
    return found ? this.text('found', {value: quoted(found)}) : '';
  }

  note({key, values}) {
    return this.text(key, values);
  }

  fault({key, values, row, column, cure}) {
    const what = this.text(key, values);
    const help = this.text(cure ?? `${key}_cure`, values);
    const place = this.place(row, column);
    return {row, column, key, what, cure: help, text: `${place ? `${place}: ` : ''}${what}; ${help}`};
  }

  place(row, column) {
    const kind = `place_${[row && 'row', column && 'column'].filter(Boolean).join('_')}`;
    return row || column ? this.text(kind, {row, column: quoted(column)}) : '';
  }
}
