/**
 * The script of the catalogue: a search over all badges, in every language in which they are written.
 *
 * The whole list is in the page already; the search only hides what does not fit, so without a script nothing is
 * missing. What is searched comes from assets/index.js (the bytes of index.json), which is loaded when somebody first
 * turns to the field: by a script element, as this also works on a page that was opened from a disk. What is looked for
 * stands behind the `#` of the address, so that a search can be passed on and never reaches a server.
 */
import {filled, pageData, reveal} from './page.js';
import {searchable} from './search.js';

const element = id => document.getElementById(id);
const FRAGMENT = /^#q=(.*)$/;

/** Load the script that sets `pinbackIndex`, once. */
function loadIndex(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', () => (globalThis.pinbackIndex ? resolve(globalThis.pinbackIndex) : reject(new Error())));
    script.addEventListener('error', () => reject(new Error()));
    document.head.append(script);
  });
}

function start(data) {
  const {words} = data;
  const cards = [...document.querySelectorAll('[data-badge]')];
  const groups = [...document.querySelectorAll('[data-group]')];
  const field = element('search');
  const issuer = element('by-issuer');
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let index = null;
  let round = 0;

  const prepared = () => (index ??= loadIndex(data.index).then(searchable));

  /** Show the cards that fit, and say how many they are. */
  async function show() {
    round += 1;
    const mine = round;
    const wanted = field.value.trim();
    let fitting = null;
    if (wanted) {
      try {
        fitting = (await prepared())(wanted);
      } catch {
        index = null;
        element('found').textContent = words.cannotSearch;
        return;
      }
    }
    if (mine !== round) {
      return; // somebody typed on
    }
    for (const card of cards) {
      const fits = (!fitting || fitting.has(card.dataset.badge)) && (!issuer?.value || card.dataset.issuer === issuer.value);
      card.hidden = !fits;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector('[data-badge]:not([hidden])');
    }
    const filtered = Boolean(wanted || issuer?.value);
    const left = cards.filter(card => !card.hidden).length;
    element('contents')?.toggleAttribute('hidden', filtered);
    element('nothing').hidden = left > 0;
    element('found').textContent = filtered
      ? filled(words.found, {count: number.format(left), all: number.format(cards.length)})
      : '';
  }

  /** Keep what is looked for behind the `#`, where going back and passing on find it. */
  function remember() {
    const wanted = field.value.trim();
    const fragment = wanted ? `#q=${encodeURIComponent(wanted)}` : '';
    if (fragment !== location.hash && (fragment || FRAGMENT.test(location.hash))) {
      history.replaceState(null, '', fragment || location.pathname + location.search);
    }
  }

  function recall() {
    const found = FRAGMENT.exec(location.hash);
    if (found) {
      try {
        field.value = decodeURIComponent(found[1]).slice(0, 200);
      } catch {
        return; // no text that this page wrote
      }
      show();
    }
  }

  field.addEventListener('focus', () => prepared().catch(() => { index = null; }));
  field.addEventListener('input', () => show().then(remember));
  issuer?.addEventListener('change', show);
  element('searching').addEventListener('submit', event => {
    event.preventDefault();
    field.blur(); // a telephone's keyboard makes room for the list
  });
  element('show-all').addEventListener('click', () => {
    field.value = '';
    if (issuer) {
      issuer.value = '';
    }
    show().then(remember);
    field.focus();
  });
  globalThis.addEventListener('hashchange', recall);
  recall();
}

const data = pageData();
if (data && element('searching')) {
  reveal('#searching');
  start(data);
}
