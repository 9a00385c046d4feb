/**
 * Makes one classic script out of each source/<name>.entry.js: <name>.js, minified, the same bytes on every machine; and
 * beside them page-script-licenses.txt, the licences of what others wrote of them.
 *
 *   npm ci --ignore-scripts && node build.mjs [--out FOLDER]
 *
 * Run it in a copy of this folder outside the package, as .ci/run does: what npm installs must not get into the wheel.
 */
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const {values} = parseArgs({options: {out: {type: 'string', default: here}}});
const BANNER = '/* Pinback, MIT; others: page-script-licenses.txt */\n';
const ENTRY = '.entry.js';

/** The bundler leaves regular expressions as they are; an escape means the same there, and in strings. */
const inAscii = code => code.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

mkdirSync(values.out, {recursive: true});
for (const entry of readdirSync(join(here, 'source')).filter(file => file.endsWith(ENTRY)).sort()) {
  const bundled = await build({
    absWorkingDir: here,
    entryPoints: [`source/${entry}`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const code = BANNER + inAscii(bundled.outputFiles[0].text);
  const name = entry.replace(ENTRY, '.js');
  writeFileSync(join(values.out, name), code);
  console.log(`${name}: ${code.length} bytes, ${gzipSync(code, {level: 9}).length} packed`);
}

const {dependencies} = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const licences = Object.keys(dependencies).sort().map(name => {
  const folder = join(here, 'node_modules', name);
  const {version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find(one => /^licen[cs]e/i.test(one));
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').replace(/[ \t]+$/gm, '').trim();
  return `${name} ${version}\n\n${text}\n`;
});
const line = `\n${'-'.repeat(72)}\n\n`;
writeFileSync(
  join(values.out, 'page-script-licenses.txt'),
  `What the scripts of Pinback's pages hold of others.\n${line}${licences.join(line)}`,
);
