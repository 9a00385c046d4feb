/**
 * The colours of a drawing out of the one colour of a design, as `pinback/designs/tones.py` has them, and whether words on it can be
 * read (WCAG 2.2, "contrast ratio"; OKLCH as in `pinback/colours.py`).
 */
export const LEAST = 4.5;
const STEP = 0.001;

const parts = colour => [1, 3, 5].map(place => parseInt(colour.slice(place, place + 2), 16));
const linear = part => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const encoded = value => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
const hex = numbers => `#${numbers.map(number => number.toString(16).padStart(2, '0')).join('')}`;

function luminance(colour) {
  const [red, green, blue] = parts(colour).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((first, second) => first - second);
  return (high + 0.05) / (low + 0.05);
}

function mixed(colour, [other, percent]) {
  const to = other === 'black' ? 0 : 255;
  return hex(parts(colour).map(part => Math.floor((part * (100 - percent) + to * percent + 50) / 100)));
}

/** The first of the two that has the larger value, as Python's max. */
const larger = (one, other, value) => (value(other) > value(one) ? other : one);

/** Return the colours of a drawing; `colour` is a name of the table, or #rrggbb in small letters. */
export function tones(colour, measures) {
  const named = Object.hasOwn(measures.colours, colour) ? measures.colours[colour] : null;
  const field = named ? named.field : colour;
  const made = Object.fromEntries(Object.entries(measures.tones).map(([name, how]) => [name, mixed(field, how)]));
  const lightInk = measures.ink.light;
  const ink = larger(lightInk, made.dark, one => Math.min(contrast(one, field), contrast(one, made.light)));
  const [first, second] = measures.ribbon_of_others;
  const ribbon = measures.ribbons[named ? named.ribbon : ink === lightInk ? first : second];
  const ribbonInk = larger(lightInk, mixed(ribbon, measures.tones.dark), one => contrast(one, ribbon));
  return {field, light: made.light, rim: made.rim, edge: lightInk, ink, ribbon, fold: mixed(ribbon, measures.tones.fold), ribbonInk};
}

/** Return the contrast of icon and words with what lies under them. */
export function readability(colour, measures) {
  const made = tones(colour, measures);
  return Math.min(contrast(made.ink, made.field), contrast(made.ink, made.light), contrast(made.ribbonInk, made.ribbon));
}

function toOklch(colour) {
  const [red, green, blue] = parts(colour).map(linear);
  const long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3);
  const medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3);
  const short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3);
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  return [0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short, Math.hypot(a, b), Math.atan2(b, a)];
}

function linearOf(lightness, chroma, hue) {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

function fromOklch(lightness, chroma, hue) {
  const inside = found => found.every(part => part >= -1e-4 && part <= 1 + 1e-4);
  let found = linearOf(lightness, chroma, hue);
  if (!inside(found)) {
    let [low, high] = [0, chroma];
    for (let step = 0; step < 20; step += 1) {
      const middle = (low + high) / 2;
      [low, high] = inside(linearOf(lightness, middle, hue)) ? [middle, high] : [low, middle];
    }
    found = linearOf(lightness, low, hue);
  }
  return hex(found.map(part => Math.round(255 * encoded(Math.min(1, Math.max(0, part))))));
}

/** Return the colour nearest to this one, of the same hue, on which words can be read. */
export function nearestReadable(colour, measures) {
  const [lightness, chroma, hue] = toOklch(colour);
  const found = [-1, 1].map(direction => {
    for (let count = 0; count <= 1 / STEP; count += 1) {
      const one = fromOklch(Math.min(1, Math.max(0, lightness + direction * count * STEP)), chroma, hue);
      if (readability(one, measures) >= LEAST) {
        return one;
      }
    }
    return direction > 0 ? '#ffffff' : '#000000';
  });
  const far = one => Math.abs(toOklch(one)[0] - lightness);
  return far(found[1]) < far(found[0]) ? found[1] : found[0];
}
