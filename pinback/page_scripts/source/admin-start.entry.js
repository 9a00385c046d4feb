/**
 * The script of the page that sets a club up.
 *
 * 1. The answers are checked as they will be read, and told beside the question.
 * 2. Keys and code are made here (`keys/`), and the sheet is filled in, which is what this page prints.
 * 3. The files are offered in their order, at the host where it is known, else to copy and to save.
 * 4. A sheet can be tried: does its code open the file, and which key is in it?
 *
 * Nothing leaves the page and nothing is kept: it has no network call, no storage and no cookie. What goes to the host is
 * what the reader opens there and commits. The code is in no address.
 */
import {filled, pageData, reveal} from './page.js';
import {knownHost, newFilePage, sourceOfSite} from './host.js';
import {BundleFault, canMakeKeys, locked, newBundle, opened} from './keys/bundle.js';
import {CodeFault, newCode, typedCode} from './keys/code.js';
import {drawQr} from './qr.js';
import {save} from './saving.js';
import {asRoot, didFor, faultsOf, isWebAddress} from './start/answers.js';
import {clubFiles} from './start/files.js';

const element = id => document.getElementById(id);
const FIELDS = {name: 'name', baseUrl: 'base-url', email: 'email', colour: 'colour', language: 'language'};

function write(id, text) {
  element(id).textContent = text;
  element(id).hidden = !text;
}

/** Let the page draw what was said before work begins that takes a second or two. */
const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));

async function copied(text, source, words) {
  try {
    await navigator.clipboard.writeText(text);
    return words.copied;
  } catch {
    getSelection().selectAllChildren(source);
    return document.execCommand('copy') ? words.copied : words.notCopied;
  }
}

// 1. The questions.

function answersTyped() {
  const typed = Object.fromEntries(Object.entries(FIELDS).map(([name, id]) => [name, element(id).value.trim()]));
  return {...typed, colour: typed.colour.toLowerCase()};
}

/** Show what is wrong beside each question; return whether all is well. */
function judged(answers, data) {
  const {words, examples} = data;
  const faults = faultsOf(answers, data);
  const like = {...examples, baseUrl: examples.base_url, colour: '#0b5c8a'};
  for (const [name, id] of Object.entries(FIELDS)) {
    const what = faults[name] && filled(words[faults[name]], {most: data.maxName});
    if (element(`${id}-fault`)) {
      write(`${id}-fault`, what ? filled(words.writeLike, {what, example: like[name]}) : '');
    }
    element(id).toggleAttribute('aria-invalid', Boolean(what));
    if (what) {
      element(id).setAttribute('aria-invalid', 'true');
    }
  }
  const first = Object.keys(FIELDS).find(name => faults[name]);
  element(FIELDS[first])?.focus();
  return !first;
}

// 2. The keys.

class Start {
  constructor(data) {
    Object.assign(this, {data, words: data.words, kept: false, made: null});
    const here = new URL(data.root, location.href).href;
    element('base-url').value = isWebAddress(here) ? here : '';
    this.here = here;
    element('questions').addEventListener('submit', event => {
      event.preventDefault();
      this.make();
    });
    element('print').addEventListener('click', () => {
      this.kept = true;
      window.print();
    });
    element('copy-code').addEventListener('click', async () => {
      this.kept = true;
      element('made-said').textContent = await copied(this.made.code, element('code'), this.words);
    });
    // Whoever leaves before the code is anywhere else has keys that nobody can open.
    window.addEventListener('beforeunload', event => {
      if (this.made && !this.kept) {
        event.preventDefault();
      }
    });
  }

  async make() {
    const answers = answersTyped();
    if (this.made || !judged(answers, this.data)) {
      return;
    }
    if (!canMakeKeys()) {
      element('made-said').textContent = this.words.cannotMake;
      return;
    }
    element('answers').disabled = true;
    element('make').disabled = true;
    element('made-said').textContent = this.words.making;
    await drawn();
    try {
      const code = newCode();
      const {id, bytes} = await newBundle();
      this.made = {code, id, file: await locked(bytes, code)};
    } catch {
      element('made-said').textContent = this.words.failed;
      element('answers').disabled = false;
      element('make').disabled = false;
      return;
    }
    this.show(answers);
  }

