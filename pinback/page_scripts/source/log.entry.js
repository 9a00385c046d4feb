/**
 * The script of the page of a log.
 *
 * 1. What only a script can serve is shown: copy, and the field for an old checkpoint.
 * 2. An old checkpoint is compared with the log that lies on this site now. Only files of this very log are read.
 *
 * Nothing that is pasted leaves the page, and nothing is kept.
 */
import {compared, Unread} from './log/comparing.js';
import {filled, pageData, reveal} from './page.js';
import {copyButtons} from './sharing.js';

const TONES = {same: 'good', grown: 'good', removed: 'bad', forked: 'bad', back: 'bad', revoked: 'bad', unsigned: 'bad'};
const GONE = ['removed', 'forked', 'back'];

/** Return what asks for a file of the log. */
const asking = folder => async path => {
  let answer;
  try {
    answer = await fetch(new URL(path, new URL(folder, location.href)), {cache: 'no-store', credentials: 'omit'});
  } catch {
    throw new Unread(path);
  }
  if (answer.status === 404) {
    return null;
  }
  if (!answer.ok) {
    throw new Unread(path);
  }
  return new Uint8Array(await answer.arrayBuffer());
};

function show(answer, words) {
  const number = value => new Intl.NumberFormat(document.documentElement.lang).format(value);
  const values = Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name, typeof value === 'number' ? number(value) : value]),
  );
  const place = document.getElementById('answer');
  place.className = `status ${TONES[answer.word] ?? 'warn'}`;
  const [first, more] = words[answer.word].map(sentence => filled(sentence, values));
  const strong = Object.assign(document.createElement('strong'), {textContent: first});
  const lines = [[strong, more && ` ${more}`], GONE.includes(answer.word) ? [words.advice[0]] : []];
  place.replaceChildren(...lines.filter(line => line.length).map(line => {
    const paragraph = document.createElement('p');
    paragraph.append(...line.filter(part => part));
    return paragraph;
  }));
  place.hidden = false;
  place.dataset.answer = answer.word;
}

function begin() {
  const data = pageData();
  if (!data?.words) {
    return;
  }
  copyButtons(reveal('[data-copy]'), data.copyWords, text => document.getElementById('said')?.replaceChildren(text));
  reveal('[data-comparing]');
  const field = document.getElementById('old');
  const button = document.getElementById('compare');
  const get = asking(data.folder);
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      show(await compared(field.value, data, get), data.words);
    } finally {
      button.disabled = false;
    }
    document.getElementById('answer').focus();
  });
}

begin();
