/**
 * Makes verify.js out of source/: one classic script, minified, the same bytes on every machine.
 *
 *   npm ci --ignore-scripts && node build.mjs [--out FILE]
 *
 * Run it in a copy of this folder outside the package, as .ci/run does: what npm installs must not get into the wheel.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {minify} from 'terser';

const here = dirname(fileURLToPath(import.meta.url));
const {values} = parseArgs({options: {out: {type: 'string', default: join(here, 'verify.js')}}});
const BANNER =
  '/* Pinback, MIT. With jsonld.js and rdf-canonize (BSD-3-Clause), noble (MIT). Source: pinback/verify_page. */\n';

/** RDFC-1.0 §4.4.3 sorts by code point, rdf-canonize by halves of UTF-16 pairs: they part at emoji. */
function sortedByCodePoint(text) {
  for (const line of ['normalized.sort();', 'nquads.sort();']) {
    if (text.split(line).length !== 2) {
      throw new Error(`rdf-canonize changed: "${line}" does not stand in it once`);
    }
  }
  const words = JSON.stringify(join(here, 'source', 'words.js'));
  return `const {byCodePoint} = require(${words});\n${text.replaceAll(/\b(normalized|nquads)\.sort\(\)/g, '$1.sort(byCodePoint)')}`;
}

/** jsonld.js explains its errors to programmers, in 4 kB that nobody sees here: the code of an error stays, its words go. */
function withoutExplanations(text) {
  const words = String.raw`(?:'[^'\n]*'|"[^"\n]*"|${'`[^`]*`'})(?:\s*\+\s*(?:'[^'\n]*'|"[^"\n]*"))*`;
  return text
    .replaceAll(new RegExp(String.raw`(new JsonLdError\(\s*)${words}(?=,\s*'jsonld\.)`, 'g'), "$1''")
    .replaceAll(new RegExp(String.raw`(\n\s*)message:\s*${words}(?=,?\n)`, 'g'), "$1message: ''");
}

/** jsonld.js tells of much that it passes over; only that a member is not defined is heard here (`source/rdf.js`). */
function withoutEvents(text) {
  const [start, ...blocks] = text.split(/if\((?:originalOptions|options)\.eventHandler\)/);
  return start + blocks.map(block => `if(${/code: '([^']+)'/.exec(block)?.[1] === 'invalid property' ? 'options.eventHandler' : 'false'})${block}`).join('');
}

const changed = {
  name: 'changed',
  setup({onLoad}) {
    const load = (filter, change) =>
      onLoad({filter}, ({path}) => ({contents: change(readFileSync(path, 'utf8')), loader: 'js'}));
    load(/rdf-canonize[\\/]lib[\\/]RDFC10\.js$/, sortedByCodePoint);
    load(/jsonld[\\/]lib[\\/](?:context|expand|toRdf|util|nodeMap|ContextResolver)\.js$/, text =>
      withoutEvents(withoutExplanations(text)));
  },
};

const bundled = await build({
  absWorkingDir: here,
  entryPoints: ['source/main.js'],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  platform: 'browser',
  charset: 'ascii',
  legalComments: 'none',
  alias: {
    setimmediate: './source/no_set_immediate.js',
    'lru-cache': './source/small_cache.cjs',
    'rdf-canonize': './source/identifier_issuer.cjs',
    'rdf-canonize/lib/RDFC10.js': './node_modules/rdf-canonize/lib/RDFC10.js',
    'rdf-canonize/lib/IdentifierIssuer.js': './node_modules/rdf-canonize/lib/IdentifierIssuer.js',
  },
  plugins: [changed],
  logLevel: 'warning',
});
// The second pass saves 2 kB of the 50 that a page may cost (packed).
const {code} = await minify(bundled.outputFiles[0].text, {
  ecma: 2022,
  compress: {passes: 3, unsafe_arrows: true},
  format: {ascii_only: true, comments: false},
});
writeFileSync(values.out, BANNER + code);
console.log(`${values.out}: ${BANNER.length + code.length} bytes, ${gzipSync(BANNER + code, {level: 9}).length} packed`);
