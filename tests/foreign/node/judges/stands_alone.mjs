// A published site must need no host but its own: whatever any judge asked for beyond it is a finding.

import { OB3_SCHEMA_URL } from '../contexts.mjs';
import { demand } from '../tally.mjs';

export const title = 'no other host needed';

export async function judge({ refused, schemas }, tally) {
  await tally.check('addresses asked for', () => {
    const outside = [...refused].filter((url) => schemas.size > 0 || url !== OB3_SCHEMA_URL);
    demand(outside.length === 0, outside.slice(0, 5).join(', '));
  });
}
