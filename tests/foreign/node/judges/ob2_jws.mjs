// assertion.jws.txt (OB 2.0, SignedBadge) by jose: key, badge, issuer and revocation list are found as a reader
// finds them, each at the address that the document before it names.

import { isDeepStrictEqual } from 'node:util';
import { compactVerify, decodeProtectedHeader, importSPKI } from 'jose';
import { ASSERTION_JWSS, ENDORSEMENT_JWSS, beside } from '../site.mjs';
import { demand } from '../tally.mjs';
import { compactText } from './vc_jwt.mjs';

export const title = 'OB 2.0 signed (jose)';

// These differ by nature: each form has its own address and way to verify, and only the hosted one can be edited later.
const FORM_MEMBERS = ['id', 'verification', 'revoked', 'revocationReason'];

export async function judge({ site }, tally) {
  for (const file of tally.requireSome(site.matching(ASSERTION_JWSS), 'awards/*/assertion.jws.txt')) {
    await tally.check(file, async () => {
      const { assertion, profile } = await verifyObJws(compactText(site, file), site);
      demand(site.addresses(file).includes(assertion.id), `id is ${assertion.id}, the address is ${site.addresses(file)}`);
      const hosted = site.json(beside(file, 'assertion.json'));
      demandSameAssertion(assertion, hosted, site);
      demandRevocationListAgrees(site, profile, hosted, [assertion.id, hosted.id]);
      tally.found(hosted.revoked === true ? 'revoked' : 'not revoked');
    });
    await tally.check(beside(file, 'assertion.json'), () => {
      const hosted = site.json(beside(file, 'assertion.json'));
      demand(site.addresses(beside(file, 'assertion.json')).includes(hosted.id), `id is ${hosted.id}`);
      demand(['HostedBadge', 'hosted'].includes(hosted.verification.type), 'not a HostedBadge');
    });
  }
  for (const file of site.matching(ENDORSEMENT_JWSS)) {
    await tally.check(file, () => judgeEndorsement(site, file, tally));
  }
}

/** An Endorsement is signed by the issuer that it names itself; the hosted one says the same, until it has ended. */
async function judgeEndorsement(site, file, tally) {
  const token = compactText(site, file);
  const endorsement = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
  const keyDocument = site.jsonAt(endorsement.verification.creator);
  await compactVerify(token, await importSPKI(keyDocument.publicKeyPem, 'RS256'), { algorithms: ['RS256'] });
  const profile = site.jsonAt(endorsement.issuer);
  demand([profile.publicKey].flat().includes(keyDocument.id), `${profile.id} does not list the key ${keyDocument.id}`);
  demand(keyDocument.owner === profile.id, `owner of ${keyDocument.id} is ${keyDocument.owner}`);
  demand(site.jsonAt(endorsement.claim.id).id === endorsement.claim.id, 'what it endorses calls itself something else');
  const hosted = site.json(beside(file, 'endorsement.json'));
  demand(site.addresses(beside(file, 'endorsement.json')).includes(hosted.id), `id is ${hosted.id}`);
  demandSameAssertion(endorsement, hosted, site);
  demandRevocationListAgrees(site, profile, hosted, [endorsement.id, hosted.id]);
  tally.found(`endorsement ${hosted.revoked === true ? 'revoked' : 'not revoked'}`);
}

/** Throws unless the signature is right and the key belongs to the issuer of the badge. */
export async function verifyObJws(token, site) {
  const header = decodeProtectedHeader(token);
  const extra = Object.keys(header).filter((member) => !['alg', 'typ'].includes(member));
  demand(extra.length === 0, `header has ${extra.join(', ')}`);
  const assertion = JSON.parse(
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(token.split('.')[1], 'base64url')),
  );
  demand(
    ['SignedBadge', 'signed'].includes(assertion.verification.type),
    `verification is ${assertion.verification.type}`,
  );
  const keyDocument = site.jsonAt(assertion.verification.creator);
  demand(
    keyDocument.id === assertion.verification.creator,
    `the key at ${assertion.verification.creator} calls itself ${keyDocument.id}`,
  );
  const key = await importSPKI(keyDocument.publicKeyPem, 'RS256');
  await compactVerify(token, key, { algorithms: ['RS256'] });

  const badge = site.jsonAt(assertion.badge);
  demand(badge.id === assertion.badge, `the badge at ${assertion.badge} calls itself ${badge.id}`);
  const profile = site.jsonAt(badge.issuer);
  demand(profile.id === badge.issuer, `the issuer at ${badge.issuer} calls itself ${profile.id}`);
  demand([profile.publicKey].flat().includes(keyDocument.id), `${profile.id} does not list the key ${keyDocument.id}`);
  demand(keyDocument.owner === profile.id, `owner of ${keyDocument.id} is ${keyDocument.owner}, not ${profile.id}`);
  return { assertion, profile, key };
}

// After a theft the signed form names another version of the badge, whose issuer has the new key; it says the same.
function sayTheSame(one, other, site) {
  if (one === other) return true;
  const said = [one, other].map((url) => {
    const { id, image, issuer, ...rest } = site.jsonAt(url);
    return rest;
  });
  return isDeepStrictEqual(said[0], said[1]);
}

function demandSameAssertion(signed, hosted, site) {
  const names = new Set(
    [...Object.keys(signed), ...Object.keys(hosted)].filter((name) => !FORM_MEMBERS.includes(name)),
  );
  const differing = [...names].filter((name) =>
    name === 'badge' ? !sayTheSame(signed.badge, hosted.badge, site) : !isDeepStrictEqual(signed[name], hosted[name]),
  );
  demand(differing.length === 0, `differs from assertion.json in ${differing.join(', ')}`);
}

function demandRevocationListAgrees(site, profile, hosted, ids) {
  const entries = site.jsonAt(profile.revocationList).revokedAssertions ?? [];
  const listed = new Set(entries.map((entry) => (typeof entry === 'string' ? entry : entry.id)));
  for (const id of ids) {
    demand(
      listed.has(id) === (hosted.revoked === true),
      `revoked: ${hosted.revoked === true}, but ${id} is ${listed.has(id) ? '' : 'not '}in the revocation list`,
    );
  }
}
