/**
 * Runs the page /verify/ of a built site in a real browser over the cases of tests/verify_page/cases.py.
 *
 *   node verify_page.mjs --site DIR --cases FILE [--executable FILE]
 *
 * Command and page must agree on verdict, sentence and every step; over http and from the disk, and once in a browser that
 * has no Ed25519 of its own; nothing is asked of any host, and nothing is written to the console.
 * Then the page is used as people use it: files, addresses, a named link, many at once; axe-core finds nothing in any
 * answer, light and dark, on a narrow screen and a wide one; only the button that names a site asks it, and only it. Who
 * vouches for an issuer is said after its own site and that of its parent were asked, each by its own button.
 */
import {createReadStream, existsSync, readFileSync, readdirSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {extname, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {isDeepStrictEqual, parseArgs} from 'node:util';
import {chromium} from 'playwright-core';

const {values} = parseArgs({options: {
  site: {type: 'string'},
  cases: {type: 'string'},
  only: {type: 'string', default: ''},
  executable: {type: 'string', default: '/usr/bin/chromium'},
}});
const site = resolve(values.site);
const cases = JSON.parse(readFileSync(values.cases, 'utf8')).filter(one => one.name.includes(values.only));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TYPES = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png'};

const server = createServer((request, answer) => {
  const path = join(site, decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  if (!path.startsWith(site) || !existsSync(path)) {
    answer.writeHead(404).end();
    return;
  }
  answer.writeHead(200, {'content-type': TYPES[extname(path)] ?? 'application/octet-stream'});
  createReadStream(path).pipe(answer);
});
await new Promise(ready => server.listen(0, '127.0.0.1', ready));
const web = `http://127.0.0.1:${server.address().port}/`;

/** In the page: run one case after the other. */
async function run(given) {
  const bytes = text => Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
  const told = [];
  for (const {data, options} of given) {
    const answers = options.answers && Object.fromEntries(Object.entries(options.answers).map(([url, answer]) =>
      [url, typeof answer === 'number' ? answer : bytes(answer.base64)]));
    const start = performance.now();
    const report = await globalThis.pinback.check(bytes(data), {...options, answers});
    told.push({report, took: performance.now() - start});
  }
  return told;
}

function difference(command, page, place = '') {
  for (const name of Object.keys({...command, ...page})) {
    if (name === 'steps' || name === 'parts') {
      for (const [number, inner] of command[name].entries()) {
        const found = page[name][number] ? difference(inner, page[name][number], `${place}${name}[${number}].`) : `${place}${name}: fewer`;
        if (found) {
          return found;
        }
      }
    }
    if (!isDeepStrictEqual(command[name], page[name])) {
      return `${place}${name}:\n    command ${JSON.stringify(command[name])}\n    page    ${JSON.stringify(page[name])}`;
    }
  }
  return '';
}

const failures = [];
let passed = 0;

function expect(fits, words) {
  if (fits) {
    passed += 1;
  } else {
    failures.push(words);
  }
}

/** A browser of 2022: it has WebCrypto, but no Ed25519. */
function withoutEd25519() {
  const own = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function importKey(form, data, kind, ...rest) {
    return kind === 'Ed25519' ? Promise.reject(new DOMException('unknown', 'NotSupportedError')) : own.call(this, form, data, kind, ...rest);
  };
}

/** Judge all cases in one page, and compare. */
async function compare(browser, kind, address, given, prepare) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const said = [];
  if (prepare) {
    await page.addInitScript(prepare);
  }
  await page.goto(address);
  await page.waitForFunction(() => globalThis.pinback);
  page.on('request', request => request.url() === new URL('../assets/vouching.js', address).href || said.push(`asked for ${request.url()}`));
  page.on('console', message => said.push(message.text()));
  page.on('pageerror', error => said.push(String(error)));
  const told = [];
  for (let start = 0; start < given.length; start += 50) {
    told.push(...(await page.evaluate(run, given.slice(start, start + 50))));
  }
  given.forEach((one, number) => {
    const found = difference(one.command, told[number].report);
    expect(!found, `${kind}: ${one.name}: ${found}`);
  });
  expect(!said.length, `${kind}: ${said.join('; ')}`);
  const slowest = told.reduce((most, one, number) => (one.took > most.took ? {took: one.took, name: given[number].name} : most), {took: 0});
  console.log(`${kind}: ${given.length} cases, the slowest ${slowest.name} with ${Math.round(slowest.took)} ms`);
  await context.close();
}

const below = (folder, name) => readdirSync(join(site, folder), {withFileTypes: true})
  .filter(entry => entry.isDirectory())
  .map(entry => join(site, folder, entry.name, name))
  .sort();
const isWithdrawn = file => readFileSync(join(file, '..', 'index.html'), 'utf8').includes('Withdrawn on');

/** What people do: name, what they do, and words that must be in the answer. */
function uses() {
  const svgs = below('awards', 'badge.svg').filter(existsSync);
  const [withdrawn, sound] = [svgs.filter(isWithdrawn), svgs.filter(file => !isWithdrawn(file))];
  const files = (...found) => page => page.setInputFiles('#files', found);
  return [
    ['start', null, ''],
    ['good', page => page.click('#try-good'), 'Genuine and in force.'],
    ['changed', page => page.click('#try-changed'), 'Changed or forged: do not rely on it.'],
    ['withdrawn', files(withdrawn[0]), 'Withdrawn by its issuer.'],
    ['cannot tell', files(sound[0].replace('.svg', '.png')), 'Cannot tell whether it is genuine and in force.'],
    ['no badge', files(join(site, 'assets', 'style.css')), 'No badge in this file.'],
    ['other person', async page => {
      await page.fill('#person', 'somebody@example.org');
      await page.click('#try-good');
    }, 'but it is not for the person you asked about'],
    ['large', page => page.setInputFiles('#files', {
      name: 'large.zip', mimeType: 'application/zip', buffer: Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(20 * 1024 * 1024)]),
    }), 'The file has more than 20,971,520 bytes, which are not read.'],
    ['many', files(...sound.slice(0, 4), withdrawn[0], join(site, 'assets', 'style.css')), 'of 6 are genuine and in force'],
  ];
}

