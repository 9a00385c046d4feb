/**
 * The script of the page on which a badge is made: it draws while words are chosen, and writes `badge.md`.
 *
 * What can be chosen comes from assets/design-tables.js, a classic script, as this also works on a page that was opened from a
 * disk. Nothing is sent anywhere and nothing is kept.
 */
import {says} from './design/alt.js';
import {drawn, lettersThatFit, plain} from './design/drawing.js';
import {badgeFile, designLine, isSlug, slugOf} from './design/file.js';
import {LEAST, nearestReadable, readability, tones} from './design/tones.js';
import {newFilePage, runsPage} from './host.js';
import {filled, pageData, reveal} from './page.js';
import {save} from './saving.js';

const PIXELS = 512;
/** Of icons and edges: it can be seen on light and dark grounds. */
const GREY = '#7d8590';
const element = id => document.getElementById(id);
const asAddress = svg => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
const chosen = name => document.querySelector(`input[name="${name}"]:checked`)?.value ?? '';

function start(data) {
  const {words} = data;
  const {designs: measures, icons: {icons, groups}, letters} = globalThis.pinbackDesigns;
  const tables = {measures, icons, letters};
  const english = data.language.split('-')[0] === 'en';
  let ownFolder = false;
  let picture = '';

  /** What is chosen now. */
  function design() {
    const colour = chosen('colour');
    return {
      shape: chosen('shape'),
      colour: colour === 'other' ? element('other-colour').value : colour,
      icon: chosen('icon'),
      text: plain(element('text').value),
      ribbon: plain(element('ribbon').value),
      level: Number(element('level').value),
    };
  }

  function choose(name, value) {
    const input = document.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
    if (input) {
      input.checked = true;
    }
  }

  function take(wanted) {
    const named = Object.hasOwn(measures.colours, wanted.colour);
    choose('shape', wanted.shape);
    choose('colour', named ? wanted.colour : 'other');
    if (!named) {
      element('other-colour').value = wanted.colour;
    }
    choose('icon', wanted.icon ?? '');
    element('text').value = wanted.text ?? '';
    element('ribbon').value = wanted.ribbon ?? '';
    element('level').value = String(wanted.level ?? 0);
    show();
    // The list alone is moved; scrollIntoView would move the page too.
    const box = document.querySelector('input[name="icon"]:checked')?.closest('label');
    element('icons').scrollTop = box ? box.offsetTop - element('icons').clientHeight / 2 : 0;
  }

  /** Draw, say what is wrong, and write the file. */
  function show() {
    const wanted = design();
    const found = drawn(wanted, tables);
    picture = found.svg;
    const sentence = wanted.icon || wanted.text ? says(wanted, tables) : '';
    for (const id of ['shown', 'shown-light', 'shown-dark']) {
      element(id).src = asAddress(picture);
    }
    element('shown').alt = sentence;
    element('shown-says').textContent = sentence;
    const faults = faultsOf(wanted, found);
    tell(element('design-faults'), faults);
    element('save-svg').hidden = !found.exact;
    const broken = faults.some(fault => fault.grave);
    element('save-png').hidden = !found.exact;
    element('save-svg').disabled = broken;
    element('save-png').disabled = broken;
    write(wanted, broken);
  }

  function faultsOf(wanted, found) {
    const faults = [];
    const contrast = readability(wanted.colour, measures);
    if (contrast < LEAST) {
      const nearest = nearestReadable(wanted.colour, measures);
      faults.push({grave: true, text: filled(words.contrast, {found: String(Math.floor(contrast * 10) / 10)}), nearest});
    }
    for (const part of found.tooLong) {
      const number = lettersThatFit(wanted, part, tables);
      faults.push({grave: true, text: filled(number ? words.long : words.noRoom, {words: wanted[part], number: String(number)})});
    }
    if (!wanted.icon && !wanted.text) {
      faults.push({grave: true, text: words.empty});
    }
    if (!found.exact) {
      faults.push({grave: false, text: words.other});
    }
    return faults;
  }

  const STARTER_WORDS = new Set(Object.values(measures.starters).flatMap(({text, ribbon}) => [text, ribbon]).filter(Boolean));

  function tell(place, faults) {
    place.replaceChildren(...faults.flatMap(fault => {
      const said = document.createElement('p');
      said.textContent = fault.text;
      if (!fault.nearest) {
        return [said];
      }
      const button = Object.assign(document.createElement('button'), {type: 'button', className: 'small', textContent: `${words.take}: ${fault.nearest}`});
      button.addEventListener('click', () => take({...design(), colour: fault.nearest}));
      return [said, button];
    }));
    place.hidden = !faults.length;
  }

  function write(wanted, broken) {
    const typed = Object.fromEntries(['name', 'description', 'steps', 'checking', 'alt'].map(id => [id, element(id).value]));
    if (!ownFolder) {
      element('folder').value = slugOf(typed.name);
    }
    const folder = element('folder').value.trim();
    const path = `badges/${folder || '…'}/badge.md`;
    const text = badgeFile({...typed, design: wanted}, words);
    const asked = ['name', 'description', 'steps', 'checking', ...(english ? [] : ['alt'])];
    const missing = [...asked.filter(id => !typed[id].trim()), ...(folder ? [] : ['folder'])].map(id => document.querySelector(`label[for="${id}"]`).textContent);
    const faults = missing.length ? [{text: filled(words.missing, {fields: missing.join(' · ')})}] : [];
    if (folder && !isSlug(folder)) {
      faults.push({text: words.folder});
    }
    const kept = [wanted.text, wanted.ribbon].filter(text => text && STARTER_WORDS.has(text));
    const doubts = typed.name && kept.length ? [{text: filled(words.still, {words: kept.join('”, “')})}] : [];
    tell(element('missing'), [...faults, ...doubts]);
    element('path').textContent = path;
    element('file').value = text;
    element('line').value = designLine(wanted);
    const address = faults.length || broken ? null : newFilePage(data.source, path, text);
    element('open-host').hidden = !address;
    element('host-about').hidden = !address;
    element('runs-link')?.setAttribute('href', runsPage(data.source) ?? '#file');
    element('open-host').href = address ?? '#file';
  }

  function tile(name, value, label, svg, size) {
    const box = document.createElement('label');
    box.title = label;
    const input = Object.assign(document.createElement('input'), {type: 'radio', name, value});
    const image = Object.assign(document.createElement('img'), {alt: label, width: size, height: size});
    image.src = asAddress(svg);
    box.append(input, image);
    return box;
  }

  /** An icon alone. */
  function iconPicture({d, f}) {
    const filledPart = f ? `<path d="${f}" fill="${GREY}"/>` : '';
    return `<svg viewBox="0 0 24 24" xmlns="http://www.w3.org/2000/svg">${filledPart}<path d="${d}" fill="none" stroke="${GREY}" `
      + 'stroke-linecap="round" stroke-linejoin="round" stroke-width="2"/></svg>';
  }

  function fillIcons() {
    const none = tile('icon', '', words.noIcon, iconPicture({d: 'M5 5L19 19M19 5L5 19'}), 32);
    const all = groups.flatMap(group => group.icons.map(name => {
      const made = tile('icon', name, name.replaceAll('-', ' '), iconPicture(icons[name]), 32);
      made.dataset.find = `${name} ${icons[name].says} ${icons[name].find} ${group.name}`.toLowerCase();
      return made;
    }));
    element('icons').append(none, ...all);
    element('icons').lang = 'en';
    return all;
  }

  function search(all) {
    const wanted = element('icon-search').value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    for (const one of all) {
      one.hidden = !wanted.every(word => one.dataset.find.includes(word));
      number += one.hidden ? 0 : 1;
    }
    element('icons-found').textContent = wanted.length ? filled(words.found, {number: String(number)}) : '';
  }

  function fillStarters() {
    element('starters').append(...Object.entries(measures.starters).map(([name, starter]) => {
      const item = document.createElement('li');
      const button = Object.assign(document.createElement('button'), {type: 'button'});
      const image = Object.assign(document.createElement('img'), {alt: says(starter, tables), width: 96, height: 96, lang: 'en'});
      image.src = asAddress(drawn(starter, tables).svg);
      button.dataset.starter = name;
      button.append(image);
      button.addEventListener('click', () => take(starter));
      item.append(button);
      return item;
    }));
  }

  function fillShapesAndColours() {
    for (const image of document.querySelectorAll('[data-shape]')) {
      image.src = asAddress(drawn({shape: image.dataset.shape, colour: 'slate'}, tables).svg);
    }
    for (const image of document.querySelectorAll('[data-colour]')) {
      const {field} = tones(image.dataset.colour, measures);
      image.src = asAddress(`<svg viewBox="0 0 32 32" xmlns="http://www.w3.org/2000/svg"><circle cx="16" cy="16" fill="${field}" r="14" stroke="${GREY}"/></svg>`);
    }
  }

  async function savePng() {
    const image = new Image(PIXELS, PIXELS);
    image.src = asAddress(picture);
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: PIXELS, height: PIXELS});
    canvas.getContext('2d').drawImage(image, 0, 0, PIXELS, PIXELS);
    canvas.toBlob(blob => save('badge.png', blob, 'image/png'));
  }

  async function copy(button) {
    const source = element(button.dataset.copy);
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      document.execCommand('copy'); // a page from a disk has no clipboard in some browsers
    }
    const before = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = before; }, 2_000);
  }

  fillStarters();
  fillShapesAndColours();
  const all = fillIcons();
  element('icon-search').addEventListener('input', () => search(all));
  element('folder').addEventListener('input', () => { ownFolder = element('folder').value !== ''; });
  element('other-colour').addEventListener('input', () => choose('colour', 'other'));
  element('design-form').addEventListener('input', show);
  element('save-svg').addEventListener('click', () => save('badge.svg', picture, 'image/svg+xml'));
  element('save-png').addEventListener('click', savePng);
  element('save-file').addEventListener('click', () => save('badge.md', element('file').value, 'text/markdown;charset=utf-8'));
  document.querySelectorAll('[data-copy]').forEach(button => button.addEventListener('click', () => copy(button)));
  reveal('[data-script]');
  take(Object.values(measures.starters)[0]);
}

const data = pageData();
if (data && globalThis.pinbackDesigns) {
  start(data);
}
