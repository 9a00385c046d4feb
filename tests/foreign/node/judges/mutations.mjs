// Every signed value is changed, one at a time, and the change must be noticed: what a verifier does not notice was
// published unsigned. A sample of awards, spread evenly, since each takes some hundred verifications.

import { compactVerify } from 'jose';
import { changedDocuments, changedTokens, sameSignedBytes } from '../changes.mjs';
import { CREDENTIALS, beside } from '../site.mjs';
import { demand } from '../tally.mjs';
import { LEFT_OUT } from './award_folders.mjs';
import { demandSignature } from './embedded_proofs.mjs';
import { verifyObJws } from './ob2_jws.mjs';
import { verifyVcJwt } from './vc_jwt.mjs';

export const title = 'mutations';

export async function judge({ site, documentLoader, resolveDid, mutations }, tally) {
  const sample = evenly(tally.requireSome(site.matching(CREDENTIALS), 'awards/*/credential.json'), mutations);
  tally.found('awards', sample.length);
  for (const file of sample) {
    // The original must pass, or rejections would prove nothing.
    const credential = await tally.check(`${file} unchanged`, async () => {
      const genuine = site.json(file);
      await demandSignature(genuine, documentLoader);
      return genuine;
    });
    if (credential) await documentChangesAreRejected(file, credential, documentLoader, tally);

    for (const [name, verify] of [
      ['credential.jwt.txt', (token) => verifyVcJwt(token, resolveDid)],
      ['assertion.jws.txt', (token) => verifyObJws(token, site)],
    ]) {
      const jws = beside(file, name);
      if (LEFT_OUT.includes(name) && !site.has(jws)) continue; // judged as a folder
      const verified = await tally.check(`${jws} unchanged`, () => verify(site.text(jws)));
      if (verified) await tokenChangesAreRejected(jws, site.text(jws), verified.key, tally);
    }
  }
}

async function documentChangesAreRejected(file, credential, documentLoader, tally) {
  for (const [change, document] of changedDocuments(credential)) {
    await tally.check(`${file} ${change}`, async () => {
      demand(!(await succeeds(demandSignature(document, documentLoader))), 'was accepted');
      tally.found('rejected');
    });
  }
}

/** By the signature alone, with the genuine key: a broken payload must not be refused only for being broken JSON. */
async function tokenChangesAreRejected(file, token, key, tally) {
  for (const [change, changed] of changedTokens(token)) {
    await tally.check(`${file} ${change}`, async () => {
      const accepted = await succeeds(compactVerify(changed, key, { algorithms: ['RS256'] }));
      if (accepted && sameSignedBytes(token, changed)) return tally.found('without effect');
      demand(!accepted, 'was accepted');
      return tally.found('rejected');
    });
  }
}

function succeeds(promise) {
  return promise.then(
    () => true,
    () => false,
  );
}

function evenly(items, count) {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]);
}
