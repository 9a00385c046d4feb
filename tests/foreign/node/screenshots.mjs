/**
 * Takes pictures of built pages in a real browser, for people to look at.
 *
 *   .venv/bin/python -m tests.every_page FOLDER | node tests/foreign/node/screenshots.mjs --out DIR [--only WORD]
 *
 * Each line of input is a name and the path of a page. Each page is taken on a wide screen in light and dark, on a phone, in
 * the language that is written from right to left where the site has it, and as it would be printed.
 */
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';

const {values} = parseArgs({options: {out: {type: 'string'}, only: {type: 'string', default: ''}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const LINKS = 'link ';
const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const links = Object.fromEntries(lines.filter(line => line.startsWith(LINKS)).map(line => line.slice(LINKS.length).split(' ')));
const pages = lines.filter(line => !line.startsWith(LINKS)).map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
mkdirSync(values.out, {recursive: true});

/** How a page is looked at: window, colours, medium, and whether in the language from right to left. */
const LOOKS = {
  light: {width: 1100},
  dark: {width: 1100, colorScheme: 'dark'},
  phone: {width: 360, scale: 2},
  rtl: {width: 1100, folder: 'ar'},
  'rtl-phone': {width: 360, scale: 2, folder: 'ar', colorScheme: 'dark'},
  print: {width: 794, media: 'print'},
};

const browser = await chromium.launch({executablePath: values.executable, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']});
let taken = 0;
for (const [look, {width, scale = 1, colorScheme = 'light', folder = '', media = 'screen'}] of Object.entries(LOOKS)) {
  const context = await browser.newContext({colorScheme, viewport: {width, height: 900}, deviceScaleFactor: scale});
  const page = await context.newPage();
  await page.emulateMedia({media, colorScheme});
  for (const [name, path] of pages) {
    if (!`${name} ${look}`.includes(values.only)) {
      continue;
    }
    const root = path.replace(/\/(?:awards|badges|issuers|people|verify|gallery|about)\/.*$/, '').replace(/\/index\.html$/, '');
    const file = folder ? join(root, folder, path.slice(root.length + 1)) : path;
    if (!existsSync(file)) {
      continue;
    }
    const state = name.replace('award-', '');
    await page.goto('about:blank');
    await page.goto(pathToFileURL(resolve(file)).href + (links[state] ? `#${links[state].split('#')[1]}` : ''));
    await page.waitForTimeout(250);
    await page.screenshot({path: join(values.out, `${name}.${look}.png`), fullPage: true});
    taken += 1;
  }
  await context.close();
}
await browser.close();
console.log(`${taken} pictures in ${values.out}`);
