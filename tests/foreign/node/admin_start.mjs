/**
 * The page that sets a club up, in a real browser (Debian's Chromium), of the folder that `tests/foreign/start.py` makes.
 *
 *   node admin_start.mjs --folder DIR
 *
 * 1. Answers: the rules of the page are those of the program, and so are the files, on a long list; faults are shown beside the
 *    questions in the program's words.
 * 2. The way of a steward: questions, keys, secret, four files at the host, each committed into a git repository. The code
 *    is in no address. What the page made is left in made.json, for the program to open.
 * 3. The sheet: what is printed is one page and nothing but the sheet; its QR code, read by a decoder that we did not write, is the code.
 * 4. The other way round: the page opens what the program made, and says in words why it does not open something else.
 * 5. Another address: the files are there to copy and to save. From a disk it works as well. Leaving too early is asked about.
 * 6. axe-core finds nothing, light and dark, narrow and wide, left to right and right to left; nothing is asked of anybody.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {hosted, published} from './host.mjs';
import {Count, launched} from './serving.mjs';
import {answered, filesCommitted, keysMade, secretSaved} from './setting_up.mjs';

const {values} = parseArgs({options: {folder: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}, pictures: {type: 'string'}}});
const folder = resolve(values.folder);
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
const sheet = JSON.parse(readFileSync(join(folder, 'sheet.json'), 'utf8'));
const need = createRequire(import.meta.url);
const axe = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const jsqr = readFileSync(need.resolve('jsqr/dist/jsQR.js'), 'utf8');
const source = join(dirname(fileURLToPath(import.meta.url)), '../../../pinback/page_scripts/source');
const {faultsOf} = await import(pathToFileURL(join(source, 'start/answers.js')).href);
const {clubFiles} = await import(pathToFileURL(join(source, 'start/files.js')).href);
const {newCode, typedCode, CodeFault} = await import(pathToFileURL(join(source, 'keys/code.js')).href);

const SITE = 'https://club.github.io/badges/';
const HOST = 'https://github.com/club/badges';
const template = join(folder, 'template/site');
const data = JSON.parse(/id="page-data">(.*?)<\/script>/s.exec(readFileSync(join(template, 'admin/start/index.html'), 'utf8'))[1]);
const ANSWERS = {name: 'Riverside Rowing Club', email: 'badges@club.example.org', colour: '#0b5c8a', language: 'en'};
const count = new Count();
const expect = (...found) => count.expect(...found);
const sorted = pairs => [...pairs].sort(([one], [other]) => (one < other ? -1 : 1));
const browser = await launched(values.executable);
const place = mkdtempSync(join(tmpdir(), 'start-'));
const made = [];

/** A browser with the site at its address and the host beside it; whatever else is asked is noted in `strange`. */
async function visitor(site = template, options = {}, address = SITE) {
  const context = await browser.newContext({viewport: {width: 1100, height: 900}, ...options});
  const strange = [];
  await context.route(/^https?:/, route => {
    strange.push(route.request().url());
    return route.abort();
  });
  const origin = mkdtempSync(join(place, 'origin-'));
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  const host = await hosted(context, origin);
  const asked = await published(context, address, site);
  const page = await context.newPage();
  const said = [];
  page.on('console', message => said.push(message.text()));
  page.on('pageerror', error => said.push(String(error)));
  return {context, page, host, asked, strange, said};
}

/** Turn a code's letter into another one, so that its check sign does not fit. */
const mistyped = code => code.replace(/.(?=.$)/, sign => (sign === '7' ? '8' : '7'));
const text = (page, selector) => page.locator(selector).textContent();