async function answered(page) {
  await page.waitForFunction(() => {
    const text = document.getElementById('answer').textContent;
    return text && !text.startsWith('Checking');
  });
  return page.textContent('#answer');
}

/** Use the page from the disk, as one who saved it; every answer is looked at by axe. */
async function use(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1100]) {
      // axe is put in from outside, which the page's own policy rightly forbids.
      const context = await browser.newContext({colorScheme, viewport: {width, height: 900}, bypassCSP: true});
      for (const [name, act, words] of uses()) {
        const page = await context.newPage();
        const said = [];
        page.on('console', message => said.push(message.text()));
        page.on('pageerror', error => said.push(String(error)));
        page.on('request', request => /^(?:file|data|blob):/.test(request.url()) || said.push(`asked for ${request.url()}`));
        await page.goto(pathToFileURL(join(site, 'verify/index.html')).href);
        await page.waitForFunction(() => globalThis.pinback);
        await page.evaluate(() => document.fonts.ready);
        if (act) {
          await act(page);
          const text = await answered(page);
          expect(text.includes(words), `${name}: ${text.slice(0, 200)}`);
          expect(await page.evaluate(() => document.activeElement.id === 'result'), `${name}: the answer has no focus`);
        }
        await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
        await page.evaluate(axe);
        const {violations} = await page.evaluate(() => globalThis.axe.run(document, {
          preload: false,
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }));
        said.push(...violations.map(one => `${one.id}: ${one.nodes[0].html}`));
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) {
          said.push('scrolls sideways');
        }
        expect(!said.length, `${name} (${colorScheme}, ${width} px): ${said.join('; ')}`);
        await page.close();
      }
      await context.close();
    }
  }
}

