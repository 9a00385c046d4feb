/**
 * Makes verify.js out of source/: one classic script, minified, the same bytes on every machine; and beside it
 * vouching.js, which that loads on demand, and verify-licenses.txt, the licences of what others wrote of verify.js.
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
const BANNER = '/* Pinback, MIT; verify-licenses.txt */\n';

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

/** jsonld.js explains its errors to programmers, in 4 kB that nobody sees here: the code of an error stays, its words and its kind go. */
function withoutExplanations(text) {
  const word = '(?:\'[^\'\\n]*\'|"[^"\\n]*"|`[^`]*`|[\\w.]+(?:\\[\'@version\'\\])?)';
  const words = String.raw`${word}(?:\s*\+\s*${word})*`;
  return text
    .replaceAll(new RegExp(String.raw`(new JsonLdError\(\s*)${words},\s*'jsonld\.\w+',?\s*`, 'g'), '$1')
    .replace("message = 'An unspecified JSON-LD error occurred.',\n    name = 'jsonld.Error',\n    details", 'details').replace('super(message)', 'super()')
    .replace(/this\.(?:name = name|message = message);/g, '')
    .replaceAll(new RegExp(String.raw`(\n\s*)message:\s*${words}(?=,?\n)`, 'g'), "$1message: ''");
}

/** jsonld.js tells of much that it passes over; only that a member is not defined is heard here (`source/rdf.js`). */
function withoutEvents(text) {
  const [start, ...blocks] = text.split(/if\((?:originalOptions|options)\.eventHandler\)/);
  const heard = block => /code: '([^']+)'/.exec(block)?.[1] === 'invalid property';
  return start + blocks.map(block => `if(${heard(block) ? 'options.eventHandler' : 'false'})${block}`).join('');
}

/** What these modules also hold for other uses, such as compacting and framing, which a bundler cannot see is unused. */
const UNUSED = {
  'jsonld/lib/context.js': [/    getInverse: _createInverseContext,\n/, / {2}function _createInverseContext\(\) \{[^]*?\n {2}\}\n/],
  'jsonld/lib/util.js': ['parseLinkHeader', 'relabelBlankNodes', 'removeProperty', 'removeValue', 'compareShortestLeast', 'buildHeaders'],
  'jsonld/lib/url.js': ['removeBase'],
  'jsonld/lib/graphTypes.js': ['isSimpleGraph'],
  'jsonld/lib/nodeMap.js': ['createMergedNodeMap', 'mergeNodeMapGraphs', 'mergeNodeMaps'],
  'rdf-canonize/lib/NQuads.js': [/ {2}static parse\(input\) \{[^]*?\n {2}\}\n/, /const REGEX = \{\};[^]*?\n\}\)\(\);\n/],
};

function withoutUnused(name, text) {
  let left = text;
  for (const what of UNUSED[name] ?? []) {
    const found = what instanceof RegExp ? what : new RegExp(String.raw`\napi\.${what} = [^]*?\n\};\n`);
    if (!found.test(left)) {
      throw new Error(`${name} changed: ${what} is not where it was`);
    }
    left = left.replace(found, '\n');
  }
  return left;
}

