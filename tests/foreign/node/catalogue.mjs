/**
 * Tries the search of the catalogue in a real browser, on a site of tests/foreign/catalogue_site.py.
 *
 *   node catalogue.mjs --site DIR
 *
 * From a disk and from a server, under the page's own policy: words are found without their accents, with a slip of
 * typing, in scripts with and without spaces between words; nothing but the site itself is asked, and the index only once somebody
 * turns to the search; without scripts the whole list is there.
 */
import {existsSync, readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:http';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';

const {values} = parseArgs({options: {site: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const site = resolve(values.site);
const TYPES = {html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png', json: 'application/json'};

/** What is typed, and the folders of the badges that have to be left. */
const SEARCHES = [
  ['odznaka', 'polish'],
  ['ODZNAKA ŻEGLARSKA', 'polish'],
  ['zeglarska', 'polish'],
  ['żeglarska', 'polish'],
  ['odznaki', 'polish'], // another ending
  ['odzanka', 'polish'], // a slip: two letters changed places
  ['odzn', 'polish'], // the beginning
  ['wioslu lodce', 'polish'],
  ['strasse', 'german'],
  ['straße', 'german'],
  ['grosse', 'german'],
  ['somandskab', 'danish'],
  ['sømandskab abent', 'danish'],
  ['thorshofn', 'icelandic'],
  ['航海', 'chinese'],
  ['海', 'chinese'],
  ['绳结', 'chinese'],
  ['海航', ''], // the same signs in another order are another word
  ['ロープ', 'japanese'],
  ['結び方', 'japanese'],
  ['شارة', 'arabic'], // without points
  ['الابحار', 'arabic'], // another alef
  ['شــارة', 'arabic'], // drawn out
  ['عقد ست', 'arabic'],
  ['елка', 'russian'],
  ['ЙОД', 'russian'],
  ['เชือก', 'thai'],
  ['splices', 'knots rope'],
  ['splices 6', 'knots'],
  ['rope 2000', 'rope'],
  ['rope 2001', ''], // in a number another digit is another number
  ['odd', 'rope'],
  ['zolw', 'polish german danish icelandic chinese japanese arabic russian thai knots rope'],
  ['nothing of that', ''],
  ['!!', ''],
];

const failures = [];
let passed = 0;
const expect = (what, found, wanted) => {
  if (JSON.stringify(found) === JSON.stringify(wanted)) {
    passed += 1;
  } else {
    failures.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
  }
};

const server = createServer((request, response) => {
  let file = join(site, decodeURIComponent(new URL(request.url, 'http://x').pathname).replace(/^\/repo\//, ''));
  if (existsSync(file) && statSync(file).isDirectory()) {
    file = join(file, 'index.html');
  }
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {'Content-Type': `${TYPES[file.split('.').pop()] ?? 'text/plain'}; charset=utf-8`});
  response.end(readFileSync(file));
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const home = `http://127.0.0.1:${server.address().port}`;
const places = {
  'from a disk': pathToFileURL(join(site, 'badges/index.html')).href,
  'from a server': `${home}/repo/badges/`,
};

const shown = page => page.evaluate(() => [...document.querySelectorAll('[data-badge]')]
  .filter(card => card.getClientRects().length)
  .map(card => card.dataset.badge.split('/').at(-2)).sort().join(' '));
const sorted = words => words.split(' ').filter(Boolean).sort().join(' ');

/** Type into the field, and wait until the page has said how many there are. */
async function search(page, words) {
  await page.evaluate(() => { document.getElementById('found').textContent = ''; });
  await page.fill('#search', words);
  await page.waitForFunction(() => document.getElementById('found').textContent !== '');
}

const browser = await chromium.launch({
  executablePath: values.executable,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  for (const [where, address] of Object.entries(places)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked = [];
    page.on('request', request => asked.push(request.url()));
    page.on('console', message => failures.push(`${where}: ${message.text()}`));
    page.on('pageerror', error => failures.push(`${where}: ${error}`));
    await page.goto(address);
    const everything = await shown(page);
    expect(`${where}: all badges stand there`, everything.split(' ').length, 11);
    expect(`${where}: no index before somebody searches`, asked.filter(url => url.endsWith('/assets/index.js')).length, 0);
    for (const [words, wanted] of SEARCHES) {
      await search(page, words);
      expect(`${where}, "${words}"`, await shown(page), sorted(wanted));
      const count = wanted.split(' ').filter(Boolean).length;
      expect(`${where}, "${words}" is counted`, await page.textContent('#found'), `Badges found: ${count} of 11`);
      expect(`${where}, "${words}": a way back`, await page.isVisible('#nothing'), count === 0);
    }
    expect(`${where}: no heading without a badge`, await page.evaluate(() => [...document.querySelectorAll('[data-group]')]
      .filter(group => group.getClientRects().length).length), 0);
    await page.click('#show-all');
    await page.waitForFunction(() => !document.querySelector('[data-badge][hidden]'));
    expect(`${where}: the way back leads to everything`, await shown(page), everything);
    expect(`${where}: and back to the field`, await page.evaluate(() => document.activeElement.id), 'search');
    expect(`${where}: no trace in the address`, new URL(page.url()).hash, '');

    await page.keyboard.type('splices');
    await page.waitForFunction(() => document.querySelector('[data-badge][hidden]'));
    await page.keyboard.press('Tab');
    expect(`${where}: from the field to who awards it`, await page.evaluate(() => document.activeElement.id), 'by-issuer');
    await page.selectOption('#by-issuer', 'union');
    await page.waitForFunction(() => document.getElementById('found').textContent.includes(': 1 '));
    expect(`${where}: by who awards it`, await shown(page), 'rope');
    expect(`${where}: what is looked for stands in the address`, new URL(page.url()).hash, '#q=splices');

    const again = await context.newPage();
    again.on('request', request => asked.push(request.url()));
    await again.goto(`${address}#q=${encodeURIComponent('źeglarska')}`);
    await again.waitForFunction(() => document.querySelector('[data-badge][hidden]'));
    expect(`${where}: a search that was passed on`, await shown(again), 'polish');
    await again.goto('about:blank');
    await again.goto(`${address}#q=%E0%A4%A`);
    expect(`${where}: a broken one shows everything`, await shown(again), everything);

    const allowed = where === 'from a disk' ? /^(?:file|data):/ : new RegExp(`^(?:${home}/|data:)`);
    expect(`${where}: nobody else is asked`, asked.filter(url => !allowed.test(url)), []);
    expect(`${where}: no search is sent`, asked.filter(url => /splices|eglarska/.test(url.split('#')[0])), []);
    await context.close();

    const plain = await browser.newContext({javaScriptEnabled: false});
    const without = await plain.newPage();
    await without.goto(address);
    expect(`${where}: the whole list without a script`, await without.locator('[data-badge]').count(), 11);
    expect(`${where}: no field that does nothing`, await without.locator('#searching').isVisible(), false);
    await plain.close();
  }

  // The index is not there: the page says so, and the list stays.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/assets/index.js', route => route.abort());
  await page.goto(places['from a server']);
  await search(page, 'odznaka');
  expect('without the index', await page.textContent('#found'), 'The search cannot be loaded. All badges stand below.');
  expect('without the index the list stays', (await shown(page)).split(' ').length, 11);
} finally {
  await browser.close();
  server.close();
}
failures.forEach(line => console.log(line));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length || !passed ? 1 : 0;
