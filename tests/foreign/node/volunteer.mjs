/**
 * The whole way of a club that has a browser and nothing else, in a real browser (Debian's Chromium), from the template to the
 * employer who opens a link.
 *
 *   node volunteer.mjs --folder DIR --python PYTHON
 *
 * A git repository on this machine stands in for the host (`host.mjs`); after each commit its workflow runs as the host runs it
 * (`tests/foreign/volunteer.py`), and the site that it deploys is shown at its address.
 *
 * 1. The first run publishes the page that sets the club up: five questions, keys, secret, four files; the register begins.
 * 2. A badge is made out of a few words.
 * 3. A roster of ten, five of them minors with surnames, addresses and birth dates, is pasted; the list stays on this computer.
 * 4. The seal job signs; each named link shows its name; nothing of a minor is in the site or in the history.
 * 5. A second roster with the list of the first: who is known keeps the handle, who has it already gets nothing.
 *
 * Nothing but the site and the host is asked. The clicks of each part are counted and printed.
 */
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {parseArgs} from 'node:util';
import {hosted, published} from './host.mjs';
import {Count, launched} from './serving.mjs';

const {values} = parseArgs({options: {folder: {type: 'string'}, python: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const SITE = 'https://club.github.io/badges/';
const JOBS = ['outside', 'ready', 'seal', 'guard', 'build', 'deploy', 'record', 'doctor'];
const ROSTER = [
  ['First name', 'Surname', 'E-mail of a parent', 'Born', 'Awarded'],
  ['Zoë', 'Ångström', 'parent1@example.org', '3.2.2014', '16.5.2026'],
  ['Łucja', 'Żakowska', 'parent2@example.org', '14.11.2013', '16.5.2026'],
  ['Ahmed', 'Özdemir', 'parent3@example.org', '29.2.2012', '16.5.2026'],
  ['Siân', 'Ní Bhriain', 'parent4@example.org', '1.7.2015', '16.5.2026'],
  ['Bo', 'Müller-Lüdenscheidt', 'parent5@example.org', '30.12.2010', '16.5.2026'],
  ['Ana', 'García', 'ana@example.org', '5.5.1980', '16.5.2026'],
  ['Jean-Luc', 'd’Arc', 'jl@example.org', '13.7.1975', '16.5.2026'],
  ['Maki', 'Sato', 'maki@example.org', '', '16.5.2026'],
  ['Grace', 'O’Neil', '', '9.12.1999', '16.5.2026'],
  ['Ola', 'Nordmann', 'ola@example.org', '17.5.1990', '16.5.2026'],
];
const PRIVATE = [
  ...ROSTER.slice(1).map(([, surname]) => surname), ...ROSTER.slice(1).map(([, , mail]) => mail).filter(Boolean),
  ...['3.2.2014', '2014-02-03', '2013-11-14', '2012-02-29', '2015-07-01', '2010-12-30'],
];

const count = new Count();
const expect = (...found) => count.expect(...found);
const place = resolve(values.folder);
const worker = spawn(values.python, [resolve(import.meta.dirname, '../volunteer.py'), place], {stdio: ['pipe', 'pipe', 'inherit']});
const lines = createInterface({input: worker.stdout})[Symbol.asyncIterator]();

/** Let the host do something; see volunteer.py. */
async function host(line) {
  worker.stdin.write(`${line}\n`);
  const {value, done} = await lines.next();
  if (done) {
    throw new Error(`the host stopped at: ${line.split(' ')[0]}`);
  }
  return JSON.parse(value);
}

const {origin, site, ...first} = await host('begin');
const browser = await launched(values.executable);
const context = await browser.newContext({viewport: {width: 1100, height: 900}, acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write']});
const strange = [];
await context.route(/^https?:/, route => {
  strange.push(route.request().url());
  return route.abort();
});
const github = await hosted(context, origin);
const asked = await published(context, SITE, site);
const page = await context.newPage();
const said = [];
page.on('console', message => said.push(message.text()));
page.on('pageerror', error => said.push(String(error)));
page.on('dialog', dialog => dialog.accept());

let clicks = 0;
const press = (target, of = page) => {
  clicks += 1;
  return of.click(target);
};

/** Press what opens a page of the host, and press the button there; returns path and text. */
async function committed(target) {
  const [opened] = await Promise.all([context.waitForEvent('page'), press(target)]);
  await opened.waitForSelector('#path');
  const file = {path: await opened.inputValue('#path'), text: await opened.inputValue('#text')};
  await press('text=Commit changes', opened);
  await opened.waitForFunction(() => document.querySelector('output').textContent);
  expect(`the host takes ${file.path}`, await opened.textContent('output'), 'Committed');
  await opened.close();
  return file;
}

/** Let the workflow run after a commit; a reviewer presses three times for what is to be signed. */
async function run(what, seals) {
  clicks += seals ? 3 : 0;
  const done = await host(`publish ${github.secrets.PINBACK_CODE ?? ''}`);
  const wanted = Object.fromEntries(JOBS.map(name => [name, name === 'seal' && !seals ? 'skipped' : 'success']));
  expect(`the run after ${what}${done.log ? `: ${done.log}` : ''}`, JOBS.map(name => done.jobs[name]), JOBS.map(name => wanted[name]));
  return done;
}

/** Say how many clicks a part took, the host's buttons and the reviewer's among them. */
function told(part) {
  console.log(`clicks, ${part}: ${clicks}`);
  clicks = 0;
}

async function saved(action) {
  const [download] = await Promise.all([page.waitForEvent('download'), action()]);
  return [download.suggestedFilename(), readFileSync(await download.path())];
}

const rows = roster => roster.map(cells => cells.join('\t')).join('\n');
const linksIn = list => list.toString('utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/).slice(1)
  .map(row => /https:\/\/\S+?#n=[^&]+&k=[\w-]{22}/.exec(row)[0]);

/** Paste a roster on the page that awards, and return what it will do: the state of each row. */
async function pasted(roster, list) {
  await page.goto(`${SITE}admin/award/`);
  clicks += 1; // into the choice
  await page.selectOption('#badge', 'camp-ten');
  if (list) {
    clicks += 1;
    await page.setInputFiles('#list', {name: 'who-is-who.csv', mimeType: 'text/csv', buffer: list});
  }
  await press('#names');
  await page.evaluate(text => navigator.clipboard.writeText(text), rows(roster));
  await page.keyboard.press('Control+V');
  await page.waitForFunction(most => document.querySelectorAll('#awards tbody tr').length === most, roster.length - 1);
  return page.$$eval('#awards tbody tr', found => found.map(row => [row.cells[0].textContent, row.cells[3].textContent]));
}

try {
  // 1.
  expect('the first run', [first.jobs.build, first.jobs.deploy, first.jobs.seal], ['success', 'success', 'skipped']);
  await page.goto(SITE);
  await press('text=Set up the club');
  for (const [field, answer] of Object.entries({'#name': 'Valley Scouts', '#email': 'badges@valley.example.org', '#colour': '#1f6b4a'})) {
    clicks += 1;
    await page.fill(field, answer);
  }
  await press('#make');
  await page.waitForFunction(() => document.querySelector('#code').textContent, undefined, {timeout: 60_000});
  const code = await page.textContent('#code');
  await page.evaluate(() => { window.print = () => {}; });
  await press('#print');
  const [settings] = await Promise.all([context.waitForEvent('page'), press('#secret-link')]);
  clicks += 1;
  await settings.fill('#secret', code);
  await press('text=Save secret', settings);
  await settings.waitForFunction(() => document.querySelector('output').textContent);
  await settings.close();
  for (let number = 0; number < 4; number += 1) {
    await committed(`#files a >> nth=${number}`);
  }
  const begun = await run('the files of the club', true);
  expect('the reviewer reads what waits', begun.summary.includes('Valley Scouts'));
  await page.goto(SITE);
  expect('the site is the club’s', await page.textContent('h1'), 'Badges of Valley Scouts');
  told('setting up');

  // 2.
  await page.goto(`${SITE}admin/`);
  await press('text=Make a badge');
  await press('#starters button >> nth=0');
  for (const [field, answer] of Object.entries({
    '#name': 'Camp ten', '#description': 'Ten nights under canvas.', '#steps': 'Pitch a tent.\nSleep in it ten times.', '#checking': 'A leader of the camp.',
  })) {
    clicks += 1;
    await page.fill(field, answer);
  }
  const badge = await committed('#open-host');
  expect('the badge', [badge.path, /^design: \{/m.test(badge.text)], ['badges/camp-ten/badge.md', true]);
  await run('the badge', true);
  told('a badge');

  // 3.
  const states = await pasted(ROSTER);
  expect('what will be made', states, ROSTER.slice(1).map(([name, surname]) => [`${name} ${surname}`, 'new']));
  const [name, list] = await saved(() => press('#make'));
  const links = linksIn(list);
  expect('the private list', [name, links.length], ['who-is-who.csv', 10]);
  const record = await committed('#step-records a.button');
  expect('five are minors', record.text.match(/minor: true/g)?.length, 5);
  expect('no name, no address, no birth date is handed over', PRIVATE.filter(word => record.text.includes(word)), []);

  // 4.
  const sealed = await run('the roster', true);
  expect('the reviewer reads how many', /10 awards/.test(sealed.summary));
  const [, letters] = await saved(() => press('#step-letters .button >> nth=0'));
  expect('a letter each, with the link', links.every(link => letters.toString('utf8').includes(link)));
  told('ten awards');
  for (const number of [0, 4, 9]) {
    await page.goto('about:blank');
    await page.goto(links[number]);
    await page.waitForSelector('#holder-name strong', {timeout: 10_000});
    const [given, surname] = ROSTER[number + 1];
    expect('the named link shows the name', (await page.textContent('#holder-name strong')).trim(), `${given} ${surname}`);
  }
  await page.goto('about:blank');
  await page.goto(links[0].split('#')[0]);
  expect('without it nobody learns the name', (await page.textContent('body')).includes('Ångström'), false);
  expect('nothing of anybody is in site or history', await host(`search ${JSON.stringify(PRIVATE)}`), []);
  expect('the search finds what is there', await host(`search ${JSON.stringify(['Camp ten', 'riverside'])}`), ['Camp ten']);

  // 5.
  const again = [ROSTER[0], ROSTER[1], ['Nia', 'Newcomer', 'parent9@example.org', '4.4.2014', '23.5.2026'], [...ROSTER[2].slice(0, 4), '23.5.2026']];
  expect('who has it, who is new, who is known', (await pasted(again, list)).map(([, state]) => state), ['has it already', 'new', 'known']);
  const [, grown] = await saved(() => press('#make'));
  expect('the list grows', linksIn(grown).length, 12);
  await committed('#step-records a.button');
  await run('the second roster', true);
  await page.goto(linksIn(grown)[11]);
  await page.waitForSelector('#holder-name strong', {timeout: 10_000});
  expect('the new link of somebody known', (await page.textContent('#holder-name strong')).trim(), 'Łucja Żakowska');
  told('two more');
  expect('nothing of anybody is in site or history', await host(`search ${JSON.stringify([...PRIVATE, 'Newcomer', 'parent9@example.org'])}`), []);

  expect('nobody else was asked', strange, []);
  expect('the host was asked by clicks alone', github.asked.every(address => /\/(?:new\/main\?|settings\/environments)/.test(address)));
  expect('nothing but files of the site', asked.every(path => /^(?:[\w.-]+\/)*[\w.-]+$/.test(path)));
  expect('nothing was said to the console', said, []);
} finally {
  await browser.close();
  worker.stdin.end();
}
count.tell();
