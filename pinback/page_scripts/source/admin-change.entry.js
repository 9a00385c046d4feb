/**
 * The script of the page where a steward changes one award.
 *
 * 1. The award is found: over http on its own page of this site, which says badge, day, state, and where its record lies; from a
 *    disk the steward says where.
 * 2. What is to be done becomes lines to paste, and the steps around them.
 * 3. A correction or renewal is a new record: made of the old one's text, which the steward pastes, with a new private link.
 *
 * The one request is for the award's page; names and secrets stay here.
 */
import {approvalStep} from './approval.js';
import {awardIn, awardUrl, identityHash, linkHash, namedLink, newAwardId, newSecret, recordsPath} from './awarding.js';
import {correction, erased, recordIn, renewal, revoked, suspended, valueOf, withField} from './changing.js';
import {bdi, element, make} from './elements.js';
import {onFile} from './file_choice.js';
import {editPage, newFilePage, uploadPage} from './host.js';
import {filled, pageData} from './page.js';
import {Words} from './roster/messages.js';
import {readWhoIsWho} from './roster/roster.js';
import {nameOf} from './roster/values.js';
import {save} from './saving.js';
import {copyButtons} from './sharing.js';
import {LIST, grownList, isList, partOfList, textOf, withoutAwards} from './who_is_who.js';

const PLACE = /^badges\/[a-z0-9-]+\/awards\/[^/\\]+\.ya?ml$/;
const today = () => new Intl.DateTimeFormat('sv-SE').format(new Date());
const value = id => element(id).value.trim();

function write(id, text, tone) {
  const place = element(id);
  place.textContent = text;
  place.hidden = !text;
  if (tone !== undefined) {
    place.className = `status ${tone}`;
  }
}

