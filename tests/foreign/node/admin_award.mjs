/**
 * The pages where stewards award and change badges, in a real browser, of the club that `tests/foreign/admin_club.py` makes.
 *
 *   node admin_award.mjs --club DIR --python PYTHON
 *
 * A git repository on this machine stands in for the host: its pages show what the steward is led to, and a press of their button commits.
 * After each part the workflow's own steps run (check, seal, build), and the built site is asked.
 *
 * 1. A list of twenty-four, pasted: faults by row, then the records, the private list, messages, cards; every named link shows its name.
 *    The commands `import` and `certificate` read the same list.
 * 2. The same people again: nothing is made; a new one among them: they keep their handles. What never reached the host is made again.
 * 3. One award, withdrawn, suspended, restored, corrected, renewed and forgotten, in a list and alone in its file.
 * 4. From a disk; a file that is too long for an address; ten thousand rows.
 * 5. axe-core finds nothing, light and dark, narrow and wide; nothing is asked of another host, and nothing of a name is kept.
 */
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {Repository, hosted} from './host.mjs';
import {Count, launched, opened as openedPage, qrText, served} from './serving.mjs';

const {values} = parseArgs({options: {club: {type: 'string'}, python: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const folder = resolve(values.club);
const [club, site] = [join(folder, 'club'), join(folder, 'site')];
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
const need = createRequire(import.meta.url);
const axe = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const maker = join(dirname(fileURLToPath(import.meta.url)), '..', 'admin_club.py');

const count = new Count();
const expect = (...found) => count.expect(...found);
const {local, close} = await served(site);
const disk = `${pathToFileURL(site).href}/`;
const browser = await launched(values.executable);
const repository = new Repository(join(club, '.git'));
const inClub = path => repository.read(path).toString('utf8');
const committed = [];

/** Open a page whose clicks are counted; the host is the stand-in. */
async function opened(address, options = {}) {
  const page = await openedPage(browser, 'about:blank', [local, disk, 'about:'], {acceptDownloads: true, ...options});
  await hosted(page.context(), repository.origin, cases.source);
  page.saved = new Map();
  page.on('download', async download => page.saved.set(download.suggestedFilename(), readFileSync(await download.path())));
  page.clicks = 0;
  page.press = async selector => {
    page.clicks += 1;
    await page.click(selector);
  };
  await page.goto(address);
  return page;
}

/** Wait for what the page does shortly after typing. */
const settled = page => page.evaluate(() => new Promise(done => setTimeout(done, 400)));
const until = async (what, seconds = 20) => {
  for (let left = seconds * 20; left && !what(); left -= 1) {
    await new Promise(done => setTimeout(done, 50));
  }
};
const text = (page, selector) => page.textContent(selector);
const cells = (page, selector) => page.$$eval(`${selector} tbody tr`, rows => rows.map(row => [...row.cells].map(cell => cell.textContent)));

/** Follow a link to the host's page, and press its button there; `change` edits the text. */
async function atHost(page, selector, change = was => was) {
  const [host] = await Promise.all([page.context().waitForEvent('page'), page.press(selector)]);
  await host.waitForSelector('#text');
  const before = await host.inputValue('#text');
  committed.push(await host.inputValue('#path'));
  await host.fill('#text', change(before));
  page.clicks += 1;
  await host.click('text=Commit changes');
  await host.waitForFunction(() => document.querySelector('output').textContent);
  expect('the host takes it', await host.textContent('output'), 'Committed');
  await host.close();
  return before;
}

/** Do what the workflow does after a commit, with the private list that the page saved. */
function seal(list) {
  writeFileSync(join(folder, 'who-is-who.csv'), list);
  return JSON.parse(execFileSync(values.python, [maker, 'seal', folder], {encoding: 'utf8', timeout: 300_000}));
}

const rowsOf = list => list.toString('utf8').replace(/^\ufeff/, '').trimEnd().split(/\r?\n/);
const linksOf = list => [...list.toString('utf8').matchAll(/https:\/\/\S+?#n=[^&]+&k=[\w-]{22}/g)].map(([link]) => link);

/** The page of an award of the built site shows the name in its link. */
async function nameAt(link) {
  const page = await openedPage(browser, local + link.slice(cases.base.length), [local]);
  await page.waitForSelector('#holder-name strong', {timeout: 5_000}).catch(() => {});
  const found = await page.textContent('#holder-name');
  await page.context().close();
  return found.trim();
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {
    preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  expect(`axe: ${where}`, violations.map(one => `${one.id}: ${one.nodes[0].html}`), []);
  expect(`sideways: ${where}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
}

let list = Buffer.from('');

try {
  // 1.
  {
    const page = await opened(`${local}admin/award/`, {permissions: ['clipboard-read', 'clipboard-write']});
    await page.fill('#names', cases.roster.replace('17.5.2026', '31.2.2026').replace(`${cases.names[2]}\t`, '\t'));
    await settled(page);
    const faults = await cells(page, '#faults');
    expect('no badge is chosen', faults[0].slice(0, 2), ['', '']);
    await page.selectOption('#badge', 'knots');
    await settled(page);
    expect('faults by row and column', (await cells(page, '#faults')).map(([row, column]) => [row, column]), [['2', 'Datum'], ['4', 'Name']]);
    expect('nothing can be made', [await page.isVisible('#make'), await text(page, '#review-said')], [false, 'Nothing can be made yet. Faults: 2']);
    await page.fill('#names', cases.roster.replaceAll('17.5.2026', '3/4/2026'));
    await settled(page);
    expect('a question', [await page.locator('#questions legend').count(), await page.isVisible('#make')], [1, false]);
    await page.check('#questions input[value=month-first]');
    await settled(page);
    expect('an answer', [(await cells(page, '#awards'))[0][2], await page.isVisible('#make')], ['2026-03-04', true]);
    await page.selectOption('#badge', 'umpire');
    await settled(page);
    expect('an issuer without keys', [await page.isVisible('#make'), /no keys/.test(await text(page, '#review-said'))], [false, true]);
    await page.context().close();
  }
  {
    const page = await opened(`${local}admin/award/`, {permissions: ['clipboard-read', 'clipboard-write']});
    page.clicks += 1; // into the select
    await page.selectOption('#badge', 'knots');
    await page.press('#names');
    await page.evaluate(pasted => navigator.clipboard.writeText(pasted), cases.roster);
    await page.keyboard.press('Control+V');
    await page.waitForSelector('#make:not([hidden])');
    expect('what will be made', (await cells(page, '#awards')).map(([name, badge, day, state]) => [name, badge, day, state]),
      cases.names.map(name => [name, 'Knots', '2026-05-17', 'new']));
    expect('without the older list there is a warning', await page.isVisible('#list-missing'));
    await page.setInputFiles('#list', {name: 'who-is-who.csv', mimeType: 'text/csv', buffer: Buffer.from('name,badge,issued_on,handle,link\r\n')});
    await page.waitForSelector('#list-missing', {state: 'hidden'});
    await page.press('#make');
    await page.waitForSelector('#outcome:not([hidden])');
    await until(() => page.saved.has('who-is-who.csv'));
    list = page.saved.get('who-is-who.csv');
    const links = linksOf(list);
    expect('the list is saved first', [rowsOf(list)[0], rowsOf(list).length, links.length], ['name,badge,issued_on,handle,link,contact', 25, 24]);
    const asks = page.waitForEvent('dialog');
    const leaving = page.close({runBeforeUnload: true});
    expect('leaving asks first', await asks.then(async dialog => { await dialog.dismiss(); return dialog.type(); }), 'beforeunload');
    await leaving;
    const record = await atHost(page, '#step-records a.button');
    expect('the record', [record.match(/ {2}- id: /g).length, record.includes('issued_on: 2026-05-17\nawards:'), /@|Ångström|Bo/.test(record)], [24, true, false]);
    expect('it is marked', (await text(page, '#step-records .mark')).includes('done'));
    await page.press('#step-letters .button >> nth=0');
    console.log(`clicks for ${links.length} awards: ${page.clicks}, the host's button among them; one more chooses the older list`);
    await page.click('text=Table for mail merge');
    await until(() => page.saved.has('messages.txt') && page.saved.has('messages.csv'));
    const messages = page.saved.get('messages.txt').toString('utf8');
    expect('messages', [links.every(link => messages.includes(link)), messages.includes('Your badge: Knots'), messages.match(/^Hello /gm).length], [true, true, 24]);
    expect('mail merge', [rowsOf(page.saved.get('messages.csv'))[0], links.every(link => page.saved.get('messages.csv').includes(link))],
      ['name,contact,badge,issued_on,link,language,subject,message', true]);
    await page.click('#step-letters summary');
    const mail = await page.getAttribute('#step-letters li a', 'href');
    expect('a letter', [mail.startsWith('mailto:somebody0@example.org?subject='), decodeURIComponent(mail).includes(links[0])], [true, true]);
    await page.click('#step-letters li .small');
    expect('a message, copied', (await page.evaluate(() => navigator.clipboard.readText())).includes(links[0]));
    await page.evaluate(() => { window.print = () => {}; });
    await page.click('text=Print cards');
    const pdf = await page.pdf({format: 'A4'});
    expect('eight cards a sheet', pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length, 3);
    await page.emulateMedia({media: 'print'});
    await page.setViewportSize({width: 688, height: 1017});
    const codes = page.locator('.print-card .qr');
    for (const number of [0, 7, 23]) {
      expect(`card ${number}`, await qrText(browser, await codes.nth(number).screenshot({scale: 'device'})), links[number]);
    }
    const kept = await page.evaluate(() => [document.cookie, JSON.stringify({...localStorage}), sessionStorage.length]);
    expect('nothing is kept, nothing is asked', [kept, page.said], [['', '{}', 0], []]);
    await page.context().close();
    const found = seal(list);
    expect('sealed; the list fits', [found.sealed, found.rows, found.fitting, found.told], [24, 24, 24, []]);
    const again = JSON.parse(execFileSync(values.python, [maker, 'again', folder], {encoding: 'utf8', timeout: 300_000}));
    expect('the command finds nothing to do, and prints a certificate for each', [again.changed, again.list, again.certificates], [[], true, 24]);
    for (const number of [0, 6, 11, 23]) {
      expect('the named link shows the name', await nameAt(links[number]), cases.names[number]);
    }
  }

  // 2.
  {
    const page = await opened(`${local}admin/award/`);
    await page.selectOption('#badge', 'knots');
    await page.setInputFiles('#list', {name: 'who-is-who.csv', mimeType: 'text/csv', buffer: list});
    await page.fill('#names', cases.roster);
    await settled(page);
    expect('again: nothing', [await page.isVisible('#make'), (await cells(page, '#awards')).every(row => row[3] === 'has it already')], [false, true]);
    await page.click('#make-again');
    await page.waitForSelector('#outcome:not([hidden])');
    const again = await text(page, '#step-records pre');
    const before = inClub(committed[0]);
    const part = (record, name) => [...record.matchAll(new RegExp(`${name}: (\\S+)`, 'g'))].map(([, found]) => found);
    expect('made again: the same records', ['id', 'handle', 'named', 'link'].map(name => part(again, name)), ['id', 'handle', 'named', 'link'].map(name => part(before, name)));
    await page.click('#next');
    await page.selectOption('#badge', 'night-sail');
    await page.fill('#names', `Name\tLanguage\n${cases.names[3]}\tde\nNeu Hier\tde\n`);
    await page.fill('#day', '2026-05-20');
    await settled(page);
    expect('known and new', (await cells(page, '#awards')).map(row => row[3]), ['known', 'new']);
    page.saved.clear();
    await page.click('#make');
    await page.waitForSelector('#outcome:not([hidden])');
    await until(() => page.saved.has('who-is-who.csv'));
    list = page.saved.get('who-is-who.csv');
    await atHost(page, '#step-records a.button');
    await page.click('text=Messages (text)');
    await until(() => page.saved.has('messages.txt'));
    expect('in the language of the award', page.saved.get('messages.txt').toString('utf8').includes('Nachtfahrt'));
    expect('no dialog is left behind', page.said, []);
    await page.context().close();
    const found = seal(list);
    const handle = rowsOf(list)[4].split(',')[3];
    expect('the known person keeps the handle', [found.sealed, found.rows, found.awards.filter(award => award.handle === handle).map(award => award.badge).sort()], [2, 26, ['knots', 'night-sail']]);
    expect('language', found.awards.filter(award => award.language === 'de').length, 2);
  }

  // 3.
  {
    const page = await opened(`${local}admin/change/`);
    const say = async (award, task) => {
      await page.fill('#award', award);
      await settled(page);
      await page.selectOption('#task', '');
      await page.selectOption('#task', task);
    };
    const lines = () => page.$$eval('#todo textarea', areas => areas.map(area => area.value));
    const edit = async () => {
      const [mark, replaced] = await lines();
      await atHost(page, '#todo a.button', was => was.replace(mark, replaced));
    };
    const ofId = (found, id) => found.awards.find(award => award.id === id);

    await say(cases.list.link, 'suspend');
    expect('found on its page', await text(page, '#award-said'), 'Night sail, 2026-05-18 – in force');
    await page.fill('#on', '2026-05-30');
    await edit();
    await say(cases.single.id, 'suspend');
    await page.fill('#on', '2026-05-30');
    await edit();
    let found = seal(list);
    expect('suspended', [cases.list.id, cases.single.id].map(id => ofId(found, id).suspended), ['2026-05-30', '2026-05-30']);

    await say(cases.single.id, 'restore');
    await atHost(page, '#todo a.button', was => was.replace(/^suspended: .*\n/m, ''));
    await say(cases.list.id, 'revoke');
    expect('the suspension goes first', (await text(page, '#todo')).includes('suspended'));
    await page.fill('#on', '2026-06-02');
    await page.selectOption('#reason', 'no-longer-met');
    const [mark, replaced] = await lines();
    await atHost(page, '#todo a.button', was => was.replace(/^ *suspended: .*\n/m, '').replace(mark, replaced));
    found = seal(list);
    expect('restored and withdrawn', [ofId(found, cases.single.id).suspended, ofId(found, cases.list.id).revoked], ['', 'no-longer-met']);
    await say(cases.list.id, 'suspend');
    expect('withdrawn is final', [await page.isVisible('#fault'), await page.isVisible('#outcome')], [true, false]);

    for (const [task, field] of [['renew', 'renews'], ['correct', 'supersedes']]) {
      const old = task === 'renew' ? cases.single : {id: found.awards.find(award => award.renews).id};
      page.saved.clear();
      await say(old.id, task);
      await page.fill('#record', inClub(found.awards.find(award => award.id === old.id).file));
      const oldList = task === 'renew' ? Buffer.from(cases.old_list) : list;
      await page.setInputFiles('#list', {name: 'who-is-who.csv', mimeType: 'text/csv', buffer: oldList});
      await page.waitForFunction(() => document.getElementById('list-said').textContent);
      expect(`${task}: the name comes from the list`, await page.inputValue('#holder'), 'Max Muster');
      if (task === 'renew') {
        await page.fill('#on', '2026-06-01');
      }
      if (task === 'correct') {
        const whole = await page.inputValue('#record');
        await page.fill('#record', whole.replace(/^issued_on: .*\n/m, ''));
        await page.click('#make');
        expect('a part of a file is told', await text(page, '#fault'), 'The record as it is: the day is missing');
        await page.fill('#record', whole);
        await page.fill('#holder', '\u202aMax Muster\u202c');
        await page.click('#make');
        expect('no name with a sign that no page shows', [(await text(page, '#fault')).includes('(U+202A)'), await page.isVisible('#outcome')], [true, false]);
        await page.fill('#holder', ' Max\t Muster');
      }
      await page.click('#make');
      await page.waitForSelector('#outcome:not([hidden])');
      await until(() => page.saved.has('who-is-who.csv'));
      list = page.saved.get('who-is-who.csv');
      await atHost(page, '#todo a.button');
      found = seal(list);
      const next = found.awards.find(award => award[field] === old.id);
      expect(`${task}: the new award`, [next?.handle, next?.issued_on, next?.valid_until], ['otter-7', '2026-06-01', '2027-06-01']);
      expect(`${task}: its link shows the name`, await nameAt(linksOf(list).at(-1)), 'Max Muster');
      expect(`${task}: the list has no cell too many`, rowsOf(list)[0], 'name;badge;issued_on;handle;link;contact');
    }
    expect('the corrected award is withdrawn', (await (await fetch(`${local}awards/${found.awards.find(award => award.supersedes).supersedes}/`)).text()).includes('"state": "withdrawn"'));

    page.saved.clear();
    await say(cases.list.id, 'erase');
    await page.setInputFiles('#forget', {name: 'who-is-who.csv', mimeType: 'text/csv', buffer: list});
    await until(() => page.saved.has('who-is-who.csv'));
    list = page.saved.get('who-is-who.csv');
    const [, erased] = await lines();
    await atHost(page, '#todo a.button', was => was.replace(/id: bcdef.*?(?=\n {2}- )/s, erased));
    await say(cases.single.id, 'erase');
    const [whole] = await lines();
    await atHost(page, '#todo a.button', () => `${whole}\n`);
    found = seal(list);
    expect('forgotten', [found.erased.sort(), linksOf(list).some(link => link.includes(cases.list.id))], [[cases.single.id, cases.list.id].sort(), false]);
    await say('qqqqqqqqqqqqqqqq', 'revoke');
    expect('an award that is not there', [(await text(page, '#award-said')).startsWith('This site has no such award'), await page.isVisible('#by-hand')], [true, true]);
    expect('asked nobody else', page.said.filter(line => !/404/.test(line)), []);
    await page.context().close();
  }

  // 4.
  for (const name of ['award', 'change']) {
    const page = await opened(`${disk}admin/${name}/index.html`);
    if (name === 'award') {
      await page.selectOption('#badge', 'knots');
      await page.setInputFiles('#list', [Buffer.from(cases.old_list), list].map((buffer, number) => ({name: `list-${number}.csv`, mimeType: 'text/csv', buffer})));
      await page.fill('#names', Array.from({length: 60}, (_, number) => `Somebody Number${number}`).join('\n'));
      await settled(page);
      await page.click('#make');
      await page.waitForSelector('#outcome:not([hidden])');
      expect('too long for an address: a file, and the page that takes it', await page.getAttribute('#step-records a.quiet-button', 'href'), `${cases.source}/upload/main/badges/knots/awards`);
      await until(() => page.saved.has('who-is-who.csv'));
      const whole = page.saved.get('who-is-who.csv');
      expect('two lists become one', [linksOf(whole).length, linksOf(whole).slice(0, 2)], [2 + linksOf(list).length + 60, linksOf(Buffer.from(cases.old_list))]);
      await page.click('#step-records .button >> nth=0');
      await until(() => [...page.saved.keys()].some(file => file.endsWith('.yaml')));
      expect('the file', [...page.saved.values()].map(String).find(file => file.includes('awards:')).match(/- id: /g).length, 60);
    } else {
      const record = found => readFileSync(join(club, found), 'utf8');
      const path = committed[0];
      const line = record(path).split('\n').find(one => one.includes('id: '));
      const id = line.split(': ')[1];
      await page.fill('#award', id);
      await settled(page);
      await page.fill('#file', path);
      await page.fill('#line', line);
      await page.selectOption('#task', 'revoke');
      await page.fill('#on', '2026-06-02');
      await page.selectOption('#reason', 'mistake');
      const [mark, replaced] = await page.$$eval('#todo textarea', areas => areas.map(area => area.value));
      await atHost(page, '#todo a.button', was => was.replace(mark, replaced));
      expect('from a disk: withdrawn', seal(list).awards.find(award => award.id === id).revoked, 'mistake');
    }
    expect(`from a disk: ${name}`, page.said, []);
    await page.context().close();
  }
  {
    const page = await opened(`${local}admin/award/`);
    await page.selectOption('#badge', 'knots');
    const sheet = `Name;E-Mail\r\n${Array.from({length: 10_000}, (_, number) => `Somebody Number${number};n${number}@example.org`).join('\r\n')}`;
    const began = performance.now();
    await page.setInputFiles('#roster', {name: 'many.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet)});
    await page.waitForSelector('#make:not([hidden])');
    const read = performance.now();
    await page.click('#make');
    await page.waitForSelector('#outcome:not([hidden])', {timeout: 120_000});
    console.log(`10,000 rows: read in ${((read - began) / 1000).toFixed(1)} s, made in ${((performance.now() - read) / 1000).toFixed(1)} s`);
    const part = () => [...page.saved.keys()].find(name => /^who-is-who-\d{4}-\d\d-\d\d\.csv$/.test(name));
    await until(part);
    expect('ten thousand; rows alone have a name of their own', [rowsOf(page.saved.get(part())).length, await page.locator('#step-records .handing').count()], [10_001, 20]);
    await page.context().close();
  }

  // 5.
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1100]) {
      for (const language of colorScheme === 'dark' && width === 320 ? ['', 'de/'] : ['']) {
        const where = `${language}${colorScheme} ${width}`;
        const page = await opened(`${local}${language}admin/award/`, {colorScheme, viewport: {width, height: 900}, bypassCSP: true});
        await accessible(page, `award ${where}`);
        await page.selectOption('#badge', 'knots');
        await page.fill('#names', cases.roster.replaceAll('17.5.2026', '3/4/2026').replace(`${cases.names[2]}\t`, '\t'));
        await settled(page);
        await page.click('#columns-fold summary');
        await accessible(page, `award, faults ${where}`);
        await page.fill('#names', cases.roster);
        await settled(page);
        await accessible(page, `award, review ${where}`);
        await page.click('#make');
        await page.waitForSelector('#outcome:not([hidden])');
        await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
        await accessible(page, `award, made ${where}`);
        await page.goto('about:blank').catch(() => {});
        await page.context().close();
        const change = await opened(`${local}${language}admin/change/`, {colorScheme, viewport: {width, height: 900}, bypassCSP: true});
        await change.fill('#award', committed[0] && linksOf(list)[2]);
        await settled(change);
        for (const task of ['revoke', 'correct', 'erase']) {
          await change.selectOption('#task', task);
          await accessible(change, `change, ${task} ${where}`);
        }
        await change.context().close();
      }
    }
  }
} catch (error) {
  count.failures.push(String(error.stack));
} finally {
  await browser.close();
  close();
  rmSync(join(folder, 'who-is-who.csv'), {force: true});
}

count.tell();
