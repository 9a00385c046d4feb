/**
 * The page of a log: its reckoning against Python's, and the page itself in a real browser (Debian's Chromium), with the logs
 * that `tests/foreign/log_cases.py` makes.
 *
 *   node log_page.mjs --logs DIR
 *
 * 1. The root over the first entries, by the script's tile reader, is Python's for all pairs of sizes to 300, and in a tree
 *    whose tiles stand three high; a tile with one bit changed gives no root.
 *    Checkpoints with something put in, taken out or doubled are taken for signed where the command takes them for that.
 * 2. Whatever the simulator takes out, changes, moves, forks or sets back is noticed, and nothing good is: by the script's own
 *    functions for every case, in the page for one of each kind.
 * 3. Texts that are no checkpoint of this log each get their sentence; files that are missing, spoilt or cannot be read are told
 *    as that and never as a fault of the log.
 * 4. Nothing that is pasted is sent; nothing but files of this log is asked for.
 * 5. axe-core finds nothing, light and dark, in both directions, narrow and wide; without script the rest is there.
 */
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {Count, launched, opened, served} from './serving.mjs';

const {values} = parseArgs({options: {logs: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const folder = resolve(values.logs);
const read = name => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
const source = join(dirname(fileURLToPath(import.meta.url)), '../../../pinback/page_scripts/source/log');
const load = async name => import(pathToFileURL(join(source, `${name}.js`)).href);
const [{TileReader, Damaged}, {compared, Unread}, {same}] = [await load('tiles'), await load('comparing'), await load('tree')];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const count = new Count();
const expect = (...found) => count.expect(...found);
const bytes = text => new Uint8Array(Buffer.from(text, 'base64'));
const from = files => async path => (Object.hasOwn(files, path) ? bytes(files[path]) : null);
const GOOD = ['same', 'grown'];
const ALARMS = ['removed', 'forked', 'back'];

// 1.
const pairs = read('pairs');
let agreed = 0;
for (let size = 0; size <= 300; size += 1) {
  const reader = await new TileReader(from(pairs.tiles), size).open(bytes(pairs.roots[size]));
  for (let old = 0; old <= size; old += 1) {
    agreed += same(await reader.root(old), bytes(pairs.roots[old])) ? 1 : 0;
  }
}
expect('roots of all pairs of sizes to 300 are those of Python', agreed, 301 * 302 / 2);

const large = read('large');
const most = Math.max(...Object.keys(large.roots).map(Number));
const reader = await new TileReader(from(large.tiles), most).open(bytes(large.roots[most]));
for (const [size, wanted] of Object.entries(large.roots)) {
  expect(`the root of ${size} of ${most} entries`, same(await reader.root(Number(size)), bytes(wanted)), true);
}
for (const path of Object.keys(large.tiles).filter((_, place) => place % 40 === 0 || place < 3)) {
  const spoilt = bytes(large.tiles[path]);
  spoilt[spoilt.length - 1] ^= 1;
  const files = {...large.tiles, [path]: Buffer.from(spoilt).toString('base64')};
  let fault = null;
  try {
    const one = await new TileReader(from(files), most).open(bytes(large.roots[most]));
    // Each tile is needed for the roots of sizes that end in it.
    for (let size = 255; size < most; size += 256) {
      await one.root(size);
    }
  } catch (error) {
    fault = error;
  }
  expect(`${path} with one bit changed`, fault instanceof Damaged, true);
}

// A checkpoint is read as Python reads it.
const {readCheckpoint, signerOf} = await load('notes');
const {origin} = read('keys');
const openedAs = async text => {
  const note = readCheckpoint(text);
  return note?.origin === origin && await signerOf(note, read('keys').keys) ? note.size : null;
};
for (const {text, size} of read('mutants')) {
  const found = await openedAs(text);
  if (found !== size) {
    expect(`the checkpoint ${JSON.stringify(text)}`, found, size);
  }
}
expect('checkpoints with something put in or taken out', read('mutants').length > 1_000, true);

// 2. to 5. need the page.
let change = (path, body) => body;
const {asked, local, close} = await served(join(folder, 'site'), (path, body) => change(path, body));
const browser = await launched(values.executable);
const address = `${local}issuers/club/log/`;
const disk = pathToFileURL(join(folder, 'site/issuers/club/log/index.html')).href;
const page = await opened(browser, address, [local]);
const data = await page.evaluate(() => JSON.parse(document.getElementById('page-data').textContent));

/** Paste a text into the page and return the word of its answer, its tone, and what it says. */
async function pasted(text, where = page) {
  await where.fill('#old', text);
  await where.evaluate(() => { document.getElementById('answer').dataset.answer = ''; });
  await where.click('#compare');
  await where.waitForFunction(() => document.getElementById('answer').dataset.answer);
  return where.evaluate(() => {
    const answer = document.getElementById('answer');
    return {word: answer.dataset.answer, tone: answer.className.split(' ').at(-1), said: answer.innerText, focus: document.activeElement === answer};
  });
}

/** Answer for the log from these files in place of the site's own. */
const serving = files => (path, body) => {
  const name = path.split('/issuers/club/log/')[1];
  if (name === undefined || !/^(?:checkpoint$|tile\/)/.test(name)) {
    return body;
  }
  if (!Object.hasOwn(files, name)) {
    throw new Error('404');
  }
  return Buffer.from(files[name], 'base64');
};

// 2.
const kinds = new Set();
let told = {good: 0, bad: 0};
for (const one of read('cases')) {
  const answer = await compared(one.kept, data, from(one.files));
  if (!(one.good ? GOOD : ALARMS).includes(answer.word)) {
    expect(one.name, answer.word, one.good ? GOOD : ALARMS);
  }
  told[one.good ? 'good' : 'bad'] += 1;
  const kind = `${one.name.replace(/ [0-9]+$/, '')} ${answer.word}`;
  if (!kinds.has(kind)) {
    kinds.add(kind);
    await page.route('**/issuers/club/log/**', route => {
      const name = decodeURIComponent(route.request().url().split('/issuers/club/log/')[1]);
      const body = one.files[name];
      return body === undefined ? route.fulfill({status: 404}) : route.fulfill({body: Buffer.from(body, 'base64')});
    });
    const shown = await pasted(one.kept);
    expect(`in the page: ${kind}`, [shown.word, shown.tone, shown.focus], [answer.word, one.good ? 'good' : 'bad', true]);
    expect(`in the page, what to do: ${kind}`, shown.said.includes(data.words.advice[0]), !one.good);
    await page.unroute('**/issuers/club/log/**');
  }
}
expect('cases of the simulator', told.good > 30 && told.bad > 120, true);

// 3.
for (const {text, word} of read('texts')) {
  const shown = await pasted(text);
  expect(`the text ${JSON.stringify(text.slice(0, 40))}`, shown.word, word);
}
const own = readFileSync(join(folder, 'site/issuers/club/log/checkpoint'), 'utf8');
const first = readFileSync(join(folder, 'site/issuers/club/log/checkpoints/1'), 'utf8');
expect('its own newest checkpoint', (await pasted(own)).word, 'same');
expect('its first checkpoint', (await pasted(first)).word, 'grown');
expect('copied with blanks and other line ends', (await pasted(`  ${first.replaceAll('\n', ' \r\n  ')}\r\n`)).word, 'grown');
expect('copied without the empty line', (await pasted(first.replace('\n\n', '\n'))).word, 'grown');
expect('markup stays text', await page.evaluate(() => document.querySelectorAll('#answer img').length), 0);
const spoilt = {checkpoint: 'damaged', 'tile/0': 'damaged'};
for (const [name, word] of Object.entries(spoilt)) {
  for (const status of [404, 200]) {
    await page.route(`**/log/${name}**`, route => route.fulfill({status, body: 'spoilt'}));
    expect(`${name} answers ${status}`, (await pasted(first)).word, word);
    await page.unroute(`**/log/${name}**`);
  }
  await page.route(`**/log/${name}**`, route => route.fulfill({status: 503}));
  expect(`${name} answers 503`, (await pasted(first)).word, 'unread');
  await page.unroute(`**/log/${name}**`);
  await page.route(`**/log/${name}**`, route => route.abort());
  expect(`${name} cannot be asked`, (await pasted(first)).word, 'unread');
  await page.unroute(`**/log/${name}**`);
}
const revoked = {...data, keys: data.keys.map(key => ({...key, revoked: true}))};
expect('a revoked key', (await compared(first, revoked, from({}))).word, 'revoked');
expect('files that throw', (await compared(first, data, async () => { throw new Unread('x'); })).word, 'unread');
const fromDisk = await opened(browser, disk, ['file:']);
expect('from a disk', (await pasted(first, fromDisk)).word, 'unread');

// 4.
const paths = asked.map(([method, url]) => `${method} ${url}`);
expect('what is asked for', paths.filter(one => !/^GET \/(?:issuers\/club\/log\/|assets\/)/.test(one) && !one.startsWith('GET /favicon')), []);
expect('no text is sent', asked.some(([, url, headers]) => /onerror|hello/.test(url + headers)), false);
expect('the page says nothing to its console but what failed', page.said.filter(line => !line.startsWith('Failed to load resource')), []);

// 5.
for (const [name, options, path] of [
  ['wide', {}, ''], ['dark', {colorScheme: 'dark'}, ''], ['phone', {viewport: {width: 360, height: 800}}, ''],
  ['right to left', {}, 'ar/'], ['right to left, phone, dark', {viewport: {width: 360, height: 800}, colorScheme: 'dark'}, 'ar/'],
]) {
  const looked = await opened(browser, `${local}${path}issuers/club/log/`, [local], options);
  await pasted(first, looked);
  await looked.evaluate(axe);
  const faults = await looked.evaluate(async () => (await globalThis.axe.run()).violations.map(one => `${one.id} ${one.nodes[0].html}`));
  expect(`axe-core, ${name}`, faults, []);
  expect(`nothing is wider than the window, ${name}`, await looked.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await looked.context().close();
}
const without = await opened(browser, address, [local], {javaScriptEnabled: false});
expect('without script', [await without.isVisible('#old'), await without.isVisible('#newest')], [false, true]);
await browser.close();
close();
count.tell();
