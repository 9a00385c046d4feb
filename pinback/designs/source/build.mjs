/**
 * Makes icons.json out of icons.txt: the strokes of each icon as one path, where its ink lies, and its words.
 *
 *   npm ci --ignore-scripts && node build.mjs [--out FILE]
 *
 * Run it in a copy of this folder outside the package: what npm installs must not get into the wheel. Licences of the icons
 * stand in icon-licenses.txt beside icons.json.
 *
 * All icons lie on a grid of 24 units and are strokes 2 units wide with round ends. Circles and boxes become paths here, so that
 * an icon is drawn by one element. Its ink is measured on pixels: the box around it, and the middle to the eye, which lies between
 * the middle of that box and the ink's centre of weight.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createRequire} from 'node:module';
import {parseArgs} from 'node:util';
import {Resvg} from '@resvg/resvg-js';

const here = dirname(fileURLToPath(import.meta.url));
const {values} = parseArgs({options: {out: {type: 'string', default: join(here, '../icons.json')}}});
const need = createRequire(import.meta.url);
const SETS = {l: need('@iconify-json/lucide/icons.json'), t: need('@iconify-json/tabler/icons.json')};
const PIXELS_A_UNIT = 40;
/** How far the middle to the eye goes from the middle of the box to the centre of weight. */
const WEIGHT = 0.35;

const rounded = value => Number(value.toFixed(2));

function bodyOf(set, name) {
  const {icons, aliases} = SETS[set];
  const found = icons[name] ?? icons[aliases?.[name]?.parent];
  if (!found) {
    throw new Error(`${set}:${name} is in no set`);
  }
  return found.body;
}

function circle({cx, cy, r, rx = r, ry = r}) {
  const [x, y, a, b] = [cx, cy, rx, ry].map(Number);
  return `M${rounded(x - a)} ${y}a${a} ${b} 0 1 0 ${2 * a} 0a${a} ${b} 0 1 0 ${-2 * a} 0z`;
}

function box({x = 0, y = 0, width, height, rx, ry}) {
  const [left, top, w, h, r] = [x, y, width, height, rx ?? ry ?? 0].map(Number);
  const [wide, high] = [rounded(w - 2 * r), rounded(h - 2 * r)];
  const arc = (dx, dy) => (r ? `a${r} ${r} 0 0 1 ${dx} ${dy}` : '');
  return `M${left + r} ${top}h${wide}${arc(r, r)}v${high}${arc(-r, r)}h${-wide}${arc(-r, -r)}v${-high}${arc(r, -r)}z`;
}

/** Path data with one blank between numbers, as the cleaner of SVG writes them. */
function spaced(d) {
  const arity = {a: 7};
  return d.replace(/([a-zA-Z])([^a-zA-Z]*)/g, (whole, command, rest) => {
    const numbers = [];
    let text = rest.trim();
    while (text) {
      const flag = arity[command.toLowerCase()] && [3, 4].includes(numbers.length % 7);
      const [whole, number] = (flag ? /^[\s,]*([01])/ : /^[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i).exec(text);
      numbers.push(number);
      text = text.slice(whole.length).replace(/^[\s,]+$/, '');
    }
    return command + numbers.join(' ');
  });
}

function paths(body) {
  const strokes = [];
  const fills = [];
  for (const [, tag, inside] of body.matchAll(/<(path|circle|ellipse|rect)([^>]*?)\/?>/g)) {
    const attributes = Object.fromEntries([...inside.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    if (attributes.transform) {
      throw new Error(`an icon turns its parts: ${body}`);
    }
    const d = spaced(tag === 'path' ? attributes.d : tag === 'rect' ? box(attributes) : circle(attributes));
    // NOTE: a path that goes on where another ended has to begin with a place of its own.
    const absolute = d.replace(/^m/, 'M');
    strokes.push(absolute);
    if (attributes.fill === 'currentColor') {
      fills.push(absolute);
    }
  }
  return {d: strokes.join(''), ...(fills.length ? {f: fills.join('')} : {})};
}

function inkOf({d, f}) {
  const filled = f ? `<path d="${f}"/>` : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 32 32" width="${32 * PIXELS_A_UNIT}" height="${32 * PIXELS_A_UNIT}">${filled}`
    + `<path d="${d}" fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  const {pixels, width, height} = new Resvg(svg).render();
  let [left, top, right, bottom, x, y, sum] = [width, height, 0, 0, 0, 0, 0];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (pixels[(row * width + column) * 4 + 3] > 127) {
        left = Math.min(left, column);
        right = Math.max(right, column + 1);
        top = Math.min(top, row);
        bottom = Math.max(bottom, row + 1);
        x += column + 0.5;
        y += row + 0.5;
        sum += 1;
      }
    }
  }
  const unit = value => rounded(value / PIXELS_A_UNIT - 4);
  const middle = (low, high, weight) => unit(((low + high) / 2) * (1 - WEIGHT) + (weight / sum) * WEIGHT);
  return {ink: [left, top, right, bottom].map(unit), middle: [middle(left, right, x), middle(top, bottom, y)]};
}

const groups = [];
const icons = {};
for (const line of readFileSync(join(here, 'icons.txt'), 'utf8').split('\n')) {
  if (line.startsWith('## ')) {
    groups.push({name: line.slice(3), icons: []});
  } else if (line.includes('|')) {
    const [name, source, says, find] = line.split('|').map(part => part.trim());
    const [set, own] = source.split(':');
    if (icons[name]) {
      throw new Error(`${name} stands twice`);
    }
    const drawn = paths(bodyOf(set, own));
    const words = name.replaceAll('-', ' ');
    icons[name] = {...drawn, ...inkOf(drawn), says: says || `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`, find};
    groups.at(-1).icons.push(name);
  }
}
const lines = Object.entries(icons).map(([name, icon]) => `${JSON.stringify(name)}: ${JSON.stringify(icon)}`);
writeFileSync(values.out, `{"groups": ${JSON.stringify(groups)},\n"icons": {\n${lines.join(',\n')}\n}}\n`);
console.log(`${lines.length} icons`);