try {
  // 1.
  const faulty = cases.filter(one => Object.keys(one.faults).length);
  expect('the list has good and bad answers', faulty.length > 40 && cases.length - faulty.length > 60);
  for (const {answers, faults, files} of cases) {
    const found = faultsOf(answers, data);
    expect(`faults of ${JSON.stringify(answers)}`, Object.keys(found).sort(), Object.keys(faults).sort());
    if (!Object.keys(faults).length) {
      const mine = clubFiles(answers, HOST, 'keys', data).filter(([path]) => !path.endsWith('.age'));
      expect(`files of ${JSON.stringify(answers)}`, sorted(mine), sorted(Object.entries(files)));
    }
  }
  for (let number = 0; number < 200; number += 1) {
    const code = newCode();
    expect('a new code reads back, however it is typed', typedCode(code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')), code);
    let what = '';
    try {
      typedCode(mistyped(code));
    } catch (error) {
      what = error instanceof CodeFault ? error.what : String(error);
    }
    expect('a sign changed is noticed', what, 'codeCheck');
  }
  {
    const {page, context} = await visitor();
    await page.goto(`${SITE}admin/start/`);
    expect('the address of the page is proposed', await page.inputValue('#base-url'), SITE);
    for (const {answers, faults} of faulty.filter((_, number) => number % 6 === 0)) {
      await answered(page, Object.fromEntries(Object.entries(answers).map(([name, value]) => [name, value.replaceAll('\n', ' ')])));
      await page.click('#make');
      const shown = await page.locator('.fault:not([hidden])').allTextContents();
      const wanted = Object.values(answers).some(value => value.includes('\n')) ? [] : Object.values(faults);
      expect(`sentences for ${JSON.stringify(answers)}`, shown, wanted);
      expect('no keys were made', await text(page, '#code'), '');
      expect('the first fault has the focus', await page.evaluate(() => document.activeElement.getAttribute('aria-invalid')), wanted.length ? 'true' : null);
    }
    await context.close();
  }

  // 2. and 3.
  for (const width of [1100, 320]) {
    const {page, context, host, asked, strange, said} = await visitor(template, {viewport: {width, height: 900}, acceptDownloads: true});
    await page.goto(SITE);
    await page.click('text=Set up the club');
    await answered(page, ANSWERS);
    let asking = '';
    page.on('dialog', dialog => {
      asking = dialog.type();
      return dialog.accept();
    });
    const {code, id} = await keysMade(page);
    await page.close({runBeforeUnload: true});
    await context.waitForEvent('page', {timeout: 500}).catch(() => {});
    expect('leaving before the sheet is kept is asked about', asking, 'beforeunload');

    const second = await context.newPage();
    await second.goto(`${SITE}admin/start/`);
    await answered(second, ANSWERS);
    const keys = await keysMade(second);
    expect('keys are never the same', [keys.code === code, keys.id === id], [false, false]);
    await second.evaluate(() => { window.print = () => { window.printed = true; }; });
    await second.click('#print');
    expect('the sheet goes to the printer', await second.evaluate(() => window.printed));
    await secretSaved(second, await text(second, '#code'));
    expect('the secret is the code', host.secrets, {PINBACK_CODE: keys.code});
    const files = await filesCommitted(second);
    expect('every file was new', files.map(file => file.said), Array(4).fill('Committed'));
    expect('site.yaml comes last', files.map(file => file.path), [
      'issuers/riverside-rowing-club/issuer.yaml', 'site_src/index.md', 'issuers/riverside-rowing-club/keys.age', 'site_src/site.yaml',
    ]);
    const good = cases.find(one => one.answers.name === ANSWERS.name && one.answers.baseUrl === SITE && one.answers.email === ANSWERS.email);
    expect('the host holds what the program would write', sorted(files.filter(file => !file.path.endsWith('.age')).map(file => [file.path, host.repository.read(file.path).toString('utf8')])), sorted(Object.entries(good.files)));
    expect('each is ticked', await second.locator('#files .done').allTextContents(), Array(4).fill('✓ Opened'));
    expect('no address holds the code', host.asked.some(one => one.replaceAll('-', '').includes(keys.code.replaceAll('-', ''))), false);
    const committed = files.map(({path}) => [path, host.repository.read(path).toString('utf8')]);
    made.push({...keys, path: files[2].path, file: committed[2][1], files: committed, secret: host.secrets.PINBACK_CODE});
    expect('nothing else was asked', strange, []);
    expect('nothing was said to the console', said, []);
    expect('nothing but files of the site', asked.every(path => /^(?:index\.html|admin\/|assets\/)/.test(path)));
    if (width === 1100) {
      await printed(second, keys.code, files[2].path);
    }
    if (values.pictures) {
      await second.screenshot({path: join(values.pictures, `made-${width}.png`), fullPage: true});
    }
    await context.close();
  }

  // 4.
  const binary = name => ({name: 'keys.age', mimeType: 'application/octet-stream', buffer: Buffer.from(sheet[name], 'base64')});
  const trial = async (page, code, file, pasted = '') => {
    await page.setInputFiles('#keys-file', file ? [file] : []);
    await page.fill('#keys-text', pasted);
    await page.fill('#typed', code);
    await page.evaluate(() => { document.querySelector('#tried').replaceChildren(); });
    await page.click('#try');
    await page.waitForFunction(() => document.querySelector('#tried p'), undefined, {timeout: 60_000});
    return [(await page.getAttribute('#tried', 'class')).split(' ').at(-1), await text(page, '#tried')];
  };
  {
    const {page, context} = await visitor();
    await page.goto(`${SITE}admin/start/`);
    const opens = `The code opens this file. Its key is ${sheet.id}. Compare it with the line “Key” on the sheet.`;
    expect('a file of the program', await trial(page, sheet.code, binary('binary')), ['good', opens]);
    expect('the same as text, typed carelessly', await trial(page, ` ${sheet.code.toLowerCase().replaceAll('-', ' ')}`, null, `\n${sheet.text.replaceAll('\n', '\r\n')}\n`), ['good', opens]);
    expect('a recovery key', await trial(page, sheet.code, binary('recovery')), ['good', `The code opens this file. It holds the recovery key ${sheet.recoveryId}. Compare it with the line “Key” on the sheet.`]);
    expect('another code', await trial(page, sheet.other, binary('binary')), ['bad', data.words.wrongCode]);
    expect('a code with a mistake', await trial(page, mistyped(sheet.code), binary('binary')), ['bad', data.words.codeCheck]);
    expect('half a code', await trial(page, sheet.code.slice(0, 14), binary('binary')), ['bad', 'A code has 27 letters and digits, this one has 12.']);
    expect('a code with other signs', await trial(page, sheet.code.replace(/./, 'U'), binary('binary')), ['bad', data.words.codeSigns]);
    expect('another file', await trial(page, sheet.code, {...binary('binary'), buffer: Buffer.from('name: x\n')}), ['bad', data.words.noKeysFile]);
    expect('half a file', await trial(page, sheet.code, null, sheet.text.slice(0, 900)), ['bad', data.words.noKeysFile]);
    const heavy = Buffer.from(Buffer.from(sheet.binary, 'base64').toString('latin1').replace(/(-> scrypt \S+) \d+/, '$1 25'), 'latin1');
    expect('a file for faster machines', await trial(page, sheet.code, {...binary('binary'), buffer: heavy}), ['bad', data.words.tooMuchWork]);
    expect('no file', await trial(page, sheet.code, null), ['warn', data.words.noFile]);
    await context.close();
  }
  {
    const {page, context, strange} = await visitor(join(folder, 'club/site'));
    await page.goto(`${SITE}admin/start/`);
    expect('a club that is set up is not set up again', await page.locator('#questions, #make, #recovery-sheet').count(), 0);
    expect('it says so', (await text(page, '.opening')).includes('This club is set up.'));
    expect('its own key', await trial(page, sheet.code, binary('ownFile')), ['good', `The code opens this file. Its key is ${sheet.own}. This site names that key, and it may sign.`]);
    expect('a key of nobody', await trial(page, sheet.code, binary('binary')), ['warn', `The code opens this file. Its key is ${sheet.id}. This site does not name that key.`]);
    expect('nothing was asked', strange, []);
    await context.close();
  }

  // 5.
  {
    const {page, context} = await visitor(template, {acceptDownloads: true}, 'https://badges.club.example/');
    await page.goto('https://badges.club.example/admin/start/');
    await answered(page, ANSWERS);
    await keysMade(page);
    expect('no host is guessed', await page.locator('#files a, #secret-link:not([hidden])').count(), 0);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#files li').nth(3).getByText('Save as a file').click()]);
    expect('a file to save', [download.suggestedFilename(), readFileSync(await download.path(), 'utf8').includes('base_url: https://badges.club.example/\n')], ['site.yaml', true]);
    await page.locator('#files li').nth(0).getByText('Copy', {exact: true}).click();
    await page.waitForFunction(() => document.querySelector('#files li .done').textContent);
    expect('it says that it was copied', await text(page, '#files li:first-child .done'), '✓ Copied');
    await context.close();
  }
  {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(template, 'admin/start/index.html')).href);
    expect('from a disk no address is proposed', await page.inputValue('#base-url'), '');
    await answered(page, {...ANSWERS, baseUrl: SITE});
    const keys = await keysMade(page);
    const address = new URL(await page.locator('#files a').nth(2).getAttribute('href'));
    made.push({...keys, path: address.searchParams.get('filename'), file: address.searchParams.get('value')});
    await context.close();
  }

  // 6.
  for (const [site, before] of [[template, ['', 'ar/']], [join(folder, 'club/site'), ['']]]) {
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [320, 1100]) {
        const {page, context, strange, said} = await visitor(site, {colorScheme, viewport: {width, height: 900}, bypassCSP: true});
        for (const language of before) {
          for (const path of ['', 'admin/', 'admin/start/']) {
            await page.goto(SITE + language + path);
            if (path === 'admin/start/' && site === template) {
              await answered(page, {...ANSWERS, email: 'none'});
              await page.click('#make');
              await page.fill('#email', ANSWERS.email);
              await keysMade(page);
              await page.click('#try');
            }
            const what = `${language}${path} ${colorScheme} ${width}`;
            if (values.pictures) {
              await page.screenshot({path: join(values.pictures, `${what.replaceAll(/\W+/g, '-')}${site === template ? '' : '-club'}.png`), fullPage: true});
            }
            await page.evaluate(axe);
            const {violations} = await page.evaluate(() => globalThis.axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            }));
            expect(`axe: ${what}`, violations.map(one => `${one.id}: ${one.nodes[0].html}`), []);
            expect(`sideways: ${what}`, await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false);
          }
        }
        expect('nothing was asked', strange, []);
        expect('nothing was said', said, []);
        await context.close();
      }
    }
  }
  writeFileSync(join(folder, 'made.json'), JSON.stringify(made));
} finally {
  await browser.close();
  rmSync(place, {recursive: true});
}
count.tell();

