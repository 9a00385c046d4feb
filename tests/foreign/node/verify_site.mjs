// Judges a built site with software that nobody in this project wrote. No network: see offline_web.mjs.
//
//   node verify_site.mjs --site DIR --base-url URL [--schemas DIR] [--standards-contexts DIR]
//                        [--mutations N] [--only WORD] [--json]
//
//   --also-at             an address that the site has left; may be repeated
//   --schemas             folder with ob_v3p0_achievementcredential_schema.json
//   --standards-contexts  folder with the newest context texts; adds the OB 2.0 documents to the JSON-LD judge
//   --mutations           how many awards to take for the mutations (default 40)
//   --only                only judges whose title contains the word, for looking into one failure
//   --json                every line but the last is a JSON object
//
// The last line is always "N passed, N failed". Exit: 0 fine, 1 something failed or was missing, 2 wrong usage.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { OB3_SCHEMA_URL, contextTable } from './contexts.mjs';
import * as awardFolders from './judges/award_folders.mjs';
import * as baked from './judges/baked.mjs';
import * as embeddedProofs from './judges/embedded_proofs.mjs';
import * as htmlPages from './judges/html_pages.mjs';
import * as jsonldSafe from './judges/jsonld_safe.mjs';
import * as mutations from './judges/mutations.mjs';
import * as ob2Jws from './judges/ob2_jws.mjs';
import * as ob3Schema from './judges/ob3_schema.mjs';
import * as standsAlone from './judges/stands_alone.mjs';
import * as statusLists from './judges/status_lists.mjs';
import * as vcJwt from './judges/vc_jwt.mjs';
import * as verifierCore from './judges/verifier_core.mjs';
import { openOfflineWeb } from './offline_web.mjs';
import { Site } from './site.mjs';
import { Tally } from './tally.mjs';

// The judge of what was asked for comes after all who ask for something the site says, and before the mutations,
// whose broken documents name hosts that nobody meant.
const JUDGES = [
  awardFolders,
  embeddedProofs,
  statusLists,
  verifierCore,
  vcJwt,
  ob2Jws,
  ob3Schema,
  jsonldSafe,
  baked,
  htmlPages,
  standsAlone,
  mutations,
];

const options = readOptions();
const site = new Site(options.site, options['base-url'], options['also-at']);
const contexts = contextTable(options['standards-contexts']);
const schemas = readSchemas(options.schemas);
const bench = {
  site,
  contexts,
  schemas,
  mutations: Number(options.mutations),
  ...openOfflineWeb(site, contexts, schemas),
};

let passed = 0;
let failed = 0;
for (const { title, judge } of JUDGES.filter((one) => one.title.includes(options.only))) await run(title, judge);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function run(title, judge) {
  const tally = new Tally(title);
  try {
    await judge(bench, tally);
  } catch (error) {
    // A judge that stops half way has not judged the rest.
    tally.failures.push({ where: title, why: `stopped: ${error.stack.split('\n').slice(0, 3).join(' ')}` });
  }
  passed += tally.passed;
  failed += tally.failures.length;
  print(tally);
}

function print(tally) {
  const { title, failures, skipped, outcomes } = tally;
  if (options.json) {
    console.log(
      JSON.stringify({
        title,
        passed: tally.passed,
        failed: failures.length,
        found: Object.fromEntries(outcomes),
        failures,
        skipped,
      }),
    );
    return;
  }
  console.log(tally.summary());
  for (const what of skipped) console.log(`     skipped: ${what}`);
  for (const { where, why } of failures) console.log(`     ${where}: ${why}`);
}

function readSchemas(folder) {
  if (!folder) return new Map();
  return new Map([[OB3_SCHEMA_URL, JSON.parse(readFileSync(schemaFile(folder), 'utf8'))]]);
}

function schemaFile(folder) {
  return path.join(folder, path.posix.basename(OB3_SCHEMA_URL));
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        site: { type: 'string' },
        'base-url': { type: 'string' },
        'also-at': { type: 'string', multiple: true, default: [] },
        schemas: { type: 'string' },
        'standards-contexts': { type: 'string' },
        mutations: { type: 'string', default: '40' },
        only: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
      },
    });
    if (!values.site || !values['base-url']) throw new Error('--site and --base-url are needed');
    if (!/^\d+$/.test(values.mutations)) throw new Error('--mutations takes a number');
    for (const name of ['site', 'schemas', 'standards-contexts']) {
      if (values[name] && !existsSync(values[name])) throw new Error(`--${name}: no folder ${values[name]}`);
    }
    if (values.schemas && !existsSync(schemaFile(values.schemas)))
      throw new Error(`no file ${schemaFile(values.schemas)}`);
    return values;
  } catch (error) {
    console.error(`verify_site: ${error.message}; see the head of this file`);
    process.exit(2);
  }
}
