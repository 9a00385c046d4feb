/**
 * Looks at built pages in a real browser (Debian's Chromium), opened from the disk as a newcomer opens them.
 *
 *   node browser.mjs --site DIR
 *
 * Each kind of page, light and dark, on a narrow and a wide screen, from left to right and from right to left: axe-core (WCAG 2.2 AA and best practice) finds
 * nothing, nothing is asked of any host, nothing is written to the console, nothing scrolls sideways, every picture loads, and
 * what a page consists of is no more than 150 kB, pictures further down and the index of the search included.
 */
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';

const {values} = parseArgs({options: {site: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const site = resolve(values.site);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Pages of every kind, in the first language and in those that are written from right to left. */
function pages() {
  const folders = readdirSync(site).filter(name => existsSync(join(site, name, 'badges/index.html')));
  const fromRight = folders.filter(name => /<html lang="[^"]*" dir="rtl">/.test(readFileSync(join(site, name, 'index.html'), 'utf8')));
  return ['', ...fromRight.map(name => `${name}/`)].flatMap(folder => pagesIn(folder, folders));
}

/** Pages of one language; of many awards a spread, so that withdrawn, expired and named ones are among them. */
function pagesIn(language, languages) {
  const names = folder => (existsSync(join(site, language, folder)) ? readdirSync(join(site, language, folder), {withFileTypes: true}) : [])
    .filter(entry => entry.isDirectory()).map(entry => entry.name).sort();
  const below = folder => names(folder).map(name => `${language}${folder}/${name}/index.html`);
  const withdrawn = below('awards').filter(path => readFileSync(join(site, path), 'utf8').includes('Withdrawn on'));
  const awards = below('awards').filter((_, place, {length}) => length < 40 || place % 17 === 0);
  const own = names('')
    .filter(name => !['awards', 'assets', 'badges', 'issuers', 'people', 'static', ...languages].includes(name) && !name.startsWith('.'))
    .map(name => `${language}${name}/index.html`);
  const issuers = below('issuers');
  const numbers = issuers.map(path => path.replace('index.html', 'statistics/index.html')).filter(path => existsSync(join(site, path)));
  const logs = issuers.map(path => path.replace('index.html', 'log/index.html')).filter(path => existsSync(join(site, path)));
  const badges = below('badges').filter((_, place) => place % 5 === 0);
  // Not 404: it is shown at any depth, so its links start at the site's root, which a disk does not have.
  return [
    ...[`${language}index.html`, `${language}badges/index.html`, ...own, ...badges, ...issuers, ...numbers, ...logs, ...below('people')],
    ...[...withdrawn.slice(0, 1), ...awards],
  ];
}

const MOST_BYTES = 150_000;
/** The page that checks badges of any issuer has a budget of its own (docs/decisions/0011). */
const HEAVY = /(?:^|\/)verify\/index\.html$/;

/** How many bytes a page and everything that it shows or runs have, each file counted once. */
function weight(path, sources) {
  const files = sources.filter(source => source.startsWith('file:')).map(source => fileURLToPath(source.split('#')[0]));
  const index = path.endsWith('badges/index.html') ? [join(site, 'assets/index.js')] : [];
  return [...new Set([join(site, path), ...index, ...files])].reduce((sum, file) => sum + statSync(file).size, 0);
}

let passed = 0;
const failures = [];
const browser = await chromium.launch({
  executablePath: values.executable,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1100]) {
      // axe is put in from outside, which the pages' own policy rightly forbids; the policy is tested elsewhere.
      const context = await browser.newContext({colorScheme, viewport: {width, height: 900}, bypassCSP: true});
      const page = await context.newPage();
      const said = [];
      page.on('console', message => said.push(message.text()));
      page.on('pageerror', error => said.push(String(error)));
      page.on('request', request => {
        if (!/^(file|data):/.test(request.url())) {
          said.push(`asked for ${request.url()}`);
        }
      });
      for (const path of pages()) {
        said.length = 0;
        await page.goto(pathToFileURL(join(site, path)).href);
        const broken = await page.evaluate(() => [...document.images]
          .filter(image => image.loading !== 'lazy' && !(image.complete && image.naturalWidth))
          .map(image => image.src));
        const parts = await page.evaluate(() => [
          ...[...document.images, ...document.scripts].map(one => one.src),
          ...[...document.querySelectorAll('link[rel=stylesheet]')].map(one => one.href),
        ]);
        const bytes = HEAVY.test(path) ? 0 : weight(path, parts);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        await page.evaluate(() => document.querySelectorAll('details').forEach(element => { element.open = true; }));
        await page.evaluate(axe);
        const {violations} = await page.evaluate(() => globalThis.axe.run(document, {
          preload: false, // it would read the style sheet once more, which a page from a disk may not
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }));
        const found = [
          ...violations.map(one => `${one.id}: ${one.nodes[0].html}`),
          ...broken.map(source => `does not load: ${source}`),
          ...said,
          ...(wide ? ['scrolls sideways'] : []),
          ...(bytes > MOST_BYTES ? [`has ${bytes} bytes`] : []),
        ];
        for (const what of found) {
          failures.push(`${path} (${colorScheme}, ${width} px): ${what}`);
        }
        passed += found.length ? 0 : 1;
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
}
failures.forEach(line => console.log(line));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length || !passed ? 1 : 0;
