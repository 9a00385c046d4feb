/** What trials of pages in a browser share: a folder served on the loopback, the browser, and the count of what held. */
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const TYPES = {html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png', json: 'application/json'};

/**
 * Serve a site. `change` makes the body of an answer out of its path and bytes; where it throws, the answer is 404.
 * Every request is noted in `asked`: method, path, headers.
 */
export async function served(site, change = (path, body) => body) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push([request.method, request.url, JSON.stringify(request.headers)]);
    let path = decodeURIComponent(request.url.split('?')[0]);
    path += path.endsWith('/') ? 'index.html' : '';
    try {
      const body = change(path, readFileSync(join(site, path)));
      response.setHeader('Content-Type', TYPES[path.split('.').pop()] ?? 'text/plain');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  const {port} = server.address();
  return {asked, port, local: `http://127.0.0.1:${port}/`, close: () => server.close()};
}

/** Start the browser; `plain.example.org` is this machine, as a host without TLS. */
export const launched = executablePath => chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--host-resolver-rules=MAP plain.example.org 127.0.0.1',
  ],
});

/** Open a page; what it says, and asks of any place but those in `allowed` (beginnings of addresses), is noted in `page.said`. */
export async function opened(browser, address, allowed, options = {}) {
  const context = await browser.newContext({viewport: {width: 1100, height: 900}, ...options});
  const page = await context.newPage();
  page.said = [];
  page.on('console', message => page.said.push(message.text()));
  page.on('pageerror', error => page.said.push(String(error)));
  page.on('request', request => {
    if (!['data:', ...allowed].some(start => request.url().startsWith(start))) {
      page.said.push(`asked ${request.url()}`);
    }
  });
  await page.goto(address);
  return page;
}

/** Return what the QR code in a screenshot says, by a decoder that we did not write (jsQR), or "". */
export async function qrText(browser, png) {
  const page = await browser.newPage();
  await page.setContent('<canvas></canvas>');
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('jsqr/dist/jsQR.js'), 'utf8'));
  const found = await page.evaluate(async address => {
    const image = await createImageBitmap(await (await fetch(address)).blob());
    const larger = image.width < 400 ? 3 : 1;
    const canvas = Object.assign(document.querySelector('canvas'), {width: image.width * larger, height: image.height * larger});
    const drawing = canvas.getContext('2d');
    drawing.imageSmoothingEnabled = false;
    drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(drawing.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height)?.data ?? '';
  }, `data:image/png;base64,${png.toString('base64')}`);
  await page.close();
  return found;
}

/** Counts what was found as it should be. */
export class Count {
  passed = 0;
  failures = [];

  expect(what, found, wanted = true) {
    if (JSON.stringify(found) === JSON.stringify(wanted)) {
      this.passed += 1;
    } else {
      this.failures.push(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
    }
  }

  /** Tell the outcome; a run in which nothing was looked at has failed. */
  tell() {
    this.failures.forEach(line => console.log(line));
    console.log(`${this.passed} passed, ${this.failures.length} failed`);
    process.exitCode = this.failures.length || !this.passed ? 1 : 0;
  }
}
