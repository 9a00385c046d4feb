/**
 * The page on which a badge is made, in a real browser (Debian's Chromium), of the club that `tests/foreign/designs.py` makes.
 *
 *   node design.mjs --designs DIR
 *
 * 1. The page's drawing is the build's, byte for byte: every icon, shape and starter, words in three scripts; so are what fits, what a
 *    picture says, and the nearest colour that serves.
 * 2. Over http and from the disk: starters, live picture, search, faults with their cures, the finished file, the host's page, SVG and PNG.
 *    The files go to DIR/made, where `designs.py judge` builds them.
 * 3. Words in other scripts are shown with a note, and without an SVG to save.
 * 4. Nothing is asked of another host, nothing is kept; axe-core finds nothing; without script the page says so.
 */
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {Count, launched, opened as openedPage, served} from './serving.mjs';

const {values} = parseArgs({options: {designs: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const folder = resolve(values.designs);
const site = join(folder, 'site');
const made = join(folder, 'made');
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pinback = join(dirname(fileURLToPath(import.meta.url)), '../../../pinback');
const source = name => import(pathToFileURL(join(pinback, 'page_scripts/source/design', name)).href);
const {drawn, lettersThatFit} = await source('drawing.js');
const {nearestReadable, readability} = await source('tones.js');
const {says} = await source('alt.js');
const table = name => JSON.parse(readFileSync(join(pinback, 'designs', name), 'utf8'));
const tables = {measures: table('designs.json'), icons: table('icons.json').icons, letters: table('letters.json')};

const count = new Count();
const expect = (...found) => count.expect(...found);

// 1.
for (const {design, svg, tooLong, fit, ...other} of cases.designs) {
  const what = JSON.stringify(design);
  const found = drawn(design, tables);
  expect(`fits: ${what}`, found.tooLong, tooLong);
  expect(`how much fits: ${what}`, Object.fromEntries(['text', 'ribbon'].map(part => [part, lettersThatFit(design, part, tables)])), fit);
  expect(`says: ${what}`, says(design, tables), other.says);
  if (!tooLong.length) {
    expect(`drawn: ${what}`, found.exact && found.svg === svg);
  }
}
for (const [colour, contrast, nearest] of cases.colours) {
  expect(`contrast of ${colour}`, Math.abs(readability(colour, tables.measures) - contrast) < 1e-5);
  expect(`nearest to ${colour}`, nearestReadable(colour, tables.measures), nearest);
}

const {asked, local, close} = await served(site);
const disk = `${pathToFileURL(site).href}/`;
const browser = await launched(values.executable);

async function opened(address, options = {}) {
  const page = await openedPage(browser, address, [local, disk, 'blob:'], options);
  await page.waitForSelector('#design-form:not([hidden])');
  return page;
}

const picture = (page, id = 'shown') => page.evaluate(of => decodeURIComponent(document.getElementById(of).src.split(',').slice(1).join(',')), id);
const alt = page => page.getAttribute('#shown', 'alt');
const hidden = (page, selector) => page.locator(selector).isHidden();

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return [download.suggestedFilename(), readFileSync(await download.path())];
}

async function fill(page, typed) {
  for (const [id, text] of Object.entries(typed)) {
    await page.fill(`#${id}`, text);
  }
}

try {
  // 2.
  rmSync(made, {recursive: true, force: true});
  mkdirSync(made);
  const typed = {};
  for (const root of [local, disk]) {
    const at = root === local ? 'http' : 'disk';
    const page = await opened(`${root}admin/design/index.html`, {permissions: root === local ? ['clipboard-read', 'clipboard-write'] : []});
    expect(`${at}: starters`, await page.locator('#starters button').count(), 12);
    expect(`${at}: icons`, await page.locator('#icons input').count(), Object.keys(tables.icons).length + 1);
    for (const [place, name] of Object.keys(tables.measures.starters).entries()) {
      await page.click(`[data-starter="${name}"]`);
      const {svg, says: sentence} = cases.designs[place];
      expect(`${at}: ${name} is shown as it is built`, await picture(page) === svg && await picture(page, 'shown-dark') === svg);
      expect(`${at}: ${name} has words`, await alt(page), sentence);
      expect(`${at}: ${name} has no fault`, await hidden(page, '#design-faults'));
    }
    expect(`${at}: what is missing is named`, (await page.textContent('#missing')).startsWith('Still missing: Name · What it stands for'));
    expect(`${at}: no way to the host yet`, await hidden(page, '#open-host'));

    const badge = {
      name: `Çamp: helper “№ 1” ${at}`, description: 'Helped at: ten camps, #1 & more.', steps: 'Pitch a tent\n- Light a fire\n\n3. Cook', checking: 'A leader looks: twice.\n\nThen signs.',
    };
    await fill(page, {...badge, text: 'Žába, [7]', ribbon: 'Спас'});
    await page.check('input[name=shape][value=square]', {force: true});
    await page.fill('#icon-search', 'archery');
    expect(`${at}: search`, await page.locator('#icons label:not([hidden]) input').evaluateAll(all => all.map(one => one.value)), ['', 'bow-and-arrow', 'target']);
    await page.check('input[name=icon][value=bow-and-arrow]', {force: true});
    await page.selectOption('#level', '2');
    await page.locator('#other-colour').evaluate(one => { one.value = '#808080'; one.dispatchEvent(new Event('input', {bubbles: true})); });
    expect(`${at}: contrast`, (await page.textContent('#design-faults p')).includes('the contrast is 4.4 : 1, and 4.5 : 1 is needed'));
    expect(`${at}: no file with a fault goes to the host`, await hidden(page, '#open-host'));
    await page.click('#design-faults button');
    expect(`${at}: the nearest colour is taken`, await page.inputValue('#line'), 'design: {shape: square, colour: "#828282", icon: bow-and-arrow, text: "Žába, [7]", ribbon: Спас, level: 2}');
    expect(`${at}: and serves`, await hidden(page, '#design-faults'));
    await page.fill('#text', 'Entrepreneurship');
    expect(`${at}: too long`, /^“Entrepreneurship” is too long to be read when it is small: \d+ signs fit\.$/.test(await page.textContent('#design-faults')));
    await page.fill('#text', 'Žába, [7]');
    const text = await page.inputValue('#file');
    expect(`${at}: nothing stands in the way`, [await page.textContent('#design-faults'), await page.textContent('#missing')], ['', '']);
    const address = new URL(await page.getAttribute('#open-host', 'href'));
    const slug = `camp-helper-no-1-${at}`;
    expect(`${at}: the host's page`, [address.origin + address.pathname, address.searchParams.get('filename'), address.searchParams.get('value')], ['https://github.com/club/badges/new/main', `badges/${slug}/badge.md`, text]);
    expect(`${at}: saved file`, (await saved(page, '#save-file'))[1].toString('utf8'), text);
    await page.locator('details summary').click();
    const [name, svg] = await saved(page, '#save-svg');
    expect(`${at}: saved SVG`, [name, svg.toString('utf8') === await picture(page)], ['badge.svg', true]);
    const [, png] = await saved(page, '#save-png');
    expect(`${at}: saved PNG`, [png.readUInt32BE(16), png.readUInt32BE(20), png.length < 100_000], [512, 512, true]);
    if (root === local) {
      await page.click('[data-copy=file]');
      expect('copied', await page.evaluate(() => navigator.clipboard.readText()), text);
    }
    writeFileSync(join(made, `${slug}.md`), text);
    typed[slug] = {name: badge.name, description: badge.description, steps: ['1. Pitch a tent', '2. Light a fire', '3. Cook', 'Then signs.'], svg: await picture(page), alt: await alt(page)};

    await fill(page, {name: 'ورق', description: 'x'});
    expect(`${at}: a name without Latin letters`, await hidden(page, '#open-host'));
    await page.fill('#folder', 'Own Place');
    expect(`${at}: a place that is no address`, (await page.textContent('#missing')).includes('small letters, digits and single hyphens'));
    await page.click('[data-starter=camp]');
    await fill(page, {name: 'true', description: "'quoted' - and \\ back", folder: `own-place-${at}`, alt: 'Our: camp', steps: 'One thing', checking: '*We* look'});
    writeFileSync(join(made, `own-place-${at}.md`), await page.inputValue('#file'));
    typed[`own-place-${at}`] = {name: 'true', description: "'quoted' - and \\ back", steps: ['One thing', '*We* look'], svg: await picture(page), alt: 'Our: camp'};
    await page.fill('#steps', 'long '.repeat(1800));
    expect(`${at}: too long for an address`, await hidden(page, '#open-host'));

    // 3.
    await fill(page, {text: 'नमस्ते', ribbon: ''});
    expect(`${at}: other letters are shown`, (await picture(page)).includes('>नमस्ते</text>'));
    expect(`${at}: with a note`, (await page.textContent('#design-faults')).startsWith('This page shows these letters with a font of your computer.'));
    expect(`${at}: and nothing to save`, [await hidden(page, '#save-svg'), await hidden(page, '#save-png')], [true, true]);
    await fill(page, {text: '<script>"&'});
    expect(`${at}: signs stay signs`, (await picture(page)).includes('<script'), false);
    expect(`${at}: nothing is kept`, await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]), ['', 0, 0]);
    expect(`${at}: console`, page.said, []);
    await page.context().close();
  }
  writeFileSync(join(made, 'typed.json'), JSON.stringify(typed));

  // 4.
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1100]) {
      for (const [path, direction] of [['admin/design/index.html', 'ltr'], ['ar/admin/design/index.html', 'rtl']]) {
        const page = await opened(local + path, {colorScheme, viewport: {width, height: 900}, bypassCSP: true});
        await fill(page, {text: 'Entrepreneurship', name: 'Camp'});
        await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
        await page.evaluate(axe);
        const {violations} = await page.evaluate(() => globalThis.axe.run(document, {
          preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }));
        const where = `${colorScheme} ${width} ${direction}`;
        expect(`axe: ${where}`, violations.map(one => `${one.id}: ${one.nodes[0].html}`), []);
        expect(`direction: ${where}`, await page.evaluate(() => document.documentElement.dir), direction);
        expect(`sideways: ${where}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        await page.context().close();
      }
    }
  }
  const silent = await browser.newContext({javaScriptEnabled: false});
  const page = await silent.newPage();
  await page.goto(`${local}admin/design/index.html`);
  expect('without script', [await page.locator('noscript:visible, .status:visible').count() > 0, await page.locator('form:visible').count()], [true, 0]);
  await silent.close();
  expect('only the site was asked', asked.every(([method, path]) => method === 'GET' && path.startsWith('/')));
} finally {
  await browser.close();
  close();
}

count.tell();
