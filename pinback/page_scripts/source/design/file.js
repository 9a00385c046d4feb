/** The text of `badge.md` out of what a steward filled in; every value reads back as it was typed. */

/** What stands as it is in a file and between brackets: letters and digits, and few signs, none of which YAML knows. */
const AS_IT_IS = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._'\u2019()/+-]*[\p{L}\p{M}\p{N}._'\u2019()/+])?$/u;

/** Return a value of a field: plain where it can be, else between double quotes. */
export const value = text => (AS_IT_IS.test(text) ? text : JSON.stringify(text));

/** Return the line `design: {…}`. */
export function designLine({shape, colour, icon, text, ribbon, level}) {
  const fields = {shape, colour, icon, text, ribbon, level: level ? String(level) : ''};
  const written = Object.entries(fields).filter(([, one]) => one).map(([name, one]) => `${name}: ${value(one)}`);
  return `design: {${written.join(', ')}}`;
}

/** Return the name of a badge's folder made from its name, or "" where nothing is left of it. */
export function slugOf(name) {
  const letters = {ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', þ: 'th', ð: 'd', ı: 'i'};
  const plain = name.toLowerCase().replace(/[\u00df\u00e6\u0153\u00f8\u0111\u0142\u00fe\u00f0\u0131]/g, letter => letters[letter]).normalize('NFKD').toLowerCase().replace(/[\p{M}'\u2019]/gu, '');
  return plain.split(/[^a-z0-9]+/).filter(Boolean).join('-').slice(0, 40).replace(/-$/, '');
}

export const isSlug = text => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && text.length <= 64;

const folded = text => text.split(/\s+/).filter(Boolean).join(' ');

/** Return the steps as a list in Markdown: one a line, numbered where there are several. */
function listed(text) {
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean);
  const bare = lines.map(line => line.replace(/^(?:[-*+\u2022]|\d+[.)])\s+/, ''));
  return lines.length < 2 ? lines.join('') : bare.map((line, place) => `${place + 1}. ${line}`).join('\n');
}

/** Return the whole file. `words` has the two headings. */
export function badgeFile({name, description, alt, steps, checking, design}, words) {
  const fields = [
    `name: ${value(folded(name))}`,
    `description: ${value(folded(description))}`,
    designLine(design),
    ...(folded(alt) ? [`alt: ${value(folded(alt))}`] : []),
  ];
  return `---\n${fields.join('\n')}\n---\n\n## ${words.whatYouDo}\n\n${listed(steps)}\n\n## ${words.howChecked}\n\n${checking.trim()}\n`;
}
