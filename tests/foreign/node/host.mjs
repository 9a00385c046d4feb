/**
 * A stand-in for the host of a club's files: its pages in a browser, and a bare git repository behind them.
 *
 * `hosted(context, origin)` answers every address of `https://github.com/OWNER/NAME/…` in a browser context (Playwright):
 *
 *   new/main?filename=&value=   a form with path and text, filled in; its button "Commit changes" commits the file
 *   upload/main/FOLDER          a form that takes files; its button commits them below the folder
 *   edit/main/PATH              a form with the file's text as it is now; its button commits it
 *   raw/main/PATH               the file itself
 *   settings/environments       a form for the secret PINBACK_CODE of the environment "seal"; see `secrets`
 *   anything else               a page with the address
 *
 * `published(context, address, site)` shows a built site at its published address; `committedByHost(page, click)` commits what a
 * click opens at the host. A form keeps what the real one keeps: a new file that is there already, or an address longer than the host takes, is
 * refused. Nothing reaches the network. Each commit is one file, by "Steward", on the branch `main`.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {devNull, tmpdir} from 'node:os';
import {join} from 'node:path';

const LONGEST = 8_000;
const QUIET = {GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_SYSTEM: devNull};
const STEWARD = {
  GIT_AUTHOR_NAME: 'Steward', GIT_AUTHOR_EMAIL: 'steward@example.org',
  GIT_COMMITTER_NAME: 'Steward', GIT_COMMITTER_EMAIL: 'steward@example.org',
};

/** A bare repository, of which one branch is changed by whole files. */
export class Repository {
  constructor(origin) {
    this.origin = origin;
  }

  git(words, {input = '', env = {}} = {}) {
    return execFileSync('git', ['--git-dir', this.origin, ...words], {input, env: {...process.env, ...QUIET, ...env}, maxBuffer: 1 << 26, stdio: ['pipe', 'pipe', 'ignore']});
  }

  /** Return the commit of `main`, or "". */
  get tip() {
    try {
      return this.git(['rev-parse', '--verify', '--quiet', 'refs/heads/main']).toString().trim();
    } catch {
      return '';
    }
  }

  /** Return the bytes of a file, or null. */
  read(path) {
    try {
      return this.git(['cat-file', 'blob', `refs/heads/main:${path}`]);
    } catch {
      return null;
    }
  }

  /** Commit files (bytes or text by path) onto `main`, and return the new commit. */
  commit(files, subject) {
    const folder = mkdtempSync(join(tmpdir(), 'index-'));
    const env = {...STEWARD, GIT_INDEX_FILE: join(folder, 'index')};
    try {
      const before = this.tip;
      if (before) {
        this.git(['read-tree', before], {env});
      }
      for (const [path, content] of Object.entries(files)) {
        const blob = this.git(['hash-object', '-w', '--stdin'], {input: content}).toString().trim();
        this.git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], {env});
      }
      const tree = this.git(['write-tree'], {env}).toString().trim();
      const commit = this.git(['commit-tree', tree, ...(before ? ['-p', before] : []), '-m', subject], {env}).toString().trim();
      this.git(['update-ref', 'refs/heads/main', commit, ...(before ? [before] : [])]);
      return commit;
    } finally {
      rmSync(folder, {recursive: true});
    }
  }
}

const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const page = body => `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>The host</title><body><h1>The host</h1>${body}</body></html>`;
const SENDING = `<script>
const send = (address, body) => fetch(address, {method: 'POST', body: JSON.stringify(body)}).then(answer => answer.text())
  .then(text => { document.querySelector('output').textContent = text; });
const base64 = file => file.arrayBuffer().then(bytes => btoa(Array.from(new Uint8Array(bytes), byte => String.fromCharCode(byte)).join('')));
</script>`;

/** A form with a path and a text. The first line end of a textarea is not its content, so one is put before it. */
const textForm = (path, text, fixed) => page(`${SENDING}
<label>Path <input id="path" size="60" value="${escaped(path)}"${fixed ? ' readonly' : ''}></label>
<label>Text <textarea id="text" rows="20" cols="80">\n${escaped(text)}</textarea></label>
<button onclick="send(location.href, {path: document.querySelector('#path').value, text: document.querySelector('#text').value})">Commit changes</button>
<output></output>`);

