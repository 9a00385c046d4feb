/**
 * Where icon and words of a design lie, as `pinback/images/design_layout.py` reckons it: the same steps in the same order, so that both
 * come to the same numbers. Its docstrings say what and why.
 */
const WORTH_A_LINE = 1.25;
const MOST_PIECES = 6;

/** Return the places; `text` or `ribbonWords` is null where those words do not fit. `measure` gives width, top and bottom of a line in em. */
export function laidOut(design, measure, {measures, icons}) {
  const shape = measures.shapes[design.shape];
  let {top, bottom} = shape;
  const ribbon = design.ribbon ? shape.ribbon : 0;
  if (design.ribbon) {
    bottom = ribbon - measures.gap_above_ribbon;
  }
  let stars = 0;
  if (design.level) {
    const {size, below} = measures.level;
    stars = top + size / 2;
    top += size + below;
  }
  const above = line => Math.max(measures.text.cap, line.top);
  let text = design.text ? best(design, measure, shape.sides, top, bottom, measures) : null;
  let icon = null;
  if (design.icon) {
    const textTop = text ? text.baselines[0] - above(measure(text.lines[0])) * text.size - measures.icon.gap : bottom;
    const {scale, y, spare} = iconScale(design, shape.sides, top, textTop, measures, icons[design.icon]);
    let from = y;
    if (text) {
      const lift = spare * 0.3;
      text = {...text, baselines: text.baselines.map(one => one - lift)};
      from = top + spare * 0.5;
    }
    icon = iconPlace(icons[design.icon], scale, from, measures.size / 2);
  } else if (text) {
    const spare = text.baselines[0] - above(measure(text.lines[0])) * text.size - top;
    text = {...text, baselines: text.baselines.map(one => one - spare / 2)};
  }
  return {icon, text, ribbonWords: onRibbon(design.ribbon, measure, ribbon, measures), stars, ribbon};
}

function halfWidth(sides, y) {
  if (y <= sides[0][0]) {
    return sides[0][1];
  }
  for (let place = 1; place < sides.length; place += 1) {
    const [[above, wide], [below, wideBelow]] = [sides[place - 1], sides[place]];
    if (y <= below) {
      return wide + ((wideBelow - wide) * (y - above)) / (below - above);
    }
  }
  return sides.at(-1)[1];
}

/** The ways to put words into this many lines, in the order of Python's `combinations`. */
function* partitions(words, count) {
  if (count === 1) {
    yield [words.join(' ')];
    return;
  }
  for (let end = 1; end <= words.length - count + 1; end += 1) {
    for (const rest of partitions(words.slice(end), count - 1)) {
      yield [words.slice(0, end).join(' '), ...rest];
    }
  }
}

function best(design, measure, sides, top, bottom, measures) {
  const rules = measures.text;
  const largest = design.icon ? rules.largest : rules.alone;
  const most = design.icon ? rules.lines : rules.lines_alone;
  const words = design.text.split(' ');
  let found = null;
  for (let count = 1; count <= (words.length <= MOST_PIECES ? Math.min(most, words.length) : 1); count += 1) {
    for (const lines of partitions(words, count)) {
      const one = fitted(lines, lines.map(measure), sides, top, bottom, largest, Boolean(design.icon), measures);
      if (one && (!found || one.size > found.size * (lines.length > found.lines.length ? WORTH_A_LINE : 1))) {
        found = one;
      }
    }
  }
  return found;
}

function fitted(lines, measured, sides, top, bottom, largest, belowIcon, measures) {
  const {text: rules, icon} = measures;
  let distance = rules.leading;
  for (let place = 1; place < measured.length; place += 1) {
    distance = Math.max(distance, measured[place - 1].bottom + measured[place].top + rules.air);
  }
  for (let size = largest; size >= rules.smallest; size -= 2) {
    const kept = belowIcon ? icon.gap + (size > rules.modest ? icon.good : icon.smallest) : 0;
    let last = bottom - (Math.max(0, measured.at(-1).bottom) * size) / 2;
    const high = Math.max(rules.cap, measured[0].top) * size + distance * size * (lines.length - 1);
    while (last - high >= top + kept) {
      const baselines = lines.map((line, place) => last - distance * size * (lines.length - 1 - place));
      const fits = (line, y) => line.width * size <= 2 * Math.min(halfWidth(sides, y - rules.cap * size), halfWidth(sides, y));
      if (measured.every((line, place) => fits(line, baselines[place]))) {
        return {lines, size, baselines};
      }
      last -= 4;
    }
  }
  return null;
}

function iconScale(design, sides, top, bottom, measures, {ink: [left, up, right, down]}) {
  const rules = measures.icon;
  const [wide, high] = [right - left, down - up];
  let side = design.text || design.ribbon ? rules.largest : rules.alone;
  for (;;) {
    const scale = Math.min(side / Math.max(wide, high), rules.unit);
    const tall = high * scale;
    const spare = bottom - top - tall;
    const y = top + spare / 2;
    const room = Math.min(halfWidth(sides, y + tall / 5), halfWidth(sides, y + (tall * 4) / 5));
    if ((spare >= 0 && wide * scale <= 2 * room) || side <= 40) {
      return {scale, y, spare: Math.max(0, spare)};
    }
    side -= 2;
  }
}

function iconPlace({ink: [, up, , down], middle: [x, y]}, scale, top, middle) {
  return {scale, x: middle - x * scale, y: top - up * scale + (((up + down) / 2 - y) * scale) / 2};
}

function onRibbon(text, measure, top, measures) {
  if (!text) {
    return null;
  }
  const rules = measures.ribbon;
  const line = measure(text);
  for (let size = rules.largest; size >= rules.smallest; size -= 1) {
    if (line.width * size <= rules.room) {
      const high = Math.max(measures.text.cap, line.top);
      const low = Math.max(0, line.bottom - 0.25);
      return {lines: [text], size, baselines: [top + rules.height / 2 + ((high - low) * size) / 2]};
    }
  }
  return null;
}
