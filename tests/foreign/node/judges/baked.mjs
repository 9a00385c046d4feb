// badge.png and badge.svg read by code that never saw ours: the baked documents must be the published ones, byte for byte.

import { isDeepStrictEqual } from 'node:util';
import { DOMParser } from '@xmldom/xmldom';
import extractChunks from 'png-chunks-extract';
import { PNGS, SVGS, beside } from '../site.mjs';
import { demand } from '../tally.mjs';

export const title = 'baked pictures (png-chunks-extract, @xmldom/xmldom)';

const OB2_NAMESPACE = 'http://openbadges.org';
const OB3_NAMESPACE = 'https://purl.imsglobal.org/ob/v3p0';

export async function judge({ site }, tally) {
  for (const file of tally.requireSome(site.matching(PNGS), 'awards/*/badge.png')) {
    await tally.check(file, () => {
      const png = site.bytes(file);
      const chunks = extractChunks(png); // checks every CRC, and stops at IEND
      const length = chunks.reduce((sum, { data }) => sum + data.length + 12, 8);
      demand(length === png.length, `${png.length - length} bytes after IEND`);
      demandAssertion(bakedBytes(chunks, 'openbadges'), site, beside(file, 'assertion.json'));
      const credential = bakedBytes(chunks, 'openbadgecredential');
      demand(
        credential.equals(site.bytes(beside(file, 'credential.json'))),
        'openbadgecredential is not credential.json',
      );
      tally.found('png');
    });
  }
  for (const file of tally.requireSome(site.matching(SVGS), 'awards/*/badge.svg')) {
    await tally.check(file, () => {
      const svg = new DOMParser({ onError: fail }).parseFromString(site.text(file), 'image/svg+xml').documentElement;
      demand(svg.localName === 'svg', `root element is ${svg.nodeName}`);
      const assertion = onlyChild(svg, OB2_NAMESPACE, 'assertion');
      demand(
        assertion.getAttribute('verify') === site.text(beside(file, 'assertion.jws.txt')),
        'verify is not assertion.jws.txt',
      );
      const credential = onlyChild(svg, OB3_NAMESPACE, 'credential');
      demand(!credential.hasAttribute('verify'), 'credential has a verify attribute, so readers take it for a JWT');
      demandText(onlyCdata(credential), site.text(beside(file, 'credential.json')));
      tally.found('svg');
    });
  }
}

/** The text of the one chunk with this keyword, as W3C PNG, "iTXt International textual data", lays it out. */
function bakedBytes(chunks, keyword) {
  const named = chunks
    .filter(({ name }) => ['tEXt', 'zTXt', 'iTXt'].includes(name))
    .map(({ name, data }) => ({ name, data: Buffer.from(data) }))
    .filter(({ data }) => data.subarray(0, data.indexOf(0)).toString('latin1') === keyword);
  demand(named.length === 1, `${named.length} text chunks with keyword ${keyword}`);
  const [{ name, data }] = named;
  demand(name === 'iTXt', `${keyword} is in a ${name} chunk`);
  let at = data.indexOf(0) + 1;
  const [compressed, method] = data.subarray(at, at + 2);
  demand(compressed === 0 && method === 0, `${keyword} is compressed`);
  at += 2;
  for (const field of ['language tag', 'translated keyword']) {
    demand(data[at] === 0, `${keyword} has a ${field}`); // readers in the wild skip exactly five zero bytes
    at += 1;
  }
  return data.subarray(at);
}

/** A picture is baked once; when the award is revoked later, only assertion.json gains two members. */
function demandAssertion(baked, site, file) {
  if (baked.equals(site.bytes(file))) return;
  const { revoked, revocationReason: _reason, ...sealed } = site.json(file);
  const same = revoked === true && isDeepStrictEqual(JSON.parse(baked.toString()), sealed);
  demand(same, 'openbadges is not assertion.json');
}

function onlyChild(svg, namespace, name) {
  const found = [...svg.getElementsByTagNameNS(namespace, name)];
  demand(found.length === 1, `${found.length} elements {${namespace}}${name}`);
  demand(found[0].parentNode === svg, `{${namespace}}${name} is not a child of svg`);
  return found[0];
}

/** 1EdTech's reader takes the first text event that is not blank, so everything must be in one CDATA section. */
function onlyCdata(element) {
  const nodes = [...element.childNodes].filter((node) => node.nodeType !== node.TEXT_NODE || node.data.trim() !== '');
  demand(
    nodes.length === 1 && nodes[0].nodeType === nodes[0].CDATA_SECTION_NODE,
    'credential is not one CDATA section',
  );
  return nodes[0].data;
}

function demandText(baked, published) {
  // "]]>" cannot stand in CDATA and is written with an escape, so only then the values decide instead of the text.
  const same = published.includes(']]>')
    ? isDeepStrictEqual(JSON.parse(baked), JSON.parse(published))
    : baked === published;
  demand(same, 'CDATA is not credential.json');
}

function fail(level, message) {
  throw new Error(`${level}: ${message}`);
}