/** Look at the sheet on paper. */
async function printed(page, code, file) {
  for (const format of ['A4', 'Letter']) {
    const pdf = await page.pdf({format, preferCSSPageSize: false});
    expect(`one page of ${format}`, pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1);
  }
  await page.emulateMedia({media: 'print'});
  const seen = await page.evaluate(() => [...document.querySelectorAll('body *')]
    .filter(one => one.checkVisibility() && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(one => !one.closest('#recovery-sheet')).map(one => one.outerHTML.slice(0, 80)));
  expect('nothing but the sheet is on the paper', seen, []);
  const words = (await page.locator('#recovery-sheet').innerText()).replaceAll(/\s+/g, ' ');
  for (const wanted of ['RECOVERY SHEET', ANSWERS.name, code, file, SITE, 'did:web:club.github.io:badges', 'Never photograph it', 'If this sheet is lost', 'If it may be stolen']) {
    expect(`the sheet says ${wanted}`, words.includes(wanted));
  }
  const picture = await page.locator('#sheet-qr').screenshot();
  const reader = await browser.newPage();
  await reader.addScriptTag({content: jsqr});
  const read = await reader.evaluate(async address => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: image.width * 3, height: image.height * 3});
    const drawing = canvas.getContext('2d');
    drawing.imageSmoothingEnabled = false;
    drawing.fillStyle = '#fff';
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
    const {data: pixels, width, height} = drawing.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(pixels, width, height)?.data ?? '';
  }, `data:image/png;base64,${picture.toString('base64')}`);
  await reader.close();
  expect('the QR code is the code', read, code);
  if (values.pictures) {
    await page.screenshot({path: join(values.pictures, 'sheet.png'), fullPage: true});
  }
  await page.emulateMedia({media: 'screen'});
}