/** A button asks the site that it names, and no other; under the page's own policy. */
async function ask(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  const said = [];
  page.on('console', message => said.push(message.text()));
  await context.route(/^https:/, route => {
    const url = new URL(route.request().url());
    const path = join(site, decodeURIComponent(url.pathname));
    asked.push(url.href);
    if (url.host !== 'badges.example.org' || !existsSync(path)) {
      return route.fulfill({status: 404, headers: {'access-control-allow-origin': '*'}});
    }
    return route.fulfill({body: readFileSync(path), headers: {'access-control-allow-origin': '*'}});
  });
  await page.goto(`${web}verify/index.html`);
  const png = below('awards', 'badge.png').filter(existsSync).find(file => !isWithdrawn(file));
  await page.setInputFiles('#files', png);
  expect((await answered(page)).includes('Cannot tell'), 'a hosted badge is not good before its site was asked');
  expect(!asked.length, `asked before the click: ${asked}`);
  await page.click('text=Ask badges.example.org');
  await page.waitForFunction(() => document.getElementById('answer').textContent.includes('Genuine and in force'));
  expect(asked.length > 3 && asked.every(url => url.startsWith('https://badges.example.org/')), `asked: ${asked}`);
  expect(said.every(words => words.includes('404')), said.join('; '));

  await page.click('summary');
  await page.fill('#addresses', `https://badges.example.org/awards/${png.split('/').at(-2)}/index.html\nhttps://localhost/x`);
  await page.click('#ask-addresses');
  await page.waitForFunction(() => document.getElementById('answer').textContent.includes('of 2 are'));
  const table = await page.textContent('#answer');
  expect(table.includes('1 of 2 are genuine and in force') && table.includes('names no public host'), table.slice(0, 300));
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Save the table')]);
  const csv = readFileSync(await file.path(), 'utf8');
  expect(csv.startsWith('\ufefffile,verdict,ok,badge,') && csv.split('\r\n').length === 4, csv);
  await context.close();
}

/** A parent's site is asked by a button of its own; then the page says what both say. */
async function vouched(browser) {
  const {data, options} = cases.find(one => one.name === 'federation 0/credential.json') ?? {};
  if (!data) {
    return;
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = new Set();
  await context.route(/^https:/, route => {
    const url = route.request().url();
    const answer = options.answers[url]?.base64;
    asked.add(new URL(url).host);
    return route.fulfill({status: answer ? 200 : 404, body: answer ? Buffer.from(answer, 'base64') : '', headers: {'access-control-allow-origin': '*'}});
  });
  await page.goto(`${web}verify/index.html`);
  await page.click('summary');
  await page.fill('#addresses', JSON.parse(Buffer.from(data, 'base64')).id);
  await page.click('#ask-addresses');
  const first = await answered(page);
  expect(first.includes('whether that one says so could not be found out'), first.slice(0, 600));
  expect([...asked].join() === 'badges.example.org', `asked: ${[...asked]}`);
  await page.click('text=Ask federation.example.org');
  await page.waitForFunction(() => !document.getElementById('answer').textContent.match(/^Checking|could not be found out/));
  const second = await page.textContent('#answer');
  expect(second.includes('Test club is a group of Knot Federation (federation.example.org), as both say'), second.slice(0, 600));
  await context.close();
}

/** A page that was changed on its way uses nothing of its data. */
async function changed(browser) {
  const page = await browser.newPage();
  await page.route(/verify\/index\.html$/, async route => {
    const answer = await route.fetch();
    await route.fulfill({response: answer, body: (await answer.text()).replace('"as_of":"2', '"as_of":"3')});
  });
  await page.goto(`${web}verify/index.html`);
  await page.waitForSelector('#fault:not([hidden])');
  const report = await page.evaluate(() => globalThis.pinback.check(new TextEncoder().encode('{"type": "VerifiableCredential"}')));
  expect(report.verdict !== 'genuine', 'a changed page');
  await page.close();
}

const browser = await chromium.launch({
  executablePath: values.executable,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const disk = pathToFileURL(join(site, 'verify/index.html')).href;
  await compare(browser, 'http', `${web}verify/index.html`, cases);
  await compare(browser, 'file', disk, cases);
  await compare(browser, 'without Ed25519', disk, cases.filter(one => one.name.startsWith('conformance/')), withoutEd25519);
  await use(browser);
  await ask(browser);
  await vouched(browser);
  await changed(browser);
} finally {
  await browser.close();
  server.close();
}
failures.forEach(line => console.log(line));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length || !passed ? 1 : 0;
