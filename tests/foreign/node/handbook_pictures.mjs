/**
 * Takes the pictures of the handbook from the pages of a built site; `tests/foreign/handbook_pictures.py` makes the site.
 *
 *   node handbook_pictures.mjs --values FILE --out DIR [--only WORD]
 *
 * Each picture has a page, what is done on it before, what of it is in the picture, and what is ringed in it: the one thing
 * that the step presses.
 */
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {launched, served} from './serving.mjs';

const {values: given} = parseArgs({options: {values: {type: 'string'}, out: {type: 'string'}, only: {type: 'string', default: ''}, executable: {type: 'string', default: '/usr/bin/chromium'}}});
const club = JSON.parse(readFileSync(given.values, 'utf8'));
const WIDTH = 800;
const SCALE = 1.25;
const AROUND = 16;
/** The day that the pages take for today. */
const TODAY = new Date('2026-05-17T10:00:00Z');

const PICTURES = {
  'named-award': {
    page: () => `awards/${club.awards.zoe.id}/#${club.awards.zoe.link.split('#')[1]}`,
    ready: page => page.locator('#standing').waitFor(),
    shown: ['.hero'],
  },
};

/** Return the box around elements, in CSS pixels, with some room. */
async function boxAround(page, selectors) {
  const boxes = [];
  for (const selector of selectors) {
    const box = await page.locator(selector).first().boundingBox();
    if (!box) {
      throw new Error(`${selector} is not on the page`);
    }
    boxes.push(box);
  }
  const top = Math.max(0, Math.min(...boxes.map(box => box.y)) - AROUND);
  const bottom = Math.max(...boxes.map(box => box.y + box.height)) + AROUND;
  return {x: 0, y: top, width: WIDTH, height: bottom - top};
}

const site = await served(club.site);
const browser = await launched(given.executable);
mkdirSync(given.out, {recursive: true});
for (const [name, picture] of Object.entries(PICTURES).filter(([one]) => one.includes(given.only))) {
  const context = await browser.newContext({viewport: {width: WIDTH, height: 900}, deviceScaleFactor: SCALE, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB'});
  const page = await context.newPage();
  await page.clock.setFixedTime(TODAY);
  await page.goto(site.local + picture.page());
  await picture.ready?.(page);
  if (picture.ring) {
    await page.locator(picture.ring).first().evaluate(element => element.style.setProperty('outline', '4px solid #d4351c'));
    await page.locator(picture.ring).first().evaluate(element => element.style.setProperty('outline-offset', '4px'));
  }
  await page.evaluate(() => new Promise(done => setTimeout(done, 200)));
  await page.screenshot({path: join(given.out, `${name}.png`), fullPage: true, clip: await boxAround(page, picture.shown)});
  await context.close();
}
await browser.close();
site.close();
