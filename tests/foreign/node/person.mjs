/**
 * The page of a holder in a real browser (Debian's Chromium), of the club that `tests/foreign/people.py` makes.
 *
 *   node person.mjs --people DIR
 *
 * 1. The one link: over http the signatures are checked and every badge says the name; from the disk it is compared alone;
 *    a wrong name, wrong secrets and a changed document show nothing.
 * 2. Neither name nor secret is asked, kept, or put into the title; nothing is asked of another host.
 * 3. The form makes the very link that the steward's command makes, and says which lines it could not use.
 * 4. Paper: three badges on one sheet, and seven in four sections on two, A4 and Letter, left to right and right to left; the QR code, read by a decoder that we
 *    did not write, is the address, and with the link open the one link.
 * 5. axe-core finds nothing, light and dark, in both directions, narrow and wide; without script all but the names is there.
 */
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {Count, launched, opened as openedPage, qrText, served} from './serving.mjs';

const {values} = parseArgs({options: {people: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const folder = resolve(values.people);
const site = join(folder, 'site');
const links = JSON.parse(readFileSync(join(folder, 'links.json'), 'utf8'));
const need = createRequire(import.meta.url);
const axe = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const source = join(dirname(fileURLToPath(import.meta.url)), '../../../pinback/page_scripts/source');
const {namedAwards, fragmentOfAll} = await import(pathToFileURL(join(source, 'person_link.js')).href);

const count = new Count();
const expect = (...found) => count.expect(...found);
let change = (path, body) => body;
const {asked, port, local, close} = await served(site, (path, body) => change(path, body));
const disk = `${pathToFileURL(site).href}/`;
const fragment = link => link.slice(link.indexOf('#'));
const browser = await launched(values.executable);

/** Open a page that may ask nothing but its own site, and wait for its script. */
async function opened(address, options = {}) {
  const page = await openedPage(browser, address, [local, disk, `http://plain.example.org:${port}/`], options);
  await settled(page, address.includes('#'));
  return page;
}

async function settled(page, names) {
  if (names) {
    await page.waitForFunction(() => document.querySelector('#names-said')?.textContent);
  }
  await page.evaluate(() => new Promise(done => setTimeout(done, 60)));
}

const state = page => page.evaluate(() => ({
  said: document.querySelector('#names-said').textContent,
  tone: document.querySelector('#names-said').className.split(' ').at(-1),
  cards: [...document.querySelectorAll('[data-card] .signed-name:not([hidden])')].map(place => place.textContent),
  carrying: [...document.querySelectorAll('a[data-award]')].filter(link => link.hash.startsWith('#n=')).length,
}));
const NONE = {cards: [], carrying: 0};
const REFUSED = 'The name in this link is not the one that was signed, so it is not shown.';
const ZOE = 'Awarded to Zoë Ångström: the name that was signed';
const BERG = 'Awarded to Zoë Berg: the name that was signed';
const NAMES = [ZOE, ZOE, BERG, ZOE, ZOE, ZOE];

try {
  // 1.
  expect('the one link is spelled as the command spells it', fragmentOfAll(namedAwards(fragment(links.one))), fragment(links.one));
  expect('and that of twenty badges', fragmentOfAll(namedAwards(fragment(links.many.one))), fragment(links.many.one));
  for (const text of ['', '#', '#k=a.b', '#n=Zoë', '#n=&k=a.b', '#n=Zoë&k=', '#n=Zoë&k=ab', '#x=1&y=2']) {
    expect(`read ${text}`, namedAwards(text).size, 0);
  }
  for (const root of [local, disk]) {
    const at = root === local ? 'http' : 'disk';
    const page = await opened(root + links.page + 'index.html' + fragment(links.one));
    const found = await state(page);
    expect(`${at}: every badge says its name`, found.cards, NAMES);
    expect(`${at}: links carry it on`, found.carrying, 7);
    expect(`${at}: tone`, found.tone, root === local ? 'good' : 'warn');
    expect(`${at}: says what was checked`, /signatures were checked in this browser/.test(found.said), root === local);
    expect(`${at}: says what was not`, /signatures could not be checked here/.test(found.said), root === disk);
    expect(`${at}: title`, (await page.title()).includes('Zoë Berg'), false);
    await page.click('[data-card] h3 a');
    await page.waitForSelector('#holder-name strong');
    expect(`${at}: the award's page shows it`, await page.textContent('#holder-name'), 'Zoë Ångström');
    expect(`${at}: console`, page.said, []);
    await page.context().close();

    for (const [what, link] of [['a wrong name', links.wrong_name], ['wrong secrets', links.wrong_secret], ['links of others', `${links.base}#${fragment(links.strangers[0]).slice(1)}`],
      ['ten thousand letters', `#n=${'x'.repeat(10_000)}&k=${'a'.repeat(16)}.${'b'.repeat(22)}`], ['markup', '#n=%3Cimg src=x%3E&k=aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb'], ['half of it', '#n=Zo']]) {
      const wrong = await opened(root + links.page + 'index.html' + fragment(link));
      const {said, tone, ...shown} = await state(wrong);
      expect(`${at}: ${what}`, [said, tone, shown, wrong.said], [REFUSED, 'bad', NONE, []]);
      await wrong.context().close();
    }
    const partly = await opened(root + links.page + 'index.html' + fragment(links.partly));
    expect(`${at}: one of seven does not fit`, [(await state(partly)).cards.length, (await state(partly)).said.endsWith('and not for the others that it names.')], [5, true]);
    await partly.evaluate(hash => { location.hash = hash; }, fragment(links.wrong_secret));
    await partly.waitForFunction(() => document.querySelector('#names-said').classList.contains('bad'));
    expect(`${at}: names go with a wrong link`, (await state(partly)).cards, []);
    expect(`${at}: and from the links`, await partly.evaluate(() => document.body.innerHTML.includes('Berg')), false);
    await partly.context().close();
  }
  const jwt = (path, edit) => (path.endsWith('.jwt.txt') ? edit(path) : null);
  const changes = {
    'a changed signature': (path, body) => jwt(path, () => `${body.toString().trim().slice(0, -6)}AAAAAA`) ?? body,
    'another document': (path, body) => jwt(path, () => readFileSync(join(site, new URL(links.strangers[0]).pathname, 'credential.jwt.txt'))) ?? body,
    'no JWT': (path, body) => jwt(path, () => 'hello') ?? body,
    'another key': (path, body) => (path.endsWith('people/kite-5/index.html') ? body.toString().replace(/"n": ?"[^"]{20}/, '"n": "AAAAAAAAAAAAAAAAAAAA') : body),
    'another name on the page': (path, body) => (path.endsWith('people/kite-5/index.html') ? body.toString().replaceAll(/sha256\$[0-9a-f]{64}/g, `sha256$${'0'.repeat(64)}`) : body),
  };
  for (const [what, edit] of Object.entries(changes)) {
    change = edit;
    const page = await opened(local + links.page + fragment(links.one));
    expect(`changed: ${what}`, (await state(page)).cards, []);
    await page.context().close();
  }
  change = (path, body) => { if (path.endsWith('.jwt.txt')) { throw new Error('gone'); } return body; };
  const without = await opened(local + links.page + fragment(links.one));
  expect('documents that are not there: compared alone', [(await state(without)).cards.length, (await state(without)).tone], [6, 'warn']);
  await without.context().close();
  change = (path, body) => body;
  const plain = await opened(`http://plain.example.org:${port}/${links.page}${fragment(links.one)}`);
  expect('not on https: nothing is claimed', [(await state(plain)).cards, (await state(plain)).said.startsWith('This link carries a name.')], [[], true]);
  await plain.context().close();

  // 3.
  for (const root of [local, disk]) {
    const page = await opened(`${root}${links.page}index.html`, {permissions: root === local ? ['clipboard-read', 'clipboard-write'] : []});
    await page.click('#naming summary');
    await page.fill('#links', ['', ...links.private, links.strangers[0], 'nonsense', links.private[0].slice(0, -1) + 'A'].join('\n'));
    await page.click('#one-link-form button');
    await page.waitForSelector('#one-link-made:not([hidden])');
    expect('form: the one link', await page.inputValue('#one-link'), links.one);
    expect('form: what it could not use', await page.textContent('#links-said'),
      'The one link stands below. Not used, because they are of badges that are not on this page: lines 9, 10. '
      + 'Not used, because the name or the secret is not what was signed: lines 11.');
    const decoded = await qrText(browser, await page.locator('#one-link-qr').screenshot());
    expect('form: its QR code', decoded, links.one);
    if (root === local) {
      await page.click('[data-copy=one-link]');
      expect('form: copied', await page.evaluate(() => navigator.clipboard.readText()), links.one);
      await page.click('#one-link-open');
      await settled(page, true);
      expect('form: opened', (await state(page)).cards, NAMES);
      await page.click('[data-copy=own-address]');
      expect('copied without the name', await page.evaluate(() => navigator.clipboard.readText()), links.base + links.page);
      await page.click('[data-copy=named-address]');
      expect('copied with it', await page.evaluate(() => navigator.clipboard.readText()), links.one);
    }
    await page.fill('#links', 'nothing');
    await page.click('#one-link-form button');
    await page.waitForSelector('#one-link-made', {state: 'hidden'});
    expect('form: no link', (await page.textContent('#links-said')).startsWith('There is no private link in this text.'));
    const kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
    expect('nothing is kept', [kept, await page.context().cookies(), page.said], [['', 0, 0], [], []]);
    await page.context().close();
  }

  // 4.
  for (const [name, link, direction, sheets] of [['heron-2', links.arabic.one, 'rtl', 1], ['heron-2', links.base + links.arabic.page, 'ltr', 1], ['kite-5', links.one, 'ltr', 2]]) {
    const page = await opened(local + link.slice(links.base.length), {deviceScaleFactor: 4});
    await page.evaluate(dir => { document.documentElement.dir = dir; }, direction);
    for (const format of ['A4', 'Letter']) {
      const pdf = await page.pdf({format, printBackground: true});
      expect(`${name} on ${format} (${direction})`, pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length, sheets);
    }
    await page.emulateMedia({media: 'print'});
    expect(`${name}: QR code on paper`, await qrText(browser, await page.locator('#qr').screenshot()), link);
    await page.setViewportSize({width: 688, height: 1017});
    expect(`${name}: fits the width`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.context().close();
  }
  const many = await opened(local + links.many.page);
  const sheets = (await many.pdf({format: 'A4'})).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
  expect('twenty badges on two sheets', sheets, 2);
  await many.context().close();

  // 5.
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1100]) {
      for (const direction of ['ltr', 'rtl']) {
        for (const link of [links.one, links.wrong_name, links.arabic.one]) {
          const page = await opened(local + link.slice(links.base.length), {colorScheme, viewport: {width, height: 900}, bypassCSP: true});
          await page.evaluate(dir => {
            document.documentElement.dir = dir;
            document.querySelectorAll('details').forEach(one => { one.open = true; });
          }, direction);
          if (await page.locator('#one-link-form').count()) {
            await page.fill('#links', links.private.join('\n'));
            await page.click('#one-link-form button');
            await page.evaluate(() => new Promise(done => setTimeout(done, 60)));
          }
          await page.evaluate(axe);
          const {violations} = await page.evaluate(() => globalThis.axe.run(document, {
            preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          }));
          const where = `${link.slice(0, 50)} ${colorScheme} ${width} ${direction}`;
          expect(`axe: ${where}`, violations.map(one => `${one.id}: ${one.nodes[0].html}`), []);
          expect(`sideways: ${where}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
          await page.context().close();
        }
      }
    }
  }
  const silent = await browser.newContext({javaScriptEnabled: false});
  const page = await silent.newPage();
  await page.goto(local + links.page + fragment(links.one));
  expect('without script', await page.evaluate(() => 0).catch(() => 0), 0);
  expect('without script every badge is there', await page.locator('[data-card]:visible').count(), 6);
  expect('without script nothing is there that needs one', await page.locator('button:visible, form:visible, #names-said:visible, .signed-name:visible').count(), 0);
  await silent.close();

  // 2.
  const leaked = asked.filter(entry => entry.some(text => /[?&#]k=|referer/i.test(text) || links.never.some(word => text.includes(word))));
  expect('no name or secret in what was asked', [leaked, asked.every(([method]) => method === 'GET')], [[], true]);
} finally {
  await browser.close();
  close();
}

count.tell();
