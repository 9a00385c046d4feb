/**
 * Draws a design as SVG: the same bytes as `pinback/images/design.py` where the table of letters has all of its words.
 *
 * For other scripts the words are text, which every computer shows with its own fonts; `exact` is false then, and what is published
 * is drawn by the build. `tables` holds what `designs.json`, `icons.json` and `letters.json` say.
 */
import {laidOut} from './layout.js';
import {tones} from './tones.js';

const LATIN_SPACES = /[\s\u00a0]+/g;
/** Width of a letter that the table does not have, in em: enough to see how much room there is. */
const UNKNOWN = {width: 0.66, top: 0.8, bottom: 0.2};

/** In the table of letters: no script of its own. */
const SHARED = -1;

/** Words as they are drawn: composed, with single spaces. */
export const plain = text => text.normalize('NFC').replace(LATIN_SPACES, ' ').trim();

/** Tell whether all letters of a text are in the table. */
export const known = (text, letters) => [...text].every(letter => Object.hasOwn(letters.letters, letter));

/** Cut a text into runs of one script; signs that many scripts use go with what stands before. */
function runs(text, {letters}) {
  const signs = [...text];
  const scripts = signs.map(letter => letters[letter][3]);
  let script = scripts.find(one => one !== SHARED) ?? SHARED;
  const found = [];
  for (const [place, letter] of signs.entries()) {
    const own = scripts[place] === SHARED ? script : scripts[place];
    if (found.length && own === script) {
      found.at(-1).push(letter);
    } else {
      found.push([letter]);
    }
    script = own;
  }
  return found;
}

/** Return the glyphs of a line with their places, its width, and how far its ink reaches, in em. */
export function line(text, tables) {
  const {letters, kern, units} = tables;
  let [width, top, bottom] = [0, 0, 0];
  const glyphs = [];
  for (const run of runs(text, tables)) {
    let [x, before] = [0, null];
    for (const letter of run) {
      const [advance, up, down, , left, right, path] = letters[letter];
      x += before === null ? 0 : kern[before][right];
      glyphs.push({x: width + x / units, path});
      top = Math.max(top, up / units);
      bottom = Math.max(bottom, -(down / units));
      x += advance;
      before = left;
    }
    width += x / units;
  }
  return {glyphs, width, top, bottom};
}

function measured(text, letters) {
  if (known(text, letters)) {
    return line(text, letters);
  }
  return {width: [...text].length * UNKNOWN.width, top: UNKNOWN.top, bottom: UNKNOWN.bottom};
}

/** A number with at most two decimals, halves rounded away from zero. */
export function number(value) {
  const hundredths = Math.floor(Math.abs(value) * 100 + 0.5);
  const rest = hundredths % 100;
  const decimals = rest ? `.${String(rest).padStart(2, '0')}`.replace(/0$/, '') : '';
  return `${value < 0 && hundredths ? '-' : ''}${Math.floor(hundredths / 100)}${decimals}`;
}

/**
 * Return `{svg, exact, tooLong}`: the drawing, whether it is what the build draws, and which of the words, "text" or "ribbon", do not
 * fit; those are left out.
 */
export function drawn(design, tables) {
  const {measures, icons, letters} = tables;
  const wanted = {level: 0, ...design, text: plain(design.text ?? ''), ribbon: plain(design.ribbon ?? '')};
  const colours = tones(wanted.colour, measures);
  const layout = laidOut(wanted, text => measured(text, letters), tables);
  const tooLong = [['text', layout.text], ['ribbon', layout.ribbonWords]].filter(([part, words]) => wanted[part] && !words).map(([part]) => part);
  const {size} = measures;
  const parts = [
    ...shape(wanted, colours, measures),
    ...stars(wanted.level, layout.stars, colours.ink, measures),
    ...(layout.icon ? iconOf(icons[wanted.icon], layout.icon, colours.ink) : []),
    ...words(layout.text, colours.ink, tables),
    ...(wanted.ribbon ? ribbon(layout.ribbon, colours, measures) : []),
    ...words(layout.ribbonWords, colours.ribbonInk, tables),
  ];
  return {
    svg: `<svg viewBox="0 0 ${size} ${size}" xmlns="http://www.w3.org/2000/svg">${parts.join('')}</svg>`,
    exact: known(wanted.text, letters) && known(wanted.ribbon, letters),
    tooLong,
  };
}

