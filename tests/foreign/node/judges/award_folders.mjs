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

// A club may say that awards from a day on have the lean set of files; then both of these are left out, or neither.
export const LEFT_OUT = ['badge.svg', 'credential.jwt.txt'];

export async function judge({ site }, tally) {
  const lean = 'lean_since' in site.json('index.json');
  const held = new Map();
  for (const file of site.matching(/^awards\/[^/]+\/[^/]+$/)) {
    const [, award, name] = file.split('/');
    held.set(award, [...(held.get(award) ?? []), name]);
  }
  // A folder with a page only is not issued yet; of an erased award an id and the word "revoked" are left.
  const issued = [...held].filter(([, names]) => FORMS.some((form) => names.includes(form)));
  for (const [award, names] of tally.requireSome(issued, 'awards/*/')) {
    await tally.check(`awards/${award}/`, () => {
      if (isErased(site, award, names)) return tally.found('erased');
      const missing = FORMS.filter((form) => !names.includes(form));
      if (lean && missing.join() === LEFT_OUT.join()) return tally.found('lean');
      demand(missing.length === 0, `${missing.join(', ')} missing`);
    });
  }
}

/** OB 2.0, "Revoked": where a host cannot answer 410 Gone, an id and the word are enough. */
function isErased(site, award, names) {
  if (FORMS.filter((form) => names.includes(form)).join() !== 'assertion.json') return false;
  const file = `awards/${award}/assertion.json`;
  const { '@context': _context, type, id, revoked, ...more } = site.json(file);
  return type === 'Assertion' && revoked === true && Object.keys(more).length === 0 && site.addresses(file).includes(id);
}