/** Return what the award's own page says: {badge, day, state, file, column}; null where there is no page. Throws where nobody can be asked. */
async function lookUp(id, data) {
  if (!/^https?:$/.test(location.protocol)) {
    throw new Error('a page of a disk asks nobody');
  }
  const answer = await fetch(data.page.replace(data.sample, id), {credentials: 'omit', referrerPolicy: 'no-referrer'});
  if (!answer.ok) {
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const place = page.querySelector('meta[name=pinback-record]');
  const said = JSON.parse(page.getElementById('page-data')?.textContent ?? 'null');
  return said?.shown ? {
    badge: said.shown.badge,
    day: said.shown.awarded,
    until: said.shown['valid-until'],
    state: said.state,
    file: place?.content ?? '',
    column: Number(place?.dataset.column ?? 0),
  } : null;
}

class Change {
  constructor(data) {
    this.data = data;
    this.words = data.words;
    this.award = null;
    this.list = '';
    this.round = 0;
  }

  /** Find the award that was named. */
  async find() {
    this.round += 1;
    const {round, words} = this;
    const text = value('award');
    const award = awardIn(text);
    this.award = award;
    element('change').hidden = !award;
    element('by-hand').hidden = true;
    element('outcome').hidden = true;
    if (!award) {
      write('award-said', text ? words.noId : '', 'warn');
      return;
    }
    element('holder').value = award.name;
    let found = null;
    let said = words.notFound;
    try {
      found = await lookUp(award.id, this.data);
    } catch {
      said = words.notAsked;
    }
    if (round !== this.round) {
      return;
    }
    this.found = found;
    if (found) {
      const title = filled(words.found, {badge: found.badge, day: found.day});
      write('award-said', `${title} – ${words.state[found.state] ?? ''}${found.file ? '' : `. ${words.noPlace}`}`, found.state === 'in-force' ? 'good' : 'warn');
    } else {
      write('award-said', said, 'warn');
    }
    element('by-hand').hidden = Boolean(found?.file);
    this.choose();
  }

  /** Return where the record lies: {id, file, column}, or null after saying what is wrong. */
  place() {
    const {id} = this.award;
    if (this.found?.file) {
      return {id, file: this.found.file, column: this.found.column};
    }
    if (!PLACE.test(value('file'))) {
      return this.refuse(value('file') ? this.words.badFile : '');
    }
    const line = element('line').value;
    if (!line.includes(id)) {
      return this.refuse(line.trim() ? filled(this.words.badLine, {id}) : '');
    }
    return {id, file: value('file'), column: /[{,]/.test(line) ? -1 : line.search(/["']?id["']?:/)};
  }

  refuse(text) {
    write('fault', text, 'bad');
    return null;
  }

  /** Say what is wrong in a field, in the words for lists of people. */
  refuseField(id, fault, values) {
    const label = document.querySelector(`label[for=${id}] strong`).textContent;
    this.refuse(`${label}: ${new Words(this.data.rules).text(fault, values)}`);
  }

  /** Show the fields of what is to be done, and what comes of it. */
  choose() {
    const task = value('task');
    for (const part of document.querySelectorAll('[data-for]')) {
      part.hidden = !part.dataset.for.split(' ').includes(task);
    }
    element('outcome').hidden = true;
    write('fault', '');
    if (!this.award || !task) {
      return;
    }
    const state = this.found?.state;
    const wrong = state === 'withdrawn' && task !== 'erase' ? 'withdrawn'
      : state === 'suspended' && task === 'suspend' ? 'isSuspended'
        : state && state !== 'suspended' && task === 'restore' ? 'notSuspended' : '';
    if (wrong) {
      this.refuse(this.words[wrong]);
      return;
    }
    const place = this.place();
    const page = place && editPage(this.data.source, place.file);
    for (const link of document.querySelectorAll('[data-file]')) {
      link.hidden = !page;
      link.href = page ?? '#';
    }
    if (place && !['correct', 'renew'].includes(task)) {
      this.edit(task, place);
    }
  }

  /** Show the steps of an edit in the award's record. */
  edit(task, place) {
    const {words} = this;
    const on = value('on');
    if (['revoke', 'suspend'].includes(task) && !on) {
      this.refuse(words.noDay);
      return;
    }
    const mark = `id: ${place.id}`;
    const single = place.column === 0;
    const find = [words.markTitle, make('p', {}, words.mark), this.lines(mark)];
    const commit = [words.commitTitle, make('p', {}, words.commit)];
    const open = this.openStep(place);
    if (task === 'restore') {
      this.steps([open, [words.restoreTitle, make('p', {}, words.restore), this.lines(mark)], commit]);
    } else if (task === 'erase') {
      const all = single ? [words.markTitle, make('p', {}, words.markAll)] : [words.markTitle, make('p', {}, words.markItem), this.lines(mark)];
      this.steps([open, all, [words.replaceTitle, this.lines(erased(place))], commit,
        [words.personTitle, make('p', {}, words.person)], [words.historyTitle, make('p', {}, words.history)]]);
    } else {
      const field = task === 'revoke' ? revoked(on, value('reason')) : suspended(on);
      const also = task === 'revoke' && this.found?.state === 'suspended' ? [make('p', {}, words.alsoRestore)] : [];
      this.steps([open, find, [words.replaceTitle, this.lines(withField(place, field)), ...also], commit]);
    }
  }

  openStep({file}) {
    const {words, data} = this;
    const page = editPage(data.source, file);
    return [
      words.openTitle,
      page ? make('p', {}, make('a', {className: 'button', href: page, target: '_blank', rel: 'noopener noreferrer'}, words.open)) : null,
      make('p', {className: 'quiet'}, filled(words.openText, {path: file})),
    ];
  }

  /** Lines to copy, blanks and all, with their button. */
  lines(text, editable = false) {
    this.count = (this.count ?? 0) + 1;
    const id = `lines-${this.count}`;
    return make(
      'div', {className: 'lines'},
      make('textarea', {
        id,
        value: text,
        readOnly: !editable,
        rows: text.split('\n').length + (editable ? 1 : 0),
        dir: 'ltr',
        spellcheck: false,
        'aria-label': editable ? this.words.record : text,
      }),
      make('button', {type: 'button', className: 'small', 'data-copy': id}, this.words.copy),
    );
  }

  /** A private link, which is long, on lines that break. */
  link(text) {
    const lines = this.lines(text);
    lines.classList.add('breaking');
    lines.querySelector('textarea').rows = 3;
    return lines;
  }

  steps(steps) {
    write('fault', '');
    const approval = approvalStep(this.data);
    // The new link works once the award is published, so whoever tells the holder waits for that.
    const last = steps.findIndex(([title]) => title === this.words.linkTitle);
    const before = last < 0 ? steps.length : last;
    const all = approval ? [...steps.slice(0, before), approval, ...steps.slice(before)] : steps;
    element('todo').replaceChildren(...all.map(([title, ...inside]) => make('li', {}, make('h3', {}, title), ...inside.filter(Boolean))));
    copyButtons([...element('todo').querySelectorAll('[data-copy]')], this.words, text => element('said').replaceChildren(text));
    element('outcome').hidden = false;
  }

  /** Make the new record of a correction or renewal, and the private link that goes with it. */
  async make() {
    const {words, award} = this;
    const task = value('task');
    const place = this.place();
    const record = place && recordIn(element('record').value, award.id);
    if (!place || !record) {
      this.refuse(filled(words.noRecord, {id: award.id}));
      return;
    }
    if (!valueOf(record, 'issued_on')) {
      // Not the whole file: the day that its awards share stands above them.
      this.refuseField('record', 'no_day_here');
      return;
    }
    const on = task === 'renew' ? value('on') : valueOf(record, 'issued_on');
    const until = value('until');
    if (!on) {
      this.refuse(words.noDay);
      return;
    }
    const runsOut = this.found ? this.found.until : 'perhaps';
    if (task === 'renew' && !until && !runsOut) {
      this.refuse(words.noUntil);
      return;
    }
    // As in lists of people: a name with a sign that no page shows would be signed for nothing.
    const {value: name, fault, values} = value('holder') ? nameOf(element('holder').value) : {value: ''};
    if (fault) {
      this.refuseField('holder', fault, values);
      return;
    }
    const id = newAwardId();
    const link = name ? await this.newLink(id, name) : null;
    const text = task === 'correct' ? correction(record, award.id, id, link) : renewal(record, award.id, id, on, until, link);
    const row = link && {name, badge: this.found?.badge ?? place.file.split('/')[1], issued_on: on, handle: valueOf(record, 'handle'), link: link.link, contact: this.row?.contact ?? ''};
    this.showRecord(task, recordsPath(place.file.split('/')[1], on), text, row);
  }

  async newLink(id, name) {
    const secret = newSecret();
    const link = namedLink(awardUrl(this.data.base_url, id), name, secret);
    return {link, named: await identityHash(name, secret), link_hash: await linkHash(link)};
  }

  showRecord(task, path, text, row) {
    const {words} = this;
    const whole = row && grownList(this.list, [row]);
    const keep = () => save(this.list ? LIST : partOfList(), whole, 'text/csv;charset=utf-8');
    const again = make('button', {type: 'button', className: 'button quiet-button'}, words.keepAgain);
    again.addEventListener('click', keep);
    if (whole) {
      keep();
    }
    this.steps([
      ...(whole ? [[words.keepTitle, make('p', {}, this.list ? words.keep : words.keepRow), make('p', {}, again)]] : []),
      [words.recordTitle, make('p', {}, task === 'correct' ? words.recordCorrect : words.recordRenew),
        whole ? null : make('p', {className: 'quiet'}, words.nameless), ...this.handing(path, text)],
      ...(row ? [[words.linkTitle, make('p', {}, words.link), make('p', {}, bdi(row.name)), this.link(row.link)]] : []),
    ]);
    element('outcome').focus();
  }

  /** The new record to correct, and how it gets to the host as it then stands. */
  handing(path, text) {
    const {words, data} = this;
    const lines = this.lines(text, true);
    const area = lines.querySelector('textarea');
    const open = make('a', {className: 'button', target: '_blank', rel: 'noopener noreferrer'}, words.openNew);
    const download = make('button', {type: 'button', className: 'button'}, words.save);
    const upload = make('a', {className: 'button quiet-button', target: '_blank', rel: 'noopener noreferrer', href: uploadPage(data.source, path.slice(0, path.lastIndexOf('/'))) ?? '#'}, words.upload);
    const update = () => {
      const page = newFilePage(data.source, path, area.value);
      open.hidden = !page;
      open.href = page ?? '#';
      download.hidden = Boolean(page);
      upload.hidden = Boolean(page) || !uploadPage(data.source, 'badges');
    };
    area.addEventListener('input', update);
    download.addEventListener('click', () => save(path.split('/').pop(), area.value, 'text/yaml;charset=utf-8'));
    update();
    return [lines, make('p', {className: 'actions'}, open, download, upload), make('p', {className: 'quiet'}, filled(words.openText, {path}))];
  }

  /** Take the steward's list, and find the holder's name in it. */
  takeList(text) {
    const {words} = this;
    if (!isList(text)) {
      write('list-said', words.notList);
      return;
    }
    this.list = text;
    this.row = readWhoIsWho(text).find(row => row.award === this.award.id);
    const name = awardIn(this.row?.link ?? '')?.name || this.row?.name;
    element('holder').value = name ?? element('holder').value;
    write('list-said', name ? filled(words.inList, {name}) : words.notInList);
  }

  /** Give the list back without the rows of this award. */
  forget(text) {
    const {words} = this;
    if (!isList(text)) {
      write('forget-said', words.notList);
      return;
    }
    const {text: left, gone} = withoutAwards(text, [this.award.id]);
    if (gone) {
      save(LIST, left, 'text/csv;charset=utf-8');
    }
    write('forget-said', gone ? filled(words.listForget, {count: gone}) : words.notInList);
  }
}

function begin() {
  const data = pageData();
  if (!data?.words) {
    return;
  }
  const change = new Change(data);
  element('on').value = today();
  element('on').max = today();
  let timer = 0;
  element('award').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => change.find(), 150);
  });
  for (const id of ['task', 'on', 'reason', 'until', 'file', 'line']) {
    element(id).addEventListener(id === 'file' || id === 'line' ? 'input' : 'change', () => change.choose());
  }
  element('make').addEventListener('click', () => change.make());
  onFile('list', 'drop-list', bytes => change.takeList(textOf(bytes)));
  onFile('forget', 'drop-forget', bytes => change.forget(textOf(bytes)));
  if (value('award')) {
    change.find();
  }
}

begin();
