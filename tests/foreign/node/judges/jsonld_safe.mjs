// JSON-LD expansion and canonicalisation in safe mode: an undefined term or a relative IRI is dropped silently by
// other processors and would then be published unsigned.

import jsonld from 'jsonld';
import { ASSERTIONS, CLOSINGS, CREDENTIALS, DID_DOCUMENTS, ENDORSEMENTS, STATUS_LISTS } from '../site.mjs';
import { demand } from '../tally.mjs';

export const title = 'JSON-LD safe mode (jsonld)';

const OB2 = 'https://w3id.org/openbadges/v2';
const OB2_DOCUMENTS = /^(badges\/.+\/badge|issuers\/[^/]+\/(issuer[^/]*|revoked[^/]*|keys\/[^/]+))\.json$/;

export async function judge({ site, documentLoader, contexts }, tally) {
  const required = [
    [CREDENTIALS, 'awards/*/credential.json'],
    [STATUS_LISTS, 'issuers/*/status/*.json'],
    [DID_DOCUMENTS, 'did.json'],
  ];
  const files = required.flatMap(([pattern, what]) => tally.requireSome(site.matching(pattern), what));
  files.push(...site.matching(CLOSINGS), ...site.matching(ENDORSEMENTS));
  if (contexts.has(OB2)) files.push(...site.matching(ASSERTIONS), ...site.matching(OB2_DOCUMENTS));
  else tally.skip('OB 2.0 documents: no --standards-contexts with the OB 2.0 context');

  for (const file of files) {
    await tally.check(file, async () => {
      const document = site.json(file);
      const options = { documentLoader, safe: true, base: null };
      demand((await jsonld.expand(document, options)).length > 0, 'expands to nothing');
      const quads = await jsonld.canonize(document, {
        ...options,
        algorithm: 'RDFC-1.0',
        format: 'application/n-quads',
      });
      demand(quads.length > 0, 'says nothing in RDF');
    });
  }
}
