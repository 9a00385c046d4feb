// How long Digital Bazaar's verifier takes for a folder of credentials: signature, dates, status. For benchmarks/.
//
//   node time_credentials.mjs --site DIR --base-url URL --credentials DIR
//
// Contexts and the issuer's documents come from memory, so that nothing but verifying is measured.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { contextTable } from './contexts.mjs';
import { openOfflineWeb } from './offline_web.mjs';
import { Site } from './site.mjs';

const { values: options } = parseArgs({
  options: { site: { type: 'string' }, 'base-url': { type: 'string' }, credentials: { type: 'string' } },
});
const site = new Site(options.site, options['base-url']);
const { documentLoader } = openOfflineWeb(site, contextTable(), new Map());
const suite = new DataIntegrityProof({ cryptosuite });

const started = performance.now();
let good = 0;
let count = 0;
for (const name of readdirSync(options.credentials)) {
  const credential = JSON.parse(readFileSync(path.join(options.credentials, name), 'utf8'));
  const result = await verifyCredential({ credential, suite, documentLoader, checkStatus });
  count += 1;
  if (result.verified) good += 1;
}
console.log(JSON.stringify({ count, good, seconds: (performance.now() - started) / 1000 }));