const uploadForm = folder => page(`${SENDING}<p>${escaped(folder)}</p><input type="file" id="files" multiple>
<button onclick="Promise.all([...document.querySelector('#files').files].map(file => base64(file).then(data => [file.name, data])))
  .then(files => send(location.href, {files}))">Commit changes</button><output></output>`);

const secretForm = page(`${SENDING}<label>PINBACK_CODE <input id="secret"></label>
<button onclick="send(location.href, {secret: document.querySelector('#secret').value})">Save secret</button><output></output>`);

/** Answer for the host in a browser context. `asked` has every address in order, `secrets` what was saved. */
export async function hosted(context, origin, source = 'https://github.com/club/badges') {
  const repository = new Repository(origin);
  const host = {repository, asked: [], secrets: {}};

  const committed = (files, isNew) => {
    const taken = isNew && Object.keys(files).find(path => repository.read(path) !== null);
    if (taken) {
      return `A file with the same name already exists: ${taken}`;
    }
    repository.commit(files, `${isNew ? 'Create' : 'Update'} ${Object.keys(files).join(', ')}`);
    return 'Committed';
  };

  const answers = {
    new: (rest, query) => textForm(query.get('filename') ?? '', query.get('value') ?? '', false),
    edit: path => textForm(path, repository.read(path)?.toString('utf8') ?? '', true),
    upload: folder => uploadForm(folder),
    settings: rest => (rest === 'environments' ? secretForm : page(escaped(rest))),
  };
  const sent = {
    new: (rest, body) => committed({[body.path]: body.text}, true),
    edit: (path, body) => committed({[path]: body.text}, false),
    upload: (folder, {files}) => committed(Object.fromEntries(
      files.map(([name, data]) => [[folder, name].filter(Boolean).join('/'), Buffer.from(data, 'base64')]),
    ), false),
    settings: (rest, {secret}) => {
      host.secrets.PINBACK_CODE = secret;
      return 'Saved';
    },
  };

  await context.route(`${source}/**`, route => {
    const request = route.request();
    const url = new URL(request.url());
    const [kind, ...rest] = url.pathname.slice(new URL(source).pathname.length + 1).split('/').map(decodeURIComponent);
    const path = (kind === 'settings' ? rest : rest.slice(1)).join('/');
    host.asked.push(request.url());
    if (request.url().length > LONGEST) {
      return route.fulfill({status: 414, body: 'URI Too Long'});
    }
    if (request.method() === 'POST') {
      return route.fulfill({body: sent[kind](path, JSON.parse(request.postData()))});
    }
    if (kind === 'raw') {
      const body = repository.read(path);
      return route.fulfill(body === null ? {status: 404} : {body, contentType: 'text/plain'});
    }
    return route.fulfill({contentType: 'text/html; charset=utf-8', body: answers[kind]?.(path, url.searchParams) ?? page(escaped(url.href))});
  });
  return host;
}

const TYPES = {html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png', json: 'application/json'};

/** Show a built site at its published address in a browser context; returns every address that was asked of it. */
export async function published(context, address, site) {
  const asked = [];
  await context.route(`${address}**`, route => {
    const path = decodeURIComponent(new URL(route.request().url()).pathname.slice(new URL(address).pathname.length));
    const file = !path || path.endsWith('/') ? `${path}index.html` : path;
    asked.push(file);
    try {
      return route.fulfill({body: readFileSync(join(site, file)), contentType: TYPES[file.split('.').pop()] ?? 'text/plain'});
    } catch {
      return route.fulfill({status: 404});
    }
  });
  return asked;
}

/** Click what opens a page of the host, commit what it holds, and return that page's path and text. */
export async function committedByHost(page, click) {
  const [opened] = await Promise.all([page.context().waitForEvent('page'), click()]);
  await opened.waitForSelector('button');
  const found = {
    path: await opened.inputValue('#path'),
    text: await opened.inputValue('#text'),
  };
  await opened.click('text=Commit changes');
  await opened.waitForFunction(() => document.querySelector('output').textContent);
  found.said = await opened.textContent('output');
  await opened.close();
  return found;
}
