/**
 * Runs the page /verify/ of a built site in a real browser over the cases of tests/verify_page/cases.py.
 *
 *   node verify_page.mjs --site DIR --cases FILE [--executable FILE]
 *
 * Command and page must agree on verdict, sentence and every step; over http and from the disk; nothing is asked of any
 * host, and nothing is written to the console.
 */
import {createReadStream, existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
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
  for (const name of Object.keys(command)) {
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
const browser = await chromium.launch({
  executablePath: values.executable,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  for (const address of [`${web}verify/index.html`, pathToFileURL(join(site, 'verify/index.html')).href]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const said = [];
    await page.goto(address);
    await page.waitForFunction(() => globalThis.pinback);
    page.on('request', request => said.push(`asked for ${request.url()}`));
    page.on('console', message => said.push(message.text()));
    page.on('pageerror', error => said.push(String(error)));
    const kind = address.slice(0, 4);
    const told = [];
    for (let start = 0; start < cases.length; start += 50) {
      told.push(...(await page.evaluate(run, cases.slice(start, start + 50))));
    }
    cases.forEach((one, number) => {
      const found = difference(one.command, told[number].report);
      if (found) {
        failures.push(`${kind}: ${one.name}: ${found}`);
      } else {
        passed += 1;
      }
    });
    failures.push(...said.map(words => `${kind}: ${words}`));
    const slowest = Math.max(...told.map(one => one.took));
    console.log(`${kind}: ${cases.length} cases, the slowest ${Math.round(slowest)} ms`);
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}
failures.forEach(line => console.log(line));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length || !passed ? 1 : 0;
