// The official OB 3.0 JSON Schema, by ajv, on both forms of the credential.

import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { CLOSINGS, CREDENTIALS, CREDENTIAL_JWTS, ENDORSEMENTS } from '../site.mjs';
import { demand } from '../tally.mjs';

export const title = 'OB 3.0 schema (ajv)';

export async function judge({ site, schemas }, tally) {
  const [schema] = schemas.values();
  if (!schema) return tally.skip('no --schemas');
  const ajv = new Ajv2019({ allErrors: true, strict: false }); // strict is about the schema's own style, not the documents
  addFormats.default(ajv);
  const validate = ajv.compile(schema);

  const validateEndorsement = ajv.getSchema(`${schema.$id}#/$defs/EndorsementCredential`);
  const payload = (file) => JSON.parse(Buffer.from(site.text(file).split('.')[1], 'base64url').toString());
  const documents = [
    ...site.matching(CREDENTIALS).map((file) => [file, () => site.json(file)]),
    ...site.matching(CREDENTIAL_JWTS).map((file) => [file, () => payload(file)]),
  ];
  for (const [file, read] of tally.requireSome(documents, 'credentials')) {
    await tally.check(file, () => demandValid(validate, read()));
  }
  for (const file of [...site.matching(CLOSINGS), ...site.matching(ENDORSEMENTS)]) {
    await tally.check(file, () => demandValid(validateEndorsement, site.json(file)));
  }
}

function demandValid(validate, document) {
  validate(document);
  const errors = (validate.errors ?? [])
    .slice(0, 3)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  demand(errors.length === 0, errors.join('; '));
}
