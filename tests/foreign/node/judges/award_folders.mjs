// Every award is published in all its forms. The other judges go by what they find, so a file that is missing in one
// folder would escape them.

import { demand } from '../tally.mjs';

export const title = 'award folders';

const FORMS = [
  'assertion.json',
  'assertion.jws.txt',
  'badge.png',
  'badge.svg',
  'credential.json',
  'credential.jwt.txt',
];

export async function judge({ site }, tally) {
  const held = new Map();
  for (const file of site.matching(/^awards\/[^/]+\/[^/]+$/)) {
    const [, award, name] = file.split('/');
    held.set(award, [...(held.get(award) ?? []), name]);
  }
  // A folder with a page only is an award whose documents were erased, or is not issued yet.
  const issued = [...held].filter(([, names]) => FORMS.some((form) => names.includes(form)));
  for (const [award, names] of tally.requireSome(issued, 'awards/*/')) {
    await tally.check(`awards/${award}/`, () => {
      const missing = FORMS.filter((form) => !names.includes(form));
      demand(missing.length === 0, `${missing.join(', ')} missing`);
    });
  }
}
