// credential.json by Digital Bazaar's stack: eddsa-rdfc-2022 proof, controller in did.json, Bitstring status.

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { checkStatus, decodeList } from '@digitalbazaar/vc-bitstring-status-list';
import { ASSERTIONS, CLOSINGS, CREDENTIALS, ENDORSEMENTS, beside } from '../site.mjs';
import { demand } from '../tally.mjs';

export const title = 'embedded proofs (@digitalbazaar/vc)';

export async function judge({ site, documentLoader }, tally) {
  for (const file of tally.requireSome(site.matching(CREDENTIALS), 'awards/*/credential.json')) {
    await tally.check(file, async () => {
      const credential = site.json(file);
      demand(site.addresses(file).includes(credential.id), `id is ${credential.id}, the address is ${site.addresses(file)}`);
      await demandSignature(credential, documentLoader);
      const standing = await standingOf(credential, documentLoader);
      const suspended = await isSuspended(credential, site);
      demandSameStandingInOb2(site, file, standing, suspended);
      tally.found(suspended ? 'suspended' : standing.word);
    });
  }
  for (const file of site.matching(CLOSINGS)) {
    await tally.check(file, async () => {
      const statement = site.json(file);
      demand(site.addresses(file).includes(statement.id), `id is ${statement.id}`);
      await demandSignature(statement, documentLoader);
      tally.found('final statement');
    });
  }
  for (const file of site.matching(ENDORSEMENTS)) {
    await tally.check(file, async () => {
      const endorsement = site.json(file);
      demand(site.addresses(file).includes(endorsement.id), `id is ${endorsement.id}`);
      await demandSignature(endorsement, documentLoader);
      const standing = await standingOf(endorsement, documentLoader);
      const hosted = site.json(beside(file, 'endorsement.json'));
      demand((hosted.revoked === true) === (standing.word === 'revoked'), `${standing.word}, but hosted says otherwise`);
      tally.found(`endorsement ${standing.word}`);
    });
  }
}

/**
 * Whether the issuer's suspension list has the bit at the award's position set. OB 3.0 has room for one status entry,
 * so the credential does not name this list; it lies beside the other one under the same number.
 */
async function isSuspended({ credentialStatus }, site) {
  const url = credentialStatus.statusListCredential.replace('/revocation-', '/suspension-');
  if (site.fileAt(url) === undefined) return false;
  const { encodedList } = site.jsonAt(url).credentialSubject;
  return (await decodeList({ encodedList })).getStatus(Number(credentialStatus.statusListIndex));
}

/** Throws unless the signature alone is right, whatever time or status say. */
export async function demandSignature(credential, documentLoader) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await verifyCredential({
    credential,
    suite,
    documentLoader,
    now: credential.validFrom, // the first moment it is valid, so an expired one is judged by its signature
    checkStatus: async () => ({ verified: true }),
  });
  if (!result.verified) throw result.error ?? new Error('not verified');
}

/**
 * What the library says of a credential today; a failed signature or an unreadable list throws. `raised` holds the
 * purposes whose bit is set: the library's own `verified` stays true then, so whoever forgets to look sees no fault.
 */
export async function standingOf(credential, documentLoader) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const expired = credential.validUntil !== undefined && Date.parse(credential.validUntil) < Date.now();
  const today = await verifyCredential({ credential, suite, documentLoader, checkStatus });
  if (expired) {
    demand(
      !today.verified && /is after "validUntil"/.test(today.error?.message),
      'expired, but not reported as expired',
    );
  } else if (!today.verified) {
    throw today.error ?? today.statusResult?.error ?? new Error('not verified');
  }
  const none = { verified: true, results: [] };
  const status =
    today.statusResult ??
    (credential.credentialStatus ? await checkStatus({ credential, suite, documentLoader }) : none);
  if (!status.verified) throw status.error ?? new Error('status not readable');
  const raised = status.results
    .filter((result) => result.status)
    .map((result) => result.credentialStatus.statusPurpose);
  const word = raised.includes('revocation')
    ? 'revoked'
    : raised.includes('suspension')
      ? 'suspended'
      : expired
        ? 'expired'
        : 'valid';
  return { expired, raised, word };
}

/** Both standards must say the same of one award; the OB 2.0 side says it in words in assertion.json. */
function demandSameStandingInOb2(site, file, standing, suspended) {
  const assertion = beside(file, 'assertion.json');
  if (!ASSERTIONS.test(assertion) || !site.has(assertion)) return;
  const revoked = site.json(assertion).revoked === true;
  const raised = suspended || standing.raised.length > 0; // OB 2.0 knows no suspension and calls it revoked meanwhile
  demand(revoked === raised, `${assertion} says revoked: ${revoked}, the status lists say ${raised}`);
}
