/** What was made, step by step: the list to keep, the records to hand over, messages and cards for the earners. */
import {bdi, element, make} from './elements.js';
import {newFilePage, uploadPage} from './host.js';
import {mailto, mergeTable, messagesText} from './messages.js';
import {filled} from './page.js';
import {drawQr} from './qr.js';
import {save} from './saving.js';
import {copyButtons} from './sharing.js';
import {LIST} from './who_is_who.js';

const MOST_SHOWN = 300;
const CARDS_ON_SHEET = 8;
const SVG = 'http://www.w3.org/2000/svg';
const CSV_TYPE = 'text/csv;charset=utf-8';

/**
 * Show the steps. `state.pending` is a Set of what the steward must not leave behind; each step takes itself out of it.
 *
 * @param made {list, files, letters}: the text of the private list, the files of records, a letter for each award.
 * @param data of the page.
 * @param pending what is not done yet.
 */
export function showOutcome({list, files, letters}, data, pending) {
  const {words} = data;
  element('outcome-title').textContent = filled(words.outcome, {count: letters.length});
  const keep = () => save(LIST, list, CSV_TYPE);
  keep();
  element('todo').replaceChildren(
    step('keep', words.keepTitle, words.keep, [button(words.keepAgain, keep, true)], words, true),
    step('records', words.recordsTitle, words.records, files.map(file => fileLine(file, data, pending)), words),
    step('letters', words.lettersTitle, words.letters, letterParts(letters, data), words),
  );
  copyButtons([...element('todo').querySelectorAll('[data-copy]')], words, text => element('said').replaceChildren(text));
  element('outcome').hidden = false;
  element('outcome').focus();
}

function step(id, title, text, parts, words, done = false) {
  const mark = make('span', {className: 'mark'}, done ? `✓ ${words.done}` : '');
  return make('li', {id: `step-${id}`}, make('h3', {}, title, ' ', mark), make('p', {}, text), ...parts);
}

function button(label, act, quiet = false) {
  const made = make('button', {type: 'button', className: `button${quiet ? ' quiet-button' : ''}`}, label);
  made.addEventListener('click', act);
  return made;
}

function markDone(id, words) {
  element(`step-${id}`).querySelector('.mark').textContent = `✓ ${words.done}`;
}

/** How one file of records gets to the host: its new-file page filled in; where that is too long, a download and the page that takes it. */
function fileLine({path, text, count}, {source, words}, pending) {
  pending.add(path);
  const name = path.split('/').pop();
  const done = () => {
    pending.delete(path);
    if (!pending.size) {
      markDone('records', words);
    }
  };
  const page = newFilePage(source, path, text);
  const upload = uploadPage(source, path.slice(0, -name.length - 1));
  const actions = [];
  if (page) {
    const open = make('a', {className: 'button', href: page, target: '_blank', rel: 'noopener noreferrer'}, words.openNew);
    open.addEventListener('click', done);
    actions.push(open);
  } else {
    actions.push(button(words.save, () => {
      save(name, text, 'text/yaml;charset=utf-8');
      done();
    }));
    if (upload) {
      actions.push(make('a', {className: 'button quiet-button', href: upload, target: '_blank', rel: 'noopener noreferrer'}, words.upload));
    }
  }
  const id = `record-${path.replace(/\W/g, '-')}`;
  const copy = make('button', {type: 'button', className: 'small', 'data-copy': id}, words.copy);
  copy.addEventListener('click', done);
  return make(
    'div', {className: 'handing'},
    make('p', {className: 'actions'}, actions),
    make('details', {}, make('summary', {}, make('code', {dir: 'ltr'}, path), ` (${count})`),
      make('p', {}, copy), make('pre', {id, dir: 'ltr', tabIndex: 0}, text)),
  );
}

function letterParts(letters, data) {
  const {words} = data;
  const done = () => markDone('letters', words);
  const actions = [
    button(words.saveText, () => { save('messages.txt', `\ufeff${messagesText(letters)}`); done(); }),
    button(words.saveTable, () => { save('messages.csv', mergeTable(letters), CSV_TYPE); done(); }, true),
    button(words.print, () => { drawCards(letters, data); done(); window.print(); }, true),
  ];
  const lines = letters.slice(0, MOST_SHOWN).map((letter, index) => {
    const id = `message-${index}`;
    const address = letter.contact.includes('@') ? mailto(letter) : '';
    return make(
      'li', {},
      make('p', {}, make('strong', {}, bdi(letter.name)), ' · ', bdi(letter.badge)),
      make('p', {className: 'actions'},
        address ? make('a', {className: 'button quiet-button', href: address}, words.mail) : null,
        make('button', {type: 'button', className: 'small', 'data-copy': id}, words.copyMessage)),
      make('pre', {id, hidden: true}, letter.message),
    );
  });
  return [
    make('p', {className: 'actions'}, actions),
    make('details', {}, make('summary', {}, words.oneByOne), make('ul', {className: 'letters'}, lines)),
  ];
}

/** Draw the cards that paper shows: name, badge, and the QR code of the link; eight on a sheet. */
export function drawCards(letters, {mail, words}) {
  const cards = letters.map(letter => {
    const svg = document.createElementNS(SVG, 'svg');
    svg.append(document.createElementNS(SVG, 'path'));
    svg.setAttribute('class', 'qr');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', words.qr);
    svg.firstChild.setAttribute('transform', 'translate(0 .5)');
    drawQr(svg, letter.link);
    const {direction, scan} = mail[letter.language];
    return make(
      'div', {className: 'print-card', lang: letter.language, dir: direction},
      svg,
      make('div', {}, make('p', {className: 'print-name'}, bdi(letter.name)), make('p', {}, bdi(letter.badge)), make('p', {className: 'print-scan'}, scan)),
    );
  });
  const sheets = [];
  for (let start = 0; start < cards.length; start += CARDS_ON_SHEET) {
    sheets.push(make('div', {className: 'print-sheet'}, cards.slice(start, start + CARDS_ON_SHEET)));
  }
  element('cards').replaceChildren(...sheets);
}
