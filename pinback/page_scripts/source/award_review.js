/** What the page shows of a roster before anything is made: how its columns are read, questions, faults, and the awards. */
import {bdi, element, make} from './elements.js';
import {filled} from './page.js';

/** Most rows that are shown of a table; thousands of rows would only slow the page down. */
const MOST_SHOWN = 300;

/**
 * Show what was read.
 *
 * @param read what `readRoster` returned.
 * @param words of the page.
 * @param titles names of badges by slug.
 * @param order "day-first" or "month-first" where that was answered, else "".
 * @param choose {column(header, field), order(order)}: called when the reader decides something.
 */
export function showReview(read, words, titles, order, choose) {
  element('review').hidden = false;
  showQuestions(read.questions, order, words, choose.order);
  showFaults(read.faults, words);
  element('notes').replaceChildren(...read.notes.map(text => make('li', read.striking.includes(text) ? {className: 'striking'} : {}, text)));
  showColumns(read.columns, words, choose.column);
  showAwards(read.faults.length || read.questions.length ? [] : read.awards, words, titles);
}

/** Say how it stands, for eyes and for screen readers. */
export function sayHow(text, tone) {
  const said = element('review-said');
  said.textContent = text;
  said.className = `status ${tone}`;
}

/** The columns keep their place while they are the same, so that whoever is in a select stays there. */
let shownColumns = '';

function showColumns(columns, words, choose) {
  const state = JSON.stringify(columns);
  if (state === shownColumns) {
    return;
  }
  shownColumns = state;
  element('columns-fold').hidden = columns.length < 2;
  element('columns').replaceChildren(...columns.map(({header, field}, index) => {
    const options = ['', ...Object.keys(words.fields)].map(name =>
      make('option', {value: name, selected: name === (field ?? '')}, name ? words.fields[name] : words.unread));
    const select = make('select', {id: `column-${index}`}, options);
    select.addEventListener('change', () => choose(header, select.value));
    return make('div', {className: 'field'}, make('label', {for: select.id}, bdi(header)), select);
  }));
}

/** A question stays when it was answered, so that the answer can be changed. */
function showQuestions(questions, order, words, choose) {
  const place = element('questions');
  if (!questions.length && !order) {
    place.replaceChildren();
  } else if (questions.length) {
    const answers = [['day-first', words.dayFirst], ['month-first', words.monthFirst]].map(([value, label]) => {
      const radio = make('input', {type: 'radio', name: 'day-order', value});
      radio.addEventListener('change', () => choose(value));
      return make('label', {}, radio, ` ${label}`);
    });
    const sentences = questions.map(({text}) => make('p', {}, bdi(text)));
    place.replaceChildren(make('fieldset', {className: 'choice'}, make('legend', {}, words.ambiguous), sentences, answers));
  }
}

function showFaults(faults, words) {
  const rows = faults.slice(0, MOST_SHOWN).map(({row, column, what, cure}) => make(
    'tr', {},
    make('th', {scope: 'row'}, row ? String(row) : ''), make('td', {}, bdi(column ?? '')), make('td', {}, what), make('td', {}, cure),
  ));
  const more = faults.length > MOST_SHOWN ? make('p', {}, filled(words.more, {count: faults.length - MOST_SHOWN})) : null;
  element('faults').replaceChildren(...(faults.length ? [table([words.row, words.column, words.what, words.cure], rows), more] : []).filter(Boolean));
}

function showAwards(awards, words, titles) {
  const rows = awards.slice(0, MOST_SHOWN).map(award => make(
    'tr', {className: award.already ? 'already' : ''},
    make('th', {scope: 'row'}, bdi(award.name)),
    make('td', {}, bdi(titles.get(award.badge))),
    make('td', {dir: 'ltr'}, award.issued_on),
    make('td', {}, award.already ? words.already : award.handle ? words.known : words.fresh),
  ));
  const more = awards.length > MOST_SHOWN ? make('p', {}, filled(words.more, {count: awards.length - MOST_SHOWN})) : null;
  element('awards').replaceChildren(...(awards.length ? [table([words.name, words.badge, words.day, words.state], rows), more] : []).filter(Boolean));
}

const table = (heads, rows) => make(
  'div', {className: 'table', tabIndex: 0, role: 'group', 'aria-label': heads.join(', ')},
  make('table', {}, make('thead', {}, make('tr', {}, heads.map(head => make('th', {scope: 'col'}, head)))), make('tbody', {}, rows)),
);
