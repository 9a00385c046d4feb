/**
 * Looks at built pages in a real browser (Debian's Chromium), opened from the disk as a newcomer opens them.
 *
 *   node browser.mjs --site DIR
 *
 * Each kind of page, light and dark, on a narrow and a wide screen: axe-core (WCAG 2.2 AA and best practice) finds
 * nothing, nothing is asked of any host, nothing is written to the console, nothing scrolls sideways, every picture loads.
 */
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';

const {values} = parseArgs({options: {site: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const site = resolve(values.site);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Pages of every kind; of awards a spread, so that withdrawn, expired and named ones are among them. */
function pages() {
  const below = folder => readdirSync(join(site, folder), {withFileTypes: true})
    .filter(entry => entry.isDirectory())
    .map(entry => `${folder}/${entry.name}/index.html`)
    .sort();
  const withdrawn = below('awards').filter(path => readFileSync(join(site, path), 'utf8').includes('Withdrawn on'));
  const awards = below('awards').filter((_, place) => place % 17 === 0);
  const own = readdirSync(site, {withFileTypes: true})
    .filter(entry => entry.isDirectory() && !['awards', 'assets', 'badges', 'issuers', 'people', 'static'].includes(entry.name) && !entry.name.startsWith('.'))
    .map(entry => `${entry.name}/index.html`);
  const issuers = below('issuers');
  const numbers = issuers.map(path => path.replace('index.html', 'statistics/index.html')).filter(path => existsSync(join(site, path)));
  const badges = below('badges').filter((_, place) => place % 5 === 0);
  // Not 404: it is shown at any depth, so its links start at the site's root, which a disk does not have.
  return ['index.html', 'badges/index.html', ...own, ...badges, ...issuers, ...numbers, ...below('people'), ...withdrawn.slice(0, 1), ...awards];
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
