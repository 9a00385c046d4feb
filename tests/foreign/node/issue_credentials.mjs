// How long Digital Bazaar's issuer takes for a folder of credentials: the embedded proof alone. For benchmarks/.
//
//   node issue_credentials.mjs --credentials DIR
//
// The proofs that the documents carry are taken off first. Contexts come from memory. The first fifty are signed once before
// the clock starts, so that the compiler has seen the code.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { contextTable } from './contexts.mjs';

const WARM = 50;
const { values: options } = parseArgs({ options: { credentials: { type: 'string' } } });
const contexts = contextTable();

async function documentLoader(url) {
  if (!contexts.has(url)) throw new Error(`${url} is no context that is known here`);
  return { contextUrl: null, documentUrl: url, document: contexts.get(url), tag: 'static' };
}

const controller = 'did:web:club.example.org';
const key = await Ed25519Multikey.generate({ id: `${controller}#key`, controller });

async function signed(document) {
  const suite = new DataIntegrityProof({ signer: key.signer(), cryptosuite });
  return issue({ credential: document, suite, documentLoader });
}

const documents = readdirSync(options.credentials)
  .sort()
  .map((name) => JSON.parse(readFileSync(path.join(options.credentials, name), 'utf8')));
for (const document of documents) delete document.proof;
for (const document of documents.slice(0, WARM)) await signed(document);
const started = performance.now();
const before = process.cpuUsage();
for (const document of documents) await signed(document);
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ count: documents.length, seconds, cpu: (user + system) / 1e6 }));
