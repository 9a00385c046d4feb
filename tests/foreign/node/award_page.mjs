/**
 * The page of an award in a real browser (Debian's Chromium), by a club whose awards have every state (`award_states.py`).
 *
 *   node award_page.mjs --states DIR [--example SITE]
 *
 * 1. Link and command: fragments are read as `pinback verify` reads them.
 * 2. The named link, over http and from the disk: the signed name is shown; a wrong name, a wrong secret, another award's
 *    link, and names made to harm show nothing; nothing of it is asked, stored, or put into the title.
 * 3. The check: the status says so only after it; a page or signature that was changed is disowned; where a browser cannot
 *    check, nothing is claimed.
 * 4. Sharing: no link carries the name before the reader asks for it, and every one does then.
 * 5. Paper: one sheet, A4 and Letter; its QR code, read by a decoder that we did not write, is the address.
 * 6. axe-core finds nothing; everything can be done by keyboard; the page weighs at most 150 kB.
 */
import {readFileSync, readdirSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {Count, launched, opened as openedPage, qrText, served} from './serving.mjs';

const {values} = parseArgs({options: {
  states: {type: 'string'}, example: {type: 'string'}, executable: {type: 'string', default: '/usr/bin/chromium'},
}});
const folder = resolve(values.states);
const site = join(folder, 'site');
const {base_url: base, pages, dead, links, names, spellings} = JSON.parse(readFileSync(join(folder, 'states.json'), 'utf8'));
const need = createRequire(import.meta.url);
const axe = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const source = join(dirname(fileURLToPath(import.meta.url)), '../../../pinback/page_scripts/source');
const {namedLink, fragmentOf} = await import(pathToFileURL(join(source, 'named_link.js')).href);

const count = new Count();
const expect = (...found) => count.expect(...found);
let change = text => text;
const {asked, port, local, close} = await served(site, (path, body) => (path.endsWith('.html') ? change(body.toString('utf8')) : body));
const browser = await launched(values.executable);

/** Open a page that may ask nothing but its own site, and wait for its script. */
async function opened(address, options = {}) {
  const own = address.startsWith('file:') ? pathToFileURL(folder).href : new URL(address).origin;
  const page = await openedPage(browser, address, [own], options);
  await settled(page);
  return page;
}

/** Wait until the script has had its say: it shows the print button first, and the rest after a few turns. */
async function settled(page) {
  await page.waitForFunction(() => document.querySelector('#standing')?.textContent.includes('just now')
    || !document.querySelector('#alarm')?.hidden || document.querySelector('#unchecked')?.textContent
    || !document.querySelector('#status'));
  await page.evaluate(() => new Promise(done => setTimeout(done, 80)));
}

const state = page => page.evaluate(() => ({
  name: document.querySelector('#holder-name strong')?.textContent ?? '',
  note: document.querySelector('#holder-note')?.textContent.trim() ?? '',
  checked: document.querySelector('#standing')?.textContent.includes('just now') ?? false,
  good: document.querySelector('#status')?.classList.contains('good') ?? false,
  alarm: document.querySelector('#alarm')?.textContent ?? '',
  unchecked: document.querySelector('#unchecked')?.textContent ?? '',
  title: document.title,
}));
/** The page of a state, and for those that look most different the one whose words run from right to left. */
const both = name => [pages[name], ...(['arabic', 'corrected', 'rich'].includes(name) ? [`ar/${pages[name]}`] : [])];
const fragment = name => links[name].slice(links[name].indexOf('#'));
const REFUSED = 'The name in this link is not the one that was signed, so it is not shown.';

try {
  // 1.
  for (const {fragment: text, read} of spellings) {
    expect(`read ${text.slice(0, 60)}`, namedLink(text), read);
  }
  for (const [name, link] of Object.entries(links)) {
    expect(`spelled ${name}`, fragmentOf(namedLink(fragment(name))), link.slice(link.indexOf('#')));
  }

  // 2.
  const secret = fragment('named').split('&k=')[1];
  const refused = {
    'another name': `#n=Eve&k=${secret}`,
    'another secret': `${fragment('named').slice(0, -2)}AA`,
    'a letter less in the name': `#n=${encodeURIComponent(names.named.slice(0, -1))}&k=${names.named.at(-1)}${secret}`,
    'another award': fragment('long'),
    'no secret': '#n=Eve',
    'no name': `#k=${secret}`,
    'markup': `#n=${encodeURIComponent('<img src=x onerror=document.title=1>')}&k=${secret}`,
    'ten thousand letters': `#n=${'x'.repeat(10_000)}&k=${secret}`,
    'other direction': `#n=${encodeURIComponent('Zo\u202eë')}&k=${secret}`,
    'broken encoding': `#n=%ff%zz&k=${secret}`,
  };
  for (const root of [local, `${pathToFileURL(site).href}/`]) {
    const at = root === local ? 'http' : 'disk';
    for (const name of ['named', 'long', 'arabic', 'minor']) {
      for (const path of [pages[name], `ar/${pages[name]}`]) {
        const page = await opened(root + path + fragment(name));
        const {title, ...found} = await state(page);
        expect(`${at}: ${path} names`, [found.name, found.checked, found.good, found.alarm], [names[name], true, true, '']);
        expect(`${at}: ${path} title`, title.includes(names[name]), false);
        expect(`${at}: ${path} said`, page.said, []);
        await page.context().close();
      }
    }
    for (const [what, hash] of Object.entries(refused)) {
      const page = await opened(root + pages.named + hash);
      const found = await state(page);
      expect(`${at}: ${what}`, [found.name, found.note, found.checked, page.said], ['', REFUSED, true, []]);
      expect(`${at}: ${what} has pictures`, await page.locator('#holder-name img').count(), 0);
      await page.context().close();
    }
    const page = await opened(root + pages.bidi + fragment('bidi'));
    expect(`${at}: a signed name that turns the line round`, (await state(page)).note, REFUSED);
    await page.goto(root + pages.named);
    await settled(page);
    await page.evaluate(hash => { location.hash = hash; }, fragment('named'));
    await page.waitForSelector('#holder-name strong');
    expect(`${at}: the name comes with a new fragment`, (await state(page)).name, names.named);
    await page.evaluate(() => { document.querySelector('.skip').click(); });
    expect(`${at}: a link within the page keeps it`, [await page.evaluate(() => location.hash), (await state(page)).name], [fragment('named'), names.named]);
    await page.evaluate(hash => { location.hash = hash; }, refused['another secret']);
    await page.waitForSelector('#holder-note.refused');
    expect(`${at}: and goes with a wrong one`, [(await state(page)).name, (await state(page)).note], ['', REFUSED]);
    const kept = await page.evaluate(async () => [document.cookie, localStorage.length, sessionStorage.length]);
    expect(`${at}: nothing is kept`, [kept, await page.context().cookies()], [['', 0, 0], []]);
    await page.context().close();
  }
  const withdrawn = await opened(local + pages.withdrawn + fragment('withdrawn'));
  expect('withdrawn: the name is there, and nothing is claimed', [(await state(withdrawn)).name, await withdrawn.locator('.status.bad:visible').count()], ['Zoë Ångström', 1]);
  expect('withdrawn: nothing invites to pass it on', await withdrawn.locator('[data-passing-on], [popover], [download]').count(), 0);
  await withdrawn.context().close();
  const stolen = await opened(`${pathToFileURL(join(folder, 'dead-site', dead)).href}${fragment('named')}`);
  expect('signed by a stolen key: nothing is checked, and no name shown', [await stolen.locator('.status.bad:visible').count(), (await state(stolen)).name,
    (await state(stolen)).note, (await stolen.content()).includes('"jwt"')], [1, '', 'The name in this link cannot be checked here, so it is not shown.', false]);
  await stolen.context().close();
  const leaked = asked.filter(entry => entry.some(text => /[?&#]k=|Zo|%C3%AB|Angstr|referer/i.test(text) || text.includes(secret)));
  expect('no name or secret in what was asked', [leaked, asked.every(([method]) => method === 'GET')], [[], true]);

  // 3.
  const data = html => JSON.parse(/id="page-data">(.*?)<\/script>/s.exec(html)[1]);
  const withData = (html, edit) => {
    const found = data(html);
    edit(found);
    return html.replace(/(id="page-data">).*?(<\/script>)/s, (whole, start, end) => start + JSON.stringify(found).replaceAll('<', '\\u003c') + end);
  };
  const other = data(readFileSync(join(site, pages.long), 'utf8'));
  const b64 = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const changed = {
    'a letter of the badge': html => html.replace('data-signed="badge">Safety', 'data-signed="badge">Safely'),
    'the day': html => html.replace('datetime="2026-05-17" data-signed', 'datetime="2026-05-18" data-signed'),
    'the issuer’s name': html => html.replace('data-signed="issuer-name">Test club', 'data-signed="issuer-name">Best club'),
    'the issuer’s DID': html => html.replace('data-signed="issuer">did:web:', 'data-signed="issuer">did:web:x.'),
    'the id': html => html.replace(/data-signed="credential">[^<]*/, 'data-signed="credential">https://x.example.org/'),
    'what the data say is shown': html => withData(html, found => { found.shown['valid-until'] = '2030-01-01'; }),
    'the address': html => withData(html, found => { found.address = found.address.replace('/aaaa', '/baaa'); }),
    'the signature': html => withData(html, found => { found.jwt = found.jwt.slice(0, -6) + (found.jwt.slice(-6) === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA'); }),
    'what was signed': html => withData(html, found => {
      const [head, body, signature] = found.jwt.split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url'));
      claims.credentialSubject.achievement.name = 'Safety Launch Driver ';
      found.jwt = [head, b64(claims), signature].join('.');
    }),
    'no algorithm': html => withData(html, found => {
      const [head, body] = found.jwt.split('.');
      found.jwt = [b64({...JSON.parse(Buffer.from(head, 'base64url')), alg: 'none'}), body, ''].join('.');
    }),
    'another award’s signature': html => withData(html, found => { found.jwt = other.jwt; }),
    'another key': html => withData(html, found => { found.keys[Object.keys(found.keys)[0]].n = `A${'x'.repeat(340)}A`; }),
    'no such key': html => withData(html, found => { found.keys = {}; }),
    'another issuer': html => withData(html, found => { found.issuer = 'did:web:x.example.org'; }),
  };
  for (const [what, edit] of Object.entries(changed)) {
    change = edit;
    const page = await opened(local + pages.named + fragment('named'));
    const found = await state(page);
    expect(`changed: ${what}`, [found.name, found.checked, found.good, found.alarm.startsWith('This page does not match what was signed.')], ['', false, false, true]);
    expect(`changed: ${what}: nothing passes it on`, await page.locator('.actions:visible, #status:visible, .copying:visible').count(), 0);
    await page.context().close();
  }
  const dumb = {
    'no data': html => html.replace(/<script type="application\/json".*?<\/script>/s, ''),
    'no signature': html => withData(html, found => { delete found.jwt; }),
    'not on https': html => html,
  };
  for (const [what, edit] of Object.entries(dumb)) {
    change = edit;
    const root = what === 'not on https' ? `http://plain.example.org:${port}/` : local;
    const page = await browser.newPage();
    await page.goto(root + pages.named + fragment('named'));
    await page.waitForSelector('[data-print]:not([hidden])');
    await page.evaluate(() => new Promise(done => setTimeout(done, 80)));
    const found = await state(page);
    expect(`cannot check: ${what}`, [found.name, found.checked, found.good, found.alarm], ['', false, false, '']);
    expect(`cannot check: ${what}: says so`, Boolean(found.unchecked), what !== 'no data');
    await page.close();
  }
  change = text => text;
  for (const [name, clock, said] of [['expired', '2030-01-01', 'Expired on 17 May 2025.'], ['expired', '2025-05-17', ''], ['rich', '2026-06-01', '']]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.setFixedTime(new Date(`${clock}T12:00:00Z`));
    await page.goto(local + pages[name]);
    await page.waitForFunction(() => document.querySelector('#standing').textContent.includes('just now'));
    expect(`${name} on ${clock}`, await page.evaluate(() => document.querySelector('#expired').textContent), said);
    expect(`${name} on ${clock}: colour`, await page.evaluate(() => document.querySelector('#status').classList.contains('good')), !said);
    await context.close();
  }
  const plain = await browser.newContext({javaScriptEnabled: false});
  for (const name of Object.keys(pages)) {
    const page = await plain.newPage();
    await page.goto(local + pages[name]);
    expect(`${name} without script`, await page.locator('[data-copy]:visible, [data-print]:visible, #alarm:visible, #with-name:visible').count(), 0);
    expect(`${name} without script claims no check`, (await page.innerText('main')).includes('in this browser just now'), false);
    await page.close();
  }
  const sheet = await plain.newPage();
  await sheet.goto(local + pages.named);
  await sheet.click('[popovertarget=share]');
  expect('sharing without script', await sheet.locator('.places a:visible').count(), 8);
  await plain.close();

  // 4.
  const share = page => page.evaluate(() => [
    ...[...document.querySelectorAll('[data-share]')].map(link => link.href), document.querySelector('#share-address').value,
    document.querySelector('#field-address').textContent,
  ]);
  const page = await opened(local + pages.named + fragment('named'), {permissions: ['clipboard-read', 'clipboard-write']});
  const own = base + pages.named.replace('index.html', '');
  const carries = (texts, address) => texts.filter(text => text.includes(encodeURIComponent(address)) || text.endsWith(address)).length;
  expect('no name before it is asked for', [carries(await share(page), own), (await share(page)).join().includes(secret)], [11, false]);
  await page.click('[popovertarget=share]');
  await page.check('#with-name');
  expect('the name when it is asked for', carries(await share(page), links.named), 11);
  await page.click('[data-copy=share-address]');
  expect('copied with the name', await page.evaluate(() => navigator.clipboard.readText()), links.named);
  await page.uncheck('#with-name');
  expect('no name when it is taken back', (await share(page)).join().includes(secret), false);
  await page.click('[data-copy=share-address]');
  expect('copied without it', [await page.evaluate(() => navigator.clipboard.readText()), await page.textContent('#said')], [own, 'Copied']);
  await page.check('#with-name');
  await page.evaluate(hash => { location.hash = hash; }, refused['another secret']);
  await page.waitForSelector('#holder-note.refused');
  expect('no name once the link is wrong', [(await share(page)).join().includes(secret), await page.isVisible('#with-name')], [false, false]);
  expect('to the same page in another language goes the link along', await (async () => {
    await page.evaluate(hash => { location.hash = hash; }, fragment('named'));
    await page.waitForSelector('#holder-name strong');
    await page.keyboard.press('Escape');
    await page.click('a[hreflang=ar]');
    await page.waitForSelector('#holder-name strong');
    return page.url().startsWith(`${local}ar/`) && (await state(page)).name;
  })(), names.named);
  await page.context().close();
  const young = await opened(local + pages.minor + fragment('minor'));
  expect('a young holder’s page has no social site', await young.evaluate(() =>
    [...document.querySelectorAll('a[href]')].map(link => link.href).filter(href => /linkedin|facebook|x\.com|bsky|mastodon|t\.me|wa\.me/.test(href))), []);
  await young.context().close();

  // 5.
  const SHEETS = {A4: {width: 688, height: 1017}, Letter: {width: 710, height: 948}};
  for (const name of Object.keys(pages).filter(one => !['erased', 'waiting'].includes(one))) {
    for (const path of both(name)) {
      for (const hash of links[name] ? ['', fragment(name)] : ['']) {
        const shown = await opened(local + path + hash, {deviceScaleFactor: 3});
        for (const [format, viewport] of Object.entries(SHEETS)) {
          const pdf = await shown.pdf({format, printBackground: true, preferCSSPageSize: false});
          const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
          expect(`${path}${hash.slice(0, 9)} on ${format}`, sheets, 1);
          await shown.emulateMedia({media: 'print'});
          await shown.setViewportSize(viewport);
          const whole = await shown.evaluate(() => {
            const box = selector => document.querySelector(selector).getBoundingClientRect();
            const last = box('.seal').bottom <= box('.award').bottom + 1;
            return [last, box('.hero').bottom <= box('.rows').top + 1, document.documentElement.scrollWidth <= innerWidth];
          });
          expect(`${path}${hash.slice(0, 9)} on ${format} is whole`, whole, [true, true, true]);
          await shown.emulateMedia({media: null});
        }
        await shown.emulateMedia({media: 'print'});
        const address = base + path.replace('index.html', '');
        const trusted = hash && name !== 'bidi' ? hash : '';
        expect(`${path}${hash.slice(0, 9)} has its QR code`, await qrText(browser, await shown.locator('#qr').screenshot()), address + trusted);
        await shown.context().close();
      }
    }
  }

  // 6.
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1100]) {
      const context = await browser.newContext({colorScheme, viewport: {width, height: 900}, bypassCSP: true});
      const shown = await context.newPage();
      for (const name of Object.keys(pages)) {
        for (const path of both(name)) {
          await shown.goto(local + path + (links[name] ? fragment(name) : ''));
          await settled(shown);
          await shown.evaluate(() => document.querySelectorAll('details').forEach(element => { element.open = true; }));
          const wide = await shown.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
          expect(`${path} (${colorScheme}, ${width}) scrolls sideways`, wide, false);
          await shown.evaluate(axe);
          for (const open of [false, true]) {
            if (open) {
              if (!(await shown.locator('#share').count())) {
                continue;
              }
              await shown.evaluate(() => document.querySelector('#share').showPopover());
            }
            const {violations} = await shown.evaluate(() => globalThis.axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            }));
            expect(`${path} (${colorScheme}, ${width}, ${open ? 'sharing' : 'page'})`, violations.map(one => `${one.id}: ${one.nodes[0].html}`), []);
          }
        }
      }
      await context.close();
    }
  }
  const walked = await opened(local + pages.named + fragment('named'));
  const seen = new Set();
  const focused = () => walked.evaluate(() => {
    const now = document.activeElement;
    const box = now.getBoundingClientRect();
    const outline = getComputedStyle(now).outlineStyle !== 'none' || getComputedStyle(now, '::after').outlineStyle !== 'none';
    return now === document.body ? null : {key: `${now.tagName} ${now.id || now.textContent.trim().slice(0, 40)}`, visible: box.width > 0 && outline};
  });
  await walked.evaluate(() => { document.querySelector('#check').open = true; });
  for (let step = 0; step < 120; step += 1) {
    await walked.keyboard.press('Tab');
    const now = await focused();
    if (!now) {
      break;
    }
    expect(`keyboard: ${now.key} shows that it has the focus`, now.visible);
    seen.add(now.key);
    if (now.key === 'SUMMARY If LinkedIn’s form stays empty: what to copy into it') {
      await walked.keyboard.press('Enter');
    }
  }
  const controls = await walked.evaluate(() => [...document.querySelectorAll('a[href], button, summary, input, textarea')]
    .filter(element => element.checkVisibility({visibilityProperty: true}))
    .map(element => `${element.tagName} ${element.id || element.textContent.trim().slice(0, 40)}`));
  expect('keyboard: every control is reached', controls.filter(key => !seen.has(key)), []);
  await walked.focus('[popovertarget=share]');
  await walked.keyboard.press('Enter');
  await walked.keyboard.press('Tab');
  expect('keyboard: the sheet comes next', (await focused()).key, 'BUTTON Close');
  await walked.keyboard.press('Tab');
  await walked.keyboard.press('Space');
  expect('keyboard: the name can be chosen', await walked.isChecked('#with-name'), true);
  await walked.keyboard.press('Escape');
  expect('keyboard: and back', [(await focused()).key, await walked.isVisible('#share')], ['BUTTON Share…', false]);
  await walked.context().close();

  for (const root of [site, ...(values.example ? [resolve(values.example)] : [])]) {
    const awards = readdirSync(join(root, 'awards')).map(id => join(root, 'awards', id, 'index.html'));
    const heaviest = Math.max(...awards.map(file => {
      const html = readFileSync(file, 'utf8');
      const parts = new Set([...html.matchAll(/<(?:img|script)[^>]* src="([^"]+)"|rel="stylesheet" href="([^"]+)"/g)].map(found => join(dirname(file), found[1] ?? found[2])));
      return [...parts].reduce((sum, part) => sum + statSync(part).size, Buffer.byteLength(html));
    }));
    console.log(`the heaviest award page of ${awards.length} weighs ${heaviest} bytes`);
    expect('weight', heaviest <= 150_000);
  }
} finally {
  await browser.close();
  close();
}
count.tell();
