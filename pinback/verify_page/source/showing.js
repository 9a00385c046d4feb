/** Reports as elements of the page. Strangers' texts are put in as text, never as HTML, and made printable. */
import {row, single} from './report.js';
import {CANNOT_TELL, EXPIRED, FORGED, GENUINE, WITHDRAWN} from './verdict.js';
import {printable} from './words.js';

const TONES = {[GENUINE]: 'good', [EXPIRED]: 'warn', [WITHDRAWN]: 'bad', [FORGED]: 'bad', [CANNOT_TELL]: 'unsure'};
const MARKS = {yes: '✓', no: '✗', 'cannot tell': '?'};

export const $ = id => document.getElementById(id);

/** The fixed words of an answer in the language of the page; a sentence with gaps stays English. */
const words = new Map($('words') ? JSON.parse($('words').text) : []);

/** Return an element: its name with classes (`p.quiet`), and what is in it. */
export function element(kind, ...inside) {
  const [name, ...classes] = kind.split('.');
  const made = document.createElement(name);
  made.className = classes.join(' ');
  made.append(...inside.filter(one => one !== '').map(one => words.get(one) ?? one));
  return made;
}

/** Return a button. */
export function button(text, press) {
  const made = element('button.button', text);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

const toneOf = report => (report.verdict === GENUINE && !report.ok ? 'warn' : report.demonstration && report.ok ? 'warn' : TONES[report.verdict] ?? 'unsure');

/** Return the answer for one file: the verdict, what is signed, and every step. */
export function shownReport(report, more = []) {
  const decided = report.parts.find(part => part.verdict === report.verdict);
  const why = report.sentence.slice(report.opening.length).trim();
  return element('div',
    element(`div.verdict.${toneOf(report)}`,
      element('p.source', element('bdi', printable(report.source))),
      element('p.says', report.opening),
      why ? element('p', printable(why)) : ''),
    ...report.memberOf.map(one => element('p', printable(one.words))),
    ...more,
    factsOf(report),
    stepsOf(report),
    ...report.parts.map(part => folded(part, true, part === decided)));
}

function factsOf(report) {
  const {badge, from = '', until = '', issuer_name: name, id} = report.facts;
  const told = [
    ['Badge', badge],
    ['Issuer, as it calls itself', name],
    ['Issuer’s id', report.issuer],
    ['Key', report.key],
    ['Given', from.slice(0, 10)],
    ['Valid until', until.slice(0, 10) || (from ? 'no end' : '')],
    ['For whom', report.lines.find(line => line.step === 'for whom')?.words],
    ['Id of the badge', id],
  ].filter(([, value]) => value);
  return Object.keys(report.facts).length
    ? element('div.facts-block', element('h3', 'What is signed'), element('dl.facts', ...told.map(([label, value]) =>
      element('div', element('dt', label), element('dd', element('bdi', printable(value)))))))
    : '';
}

function stepsOf(report) {
  const steps = report.lines.map(({step, answer, words}) => element(`li.${answer.replace(' ', '-')}`,
    mark(answer), element('span.step', step), ' ', element('span.told', answer), words ? element('span.words', printable(words)) : ''));
  return steps.length > 1 ? element('div', element('h3', 'Step by step'), element('ol.steps', ...steps)) : '';
}

function mark(answer) {
  const made = element('span.mark', MARKS[answer] ?? '–');
  made.ariaHidden = 'true';
  return made;
}

/** Return a part's answer, folded; the first that decided is open. */
function folded(report, named, open) {
  const made = element('details.part', element('summary', named ? `${printable(report.source)}: ${report.opening}` : report.opening), shownReport(report));
  made.open = open;
  return made;
}

/** Return a table of many: each with its verdict, and its steps to unfold. */
export function shownTable(reports, more = []) {
  const found = single(reports);
  const good = found.filter(report => report.ok).length;
  const heads = ['File', 'Answer', 'Badge', 'Given', 'Issuer'].map(name => {
    const made = element('th', name);
    made.scope = 'col';
    return made;
  });
  const body = found.map(report => {
    const cells = row(report);
    const name = element('th', element('bdi', cells[0]));
    name.scope = 'row';
    return element('tr', name, element(`td.${toneOf(report)}`, folded(report)), ...[3, 4, 6].map(place => element('td', element('bdi', cells[3] ? cells[place] : ''))));
  });
  const table = element('table', element('caption', `${good} of ${found.length} are genuine${found.some(one => one.matched !== null) ? ', in force and for the person asked about' : ' and in force'}`),
    element('thead', element('tr', ...heads)), element('tbody', ...body));
  const frame = element('div.table', table);
  frame.tabIndex = 0;
  frame.role = 'region';
  frame.ariaLabel = table.caption.textContent;
  return element('div', frame, ...more);
}
