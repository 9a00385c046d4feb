/** What a design shows, in English words, as `pinback/designs/alt.py` says it. */
const COUNTED = ['', 'one star', 'two stars', 'three stars'];

export function says(design, {measures, icons}) {
  const named = Object.hasOwn(measures.colours, design.colour) ? measures.colours[design.colour] : null;
  const what = named ? `${named.says} ${design.shape}` : design.shape;
  const parts = [
    ...(design.icon ? [icons[design.icon].says] : []),
    ...(design.text ? [`the ${design.text.includes(' ') ? 'words' : 'word'} “${design.text}”`] : []),
    ...(design.ribbon ? [`a ribbon “${design.ribbon}”`] : []),
    ...(design.level ? [COUNTED[design.level]] : []),
  ];
  const first = `${/^[aeiou]/.test(what) ? 'An' : 'A'} ${what} with `;
  return first + (parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`);
}