/** Return how many letters of "text" or "ribbon" fit, or null where all of them do. */
export function lettersThatFit(design, part, tables) {
  const whole = plain(design[part] ?? '');
  const fits = text => !drawn({...design, [part]: text}, tables).tooLong.includes(part);
  if (!whole || fits(whole)) {
    return null;
  }
  const signs = [...whole];
  for (let count = signs.length - 1; count > 0; count -= 1) {
    if (fits(signs.slice(0, count).join('').trim())) {
      return count;
    }
  }
  return 0;
}

const escaped = text => text.replace(/[&<>"]/g, sign => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[sign]);

function words(place, ink, {measures, letters}) {
  if (!place) {
    return [];
  }
  if (!place.lines.every(text => known(text, letters))) {
    return place.lines.map((text, row) => `<text fill="${ink}" font-family="Noto Sans, sans-serif" font-size="${number(place.size)}" font-weight="700" `
      + `text-anchor="middle" x="${measures.size / 2}" y="${number(place.baselines[row])}">${escaped(text)}</text>`);
  }
  const drawnLines = place.lines.map((text, row) => {
    const {glyphs, width} = line(text, letters);
    const left = measures.size / 2 - (width * place.size) / 2;
    const scale = place.size / letters.units;
    return glyphs.map(glyph => outline(glyph.path, left + glyph.x * place.size, place.baselines[row], scale)).join('');
  });
  return [`<path d="${drawnLines.join('')}" fill="${ink}"/>`];
}

function outline(path, x, y, scale) {
  return path.replace(/([MLQ])([^A-Z]*)/g, (whole, command, numbers) => command + numbers.split(' ')
    .map((one, place) => number(place % 2 ? y - Number(one) * scale : x + Number(one) * scale)).join(' '));
}

function shape(design, colours, measures) {
  const {path} = measures.shapes[design.shape];
  return [
    `<linearGradient id="field" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="${colours.light}"/>`
    + `<stop offset="1" stop-color="${colours.field}"/></linearGradient>`,
    ...measures.layers.map(([tone, width]) => {
      const fill = tone === 'field' ? 'url(#field)' : colours[tone];
      return `<path d="${path}" fill="${fill}" stroke="${fill}" stroke-linejoin="round" stroke-width="${width}"/>`;
    }),
  ];
}

function iconOf({d, f}, place, ink) {
  const to = `transform="translate(${number(place.x)} ${number(place.y)}) scale(${number(place.scale)})"`;
  return [
    ...(f ? [`<path d="${f}" fill="${ink}" ${to}/>`] : []),
    `<path d="${d}" fill="none" stroke="${ink}" stroke-linecap="round" stroke-linejoin="round" stroke-width="2" ${to}/>`,
  ];
}

function stars(level, y, ink, {level: rules, size}) {
  const step = rules.size + rules.space;
  return Array.from({length: level}, (none, place) => {
    const x = size / 2 + (place - (level - 1) / 2) * step;
    return `<path d="${rules.path}" fill="${ink}" transform="translate(${number(x)} ${number(y)})"/>`;
  });
}

function ribbon(top, colours, {ribbon: rules}) {
  const {left, right, height, fall, tail, reach, notch} = rules;
  const [bottom, below] = [top + height, top + height + fall];
  const tails = [
    [left - tail, left + reach - tail, left - tail + notch],
    [right + tail, right - reach + tail, right + tail - notch],
  ].map(([outer, inner, cut]) => outlined(
    polygon([inner, top + fall], [outer, top + fall], [cut, (top + fall + below) / 2], [outer, below], [inner, below]), colours.fold, colours.rim,
  ));
  const folds = [[left, left + reach - tail], [right, right - reach + tail]].map(([edge, inner]) => outlined(
    polygon([edge, bottom], [inner, bottom], [inner, below]), colours.rim, colours.rim,
  ));
  return [...tails, ...folds, outlined(polygon([left, top], [right, top], [right, bottom], [left, bottom]), colours.ribbon, colours.rim)];
}

const polygon = (...points) => `M${points.map(([x, y]) => `${number(x)} ${number(y)}`).join('L')}z`;
const outlined = (d, fill, stroke) => `<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-linejoin="round" stroke-width="7"/>`;
