/**
 * Takes the pictures of the handbook from the pages of built sites; `tests/foreign/handbook_pictures.py` makes the sites.
 *
 *   node handbook_pictures.mjs --values FILE --out DIR [--only WORD]
 *
 * Each picture has a page, what is done on it before, what of it is in the picture, and what is ringed in it: the one thing
 * that the step presses. The pages are shown at their published addresses and reach nothing else.
 */
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {published} from './host.mjs';
import {launched} from './serving.mjs';
import {answered, keysMade} from './setting_up.mjs';

const {values: given} = parseArgs({options: {values: {type: 'string'}, out: {type: 'string'}, only: {type: 'string', default: ''}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const {club, fresh, awards, roster, record, list} = JSON.parse(readFileSync(given.values, 'utf8'));
const WIDTH = 800;
const SCALE = 1.25;
const AROUND = 16;
/** The day that the pages take for today. */
const TODAY = new Date('2026-05-17T10:00:00Z');
const ANSWERS = {name: 'Reedmere Rowing Club', email: 'badges@reedmere.example.org', colour: '#14683a', language: 'en'};

const csv = text => ({name: 'who-is-who.csv', mimeType: 'text/csv', buffer: Buffer.from(text)});

async function pasted(page, text) {
  await page.fill('#names', text);
  await page.locator('#review').waitFor();
}

async function outcome(page) {
  await pasted(page, roster.good);
  await page.click('#make');
  await page.locator('#outcome').waitFor();
}

async function found(page, award, task) {
  await page.fill('#award', awards[award].link);
  await page.locator('#change').waitFor();
  await page.selectOption('#task', task);
}

async function madeAnew(page, award) {
  await page.fill('#record', record[award]);
  await page.setInputFiles('#list', csv(list));
  await page.click('#make');
  await page.locator('#outcome').waitFor();
}

const PICTURES = {
  'admin': {site: club, path: 'admin/', shown: ['h1', '.tasks']},
  'start-questions': {
    site: fresh, path: 'admin/start/', shown: ['h1', '#questions', '#make'], ring: '#make',
    ready: page => answered(page, ANSWERS),
  },
  'start-files': {
    site: fresh, path: 'admin/start/', shown: ['#hosting'], ring: '#files a',
    ready: async page => {
      await answered(page, ANSWERS);
      await keysMade(page);
    },
  },
  'recovery-sheet': {
    site: fresh, path: 'admin/start/', media: 'print', shown: ['#recovery-sheet'],
    ready: async page => {
      await answered(page, ANSWERS);
      await keysMade(page);
    },
  },
  'design': {
    site: club, path: 'admin/design/', width: 1000, shown: ['h1', '.other-colour'],
    ready: page => page.locator('#starters button').nth(3).click(),
  },
  'roster-faults': {site: club, path: 'admin/award/', shown: ['#review-title', '#faults'], ready: page => pasted(page, roster.bad)},
  'roster-read': {site: club, path: 'admin/award/', shown: ['[for=names]', '#review'], ring: '#make', ready: page => pasted(page, roster.good)},
  'award-outcome': {site: club, path: 'admin/award/', shown: ['#outcome'], ring: '#step-records .button', ready: outcome},
  'cards': {
    site: club, path: 'admin/award/', media: 'print', shown: ['.print-card:nth-child(1)', '.print-card:nth-child(4)'],
    ready: async page => {
      await page.evaluate(() => { window.print = () => {}; });
      await outcome(page);
      await page.getByRole('button', {name: 'Print cards with QR codes'}).click();
    },
  },
  'correct': {
    site: club, path: 'admin/change/', shown: ['#outcome'],
    ready: async page => {
      await found(page, 'bo', 'correct');
      await madeAnew(page, 'bo');
    },
  },
  'withdraw': {
    site: club, path: 'admin/change/', shown: ['[for=award]', '#outcome'],
    ready: async page => {
      await found(page, 'bo', 'revoke');
      await page.locator('#outcome').waitFor();
    },
  },
  'renew': {
    site: club, path: 'admin/change/', shown: ['[for=award]', '#make'], ring: '#make',
    ready: async page => {
      await found(page, 'aid', 'renew');
      await page.fill('#record', record.aid);
      await page.setInputFiles('#list', csv(list));
    },
  },
  'named-award': {
    site: club, path: `awards/${awards.zoe.id}/${awards.zoe.link.slice(awards.zoe.link.indexOf('#'))}`, shown: ['.picture', '#status'],
    ready: page => page.locator('#signed-by').waitFor(),
  },
};

/** Return the box around elements, in CSS pixels, with some room. */
async function boxAround(page, selectors, width) {
  await page.evaluate(() => window.scrollTo(0, 0));
  const boxes = [];
  for (const selector of selectors) {
    const box = await page.locator(selector).first().boundingBox();
    if (!box) {
      throw new Error(`${selector} is not to be seen on the page`);
    }
    boxes.push(box);
  }
  const top = Math.max(0, Math.min(...boxes.map(box => box.y)) - AROUND);
  const bottom = Math.max(...boxes.map(box => box.y + box.height)) + AROUND;
  return {x: 0, y: top, width, height: bottom - top};
}

async function taken(browser, name, {site, path, shown, ring, ready, media = 'screen', width = WIDTH}) {
  const context = await browser.newContext({viewport: {width, height: 900}, deviceScaleFactor: SCALE * WIDTH / width, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB'});
  await context.route(/^https?:/, route => route.abort());
  await published(context, site.address, site.folder);
  const page = await context.newPage();
  await page.clock.setFixedTime(TODAY);
  await page.goto(site.address + path);
  await ready?.(page);
  await page.emulateMedia({media, colorScheme: 'light'});
  await page.evaluate(() => document.activeElement?.blur());
  if (media === 'print') {
    // The margin of the paper.
    await page.evaluate(() => { document.body.style.padding = '24px'; });
  }
  if (ring) {
    await page.locator(ring).first().evaluate(element => Object.assign(element.style, {outline: '4px solid #d4351c', outlineOffset: '4px'}));
  }
  await page.evaluate(() => new Promise(done => setTimeout(done, 300)));
  await page.screenshot({path: join(given.out, `${name}.png`), fullPage: true, clip: await boxAround(page, shown, width)});
  await context.close();
}

mkdirSync(given.out, {recursive: true});
const browser = await launched(given.executable);
try {
  for (const [name, picture] of Object.entries(PICTURES).filter(([one]) => one.includes(given.only))) {
    try {
      await taken(browser, name, picture);
    } catch (error) {
      throw new Error(`the picture ${name} cannot be taken`, {cause: error});
    }
  }
} finally {
  await browser.close();
}