/** Names of members that only jsonld.js, rdf-canonize and source/ know: never those of a document, of the browser, or of a report. */
const INTERNAL = new RegExp(`^(?:${[
  'processingMode|eventHandler|maxDeepIterations|remainingDeepIterations|canonicalIssuer|previousContext|createTermDefinition',
  'revertToPreviousContext|createNodeMap|propertyIsArray|blankNodeInfo|messageDigestAlgorithm|createMessageDigest|maxWorkFactor',
  'canonicalIdMap|typeScopedContext|activeProperty|activeCtx|expandedActiveProperty|insideList|insideIndex|contextResolver',
  'documentLoader|getInitialContext|getContextValue|isKeyword|removeDotSegments|prependBase|validateTypeValue|hasProperty|hasValue',
  'addValue|asArray|compareValues|isBlankNode|isSubjectReference|isEmptyObject|localCtx|overrideProtected|validateScoped',
  'originalOptions|termType|mappings|getProcessed|setProcessed|oldToNewId|expandIri|isUndefined|quadsToLines',
  'modifyFirstDegreeComponent|_componentWithCanonicalId|_addRelatedBlankNodeHash|serializeQuadComponents|_addBlankNodeQuadInfo',
  'hashToRelated|hashToBlankNodes|hashNDegreeQuads|hashFirstDegreeQuads|hashRelatedBlankNode|allowDuplicate|isFrame|typeExpansion',
  'prependValue|expandedParent|_termHasColon|indexKey|IdentifierIssuer|getId|datatype|_existing|isAbsolute|isBoolean|isDouble',
  'isValue|isList|isGraph|isSubject|isString|_hashAndTrackBlankNode|_yield|asserting|netloc|maxElements|maxDepth|handleEvent|toRDF',
  'damaged|whole|profile|header|moments|token|opening|claims|takes|methods|often|reason|facts|hosted|alsoKnown|members|expandedTerm',
  'vocab|asGraph|expandedProperty|propertyIndex|finished|destroyed|multiply|fromBytes|clearCofactor|fromAffine|toAffine|zip215|letters',
  'passOver|doctype|isArchive|directory|unpacked|elements|isPrefix|propagate|withDefault|blockLen|outputLen|suffixPos',
  'asker|question|callsItself|keyName|signatures|objectsLeft|comparisonsLeft|nextDocument|unsound|unsaved|judged|depth',
  'exam|keyword|place|lines|memberOf|kind|bits|form|look|inside|fault',
  'partsLeft|room|processed|resolved|counter|_prefix|_content|hold|coded|stored|tables|typeKey|left|isNumber|list|asked|blank|larger|digits|symbols|inverse|crc|packed|block|count|output|most',
].join('|')})$`);

const changed = {
  name: 'changed',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^\.\/events$/}, () => ({path: join(here, 'source', 'events.cjs')}));
    onLoad({filter: /[\\/](?:jsonld|rdf-canonize)[\\/]lib[\\/]\w+\.js$/}, ({path}) => {
      const name = path.split(/[\\/]/).slice(-3).join('/');
      let contents = withoutUnused(name, readFileSync(path, 'utf8'));
      if (name.startsWith('jsonld')) {
        contents = withoutEvents(withoutExplanations(contents));
      } else if (name.endsWith('/RDFC10.js')) {
        contents = sortedByCodePoint(contents);
      }
      return {contents, loader: 'js'};
    });
  },
};

const bundle = start => build({
  absWorkingDir: here,
  entryPoints: [`source/${start}.js`],
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
    canonicalize: './source/canonicalize.cjs',
    'rdf-canonize': './source/identifier_issuer.cjs',
    'rdf-canonize/lib/RDFC10.js': './node_modules/rdf-canonize/lib/RDFC10.js',
    'rdf-canonize/lib/IdentifierIssuer.js': './node_modules/rdf-canonize/lib/IdentifierIssuer.js',
  },
  plugins: [changed],
  logLevel: 'warning',
});

/** Makes one script, and says what it costs. `names` are those that INTERNAL became: the second script calls them as the first does. */
async function make(start, out, banner, names) {
  const bundled = await bundle(start);
  // The second pass saves 2 kB of the 50 that a page may cost (packed).
  const {code} = await minify(bundled.outputFiles[0].text, {
    ecma: 2022,
    compress: {passes: 5, unsafe_arrows: true, join_vars: false, sequences: false, inline: 1},
    mangle: {properties: {builtins: true, regex: INTERNAL}},
    format: {ascii_only: true, comments: false},
    nameCache: names,
  });
  writeFileSync(out, banner + code);
  console.log(`${out}: ${banner.length + code.length} bytes, ${gzipSync(banner + code, {level: 9}).length} packed`);
}

const names = {};
await make('main', values.out, BANNER, names);
await make('vouching', join(dirname(values.out), 'vouching.js'), '/* Pinback, MIT */\n', {props: names.props});

const licences = ['jsonld', 'rdf-canonize', '@noble/ed25519', '@noble/hashes'].map(name => {
  const folder = join(here, 'node_modules', name);
  const {version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = readFileSync(join(folder, 'LICENSE'), 'utf8').replace(/[ \t]+$/gm, '').trim();
  return `${name} ${version}, changed in places (see pinback/verify_page/build.mjs)\n\n${text}\n`;
});
const line = `\n${'-'.repeat(72)}\n\n`;
writeFileSync(join(dirname(values.out), 'verify-licenses.txt'), `What verify.js of Pinback holds of others.\n${line}${licences.join(line)}`);
