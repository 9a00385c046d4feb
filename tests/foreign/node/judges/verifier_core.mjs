// credential.json by the verifier of the Digital Credentials Consortium, as wallets of that family run it.
//
// It has no hook for a loader: it resolves did:web, status lists and schemas with fetch, which offline_web.mjs
// answers from the folder. It carries own, older copies of the contexts, so it also tells whether signatures hold
// for readers who never updated theirs.

import { verifyCredential } from '@digitalcredentials/verifier-core';
import { CREDENTIALS } from '../site.mjs';
import { demand, explain } from '../tally.mjs';
import { standingOf } from './embedded_proofs.mjs';

export const title = 'wallet verification (@digitalcredentials/verifier-core)';

export async function judge({ site, documentLoader, schemas }, tally) {
  if (schemas.size === 0) tally.skip('its schema step: no --schemas');
  for (const file of tally.requireSome(site.matching(CREDENTIALS), 'awards/*/credential.json')) {
    await tally.check(file, async () => {
      const credential = site.json(file);
      const result = await quietly(() => verifyCredential({ credential, knownDIDRegistries: [] }));
      demand(!result.errors, (result.errors ?? []).map((error) => `${error.name}: ${explain(error)}`).join('; '));
      const { expired, raised, word } = await standingOf(credential, documentLoader);
      const expected = { valid_signature: true, expiration: !expired };
      for (const { statusPurpose } of [credential.credentialStatus ?? []].flat()) {
        expected[`${statusPurpose}_status`] = !raised.includes(statusPurpose);
      }
      for (const [id, valid] of Object.entries(expected)) {
        const steps = result.log.filter((entry) => entry.id === id);
        demand(steps.length > 0, `no step ${id}`);
        for (const step of steps) demand(step.valid === valid, `${id}: expected ${valid}, got ${JSON.stringify(step)}`);
      }
      // registered_issuer is left alone: no club is in a registry, and "not found" is the right answer.
      if (schemas.size > 0) demandSchema(result);
      tally.found(word);
    });
  }
}

function demandSchema(result) {
  const entry = result.additionalInformation?.find(({ id }) => id === 'schema_check');
  demand(Array.isArray(entry?.results), `schema step: ${JSON.stringify(entry?.results)}`);
  for (const { schema, result: outcome } of entry.results) {
    demand(outcome.valid, `schema ${schema}: ${JSON.stringify(outcome.errors?.[0])}`);
  }
}

/** The library prints its troubles (a schema it cannot load, the style of one it can); this program's output has fixed lines. */
async function quietly(run) {
  const { log, warn, error } = console;
  console.log = console.warn = console.error = () => {};
  try {
    return await run();
  } finally {
    Object.assign(console, { log, warn, error });
  }
}