  show(answers) {
    const {code, file} = this.made;
    const host = knownHost(sourceOf(answers.baseUrl) || sourceOf(this.here));
    const files = clubFiles(answers, host, file, this.data);
    element('code').textContent = code;
    element('make').parentElement.hidden = true;
    element('made').hidden = false;
    element('made-said').textContent = this.words.made;
    this.fillSheet(answers, files[2][0]);
    for (const [id, path] of [['secret-link', 'settings/environments'], ['runs-link', 'actions']]) {
      element(id).href = `${host}/${path}`;
      element(id).hidden = !host;
    }
    element('with-host').hidden = !host;
    element('without-host').hidden = Boolean(host);
    element('files').replaceChildren(...files.map(([path, text]) => this.step(host, path, text)));
    reveal('[data-after]');
    element('print').focus();
  }

  fillSheet(answers, file) {
    const {words, made} = this;
    write('sheet-title', words.sheetTitle);
    write('sheet-club', answers.name);
    write('sheet-code', made.code);
    write('sheet-opens', filled(words.sheetOpens, {file}));
    write('sheet-keep', words.sheetKeep);
    write('sheet-site', asRoot(answers.baseUrl));
    write('sheet-did', didFor(asRoot(answers.baseUrl)));
    write('sheet-key', made.id);
    write('sheet-day', new Date().toISOString().slice(0, 10));
    write('sheet-lost', words.sheetLost);
    write('sheet-stolen', words.sheetStolen);
    drawQr(element('sheet-qr'), made.code);
    element('recovery-sheet').hidden = false;
  }

  // 3. The files.

  step(host, path, text) {
    const {words} = this;
    const item = document.createElement('li');
    const name = Object.assign(document.createElement('code'), {textContent: path, dir: 'ltr'});
    const said = Object.assign(document.createElement('span'), {className: 'done'});
    said.setAttribute('role', 'status');
    const done = what => {
      said.textContent = `✓ ${what}`;
      item.classList.add('opened');
    };
    const address = newFilePage(host, path, text);
    if (address) {
      const link = Object.assign(document.createElement('a'), {
        className: 'button', href: address, target: '_blank', rel: 'noopener nofollow', textContent: words.openHost,
      });
      link.addEventListener('click', () => done(words.done));
      item.append(name, link, said);
      return item;
    }
    const hidden = Object.assign(document.createElement('pre'), {textContent: text, hidden: true, dir: 'ltr'});
    const button = (label, act) => {
      const made = Object.assign(document.createElement('button'), {type: 'button', className: 'small', textContent: label});
      made.addEventListener('click', act);
      return made;
    };
    item.append(
      name,
      button(words.copyFile, async () => {
        hidden.hidden = false;
        done(await copied(text, hidden, words));
        hidden.hidden = true;
      }),
      button(words.saveFile, () => {
        save(path.split('/').at(-1), text);
        done(words.saveFile);
      }),
      said,
      hidden,
    );
    return item;
  }
}

const sourceOf = address => (isWebAddress(address) ? sourceOfSite(address) : '');

// 4. Trying a sheet.

async function tried(data) {
  const {words, keys} = data;
  const file = element('keys-file').files[0];
  const text = element('keys-text').value;
  if (!file && !text.trim()) {
    return ['warn', words.noFile];
  }
  try {
    const code = typedCode(element('typed').value);
    const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode(text);
    const {id, roles} = await opened(bytes, code);
    const known = {active: words.mayThis, retired: words.mayNot, revoked: words.mayStolen}[keys[id]];
    const unknown = Object.keys(keys).length ? words.mayUnknown : words.compareKey;
    const good = keys[id] === 'active' || !Object.keys(keys).length;
    return [good ? 'good' : 'warn', roles.length === 1 ? words.opensRecovery : words.opens, id, known ?? unknown];
  } catch (error) {
    if (error instanceof CodeFault || error instanceof BundleFault) {
      return ['bad', filled(words[error.what], error.values ?? {})];
    }
    throw error;
  }
}

function prepareTrial(data) {
  const place = element('tried');
  element('try').addEventListener('click', async () => {
    place.className = 'status';
    place.textContent = data.words.trying;
    place.hidden = false;
    await drawn();
    const [tone, what, id, more] = await tried(data);
    place.className = `status ${tone}`;
    const sentence = document.createElement('p');
    sentence.append(what);
    if (id) {
      sentence.append(' ', Object.assign(document.createElement('code'), {textContent: id, dir: 'ltr'}), '. ', more);
    }
    place.replaceChildren(sentence);
  });
}

const data = pageData();
if (data?.words) {
  reveal('[data-script]');
  prepareTrial(data);
  if (data.files) {
    new Start(data);
  }
}
