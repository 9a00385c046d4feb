/**
 * Looks in a real browser whether an old address sends people on, and takes along what stands behind the "#".
 *
 *   node browser_forward.mjs --old DIR --old-url URL --new DIR --new-url URL
 *
 * Both addresses are answered from the two folders, by the browser itself; nothing is asked of any host.
 */
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';

const text = {type: 'string'};
const {values} = parseArgs({
  options: {old: text, new: text, 'old-url': text, 'new-url': text, executable: {...text, default: '/usr/bin/chromium'}},
});
const SITES = [[values['old-url'], values.old], [values['new-url'], values.new]];
const TYPES = {html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png', json: 'application/json'};

function answer(route) {
  const url = route.request().url().split('#')[0];
  const [base, folder] = SITES.find(([start]) => url.startsWith(start)) ?? [];
  if (!base) {
    return route.abort();
  }
  let file = join(folder, decodeURIComponent(url.slice(base.length)));
  if (existsSync(file) && statSync(file).isDirectory()) {
    file = join(file, 'index.html');
  }
  const found = existsSync(file) ? file : join(folder, '404.html');
  return route.fulfill({
    status: found === file ? 200 : 404,
    body: readFileSync(found),
    contentType: TYPES[found.split('.').pop()] ?? 'text/plain',
  });
}

const award = readdirSync(join(values.new, 'awards')).sort()[0];
const SECRET = '#n=Zo%C3%AB%20%C3%85ngstr%C3%B6m&k=c2VjcmV0LXNlY3JldC1zZWNyZXQ';
const CASES = [
  ['an award with a private link', `awards/${award}/${SECRET}`, `awards/${award}/${SECRET}`],
  ['an award whose file is named', `awards/${award}/index.html${SECRET}`, `awards/${award}/${SECRET}`],
  ['a badge', 'badges/knots/', 'badges/knots/'],
  ['the home page', '', ''],
  ['a page that nobody knows', 'no/such/page', ''],
];

const failures = [];
let passed = 0;
const browser = await chromium.launch({executablePath: values.executable, args: ['--no-sandbox', '--disable-gpu']});
try {
  for (const javaScriptEnabled of [true, false]) {
    for (const [what, from, to] of CASES) {
      const context = await browser.newContext({javaScriptEnabled});
      const page = await context.newPage();
      const said = [];
      page.on('console', message => said.push(message.text()));
      await page.route('**/*', answer);
      await page.goto(values['old-url'] + from, {waitUntil: 'commit'});
      // Without scripts the page refreshes; browsers keep the part behind "#" then or do not, and the page says so.
      const wanted = values['new-url'] + to;
      const same = url => (javaScriptEnabled ? url.href === wanted : url.href.split('#')[0] === wanted.split('#')[0]);
      const arrived = await page.waitForURL(same, {timeout: 10_000}).then(() => true, () => false);
      const complaints = said.filter(line => !line.includes('404'));
      if (arrived && complaints.length === 0) {
        passed += 1;
      } else {
        failures.push(`${what} (${javaScriptEnabled ? 'with' : 'without'} scripts): ended at ${page.url()} ${complaints}`);
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
