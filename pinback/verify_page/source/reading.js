/** Step 1: what is in this file? From bytes to the badge documents in them. Mirrors `pinback/verify/reading.py`. */
import {latin1, startsWith, utf8} from './bytes.js';
import {PictureError} from './errors.js';
import {MAX_DOCUMENTS, MAX_NODES} from './limits.js';
import {attachments, isPdf} from './pdf_reading.js';
import {SIGNATURE, unbakePng} from './png.js';
import {unbakeSvg} from './svg.js';
import {Finding, NO_BADGE, forged, noBadge, unknown} from './verdict.js';

const JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;
const BADGE_WORDS = ['openbadges', '/credentials/', 'purl.imsglobal.org', 'Assertion', 'VerifiableCredential'];
const LINKED = ['credential.json', 'credential.jwt.txt', 'assertion.json', 'assertion.jws.txt'];
const OTHER_PICTURES = /^(?:\xff\xd8\xff|GIF8|RIFF|\0\0\0)/;
const DRAWING = /^<(?:\?xml|!--|!DOCTYPE\s+svg|svg|\w+:svg)/i;

export const isZip = data => startsWith(data, [0x50, 0x4b, 3, 4]) || startsWith(data, [0x50, 0x4b, 5, 6]);
export const isPage = data => /<(?:!doctype\s+html|html)[\s>]/i.test(latin1(data.subarray(0, 1024)));

/** Say whether a broken JSON text was once a badge. */
export function looksLikeBadge(data) {
  const text = latin1(data);
  return BADGE_WORDS.some(word => text.includes(word));
}

/** Return bytes without blanks at both ends. */
export function stripped(data) {
  const blank = byte => byte === 32 || (byte >= 9 && byte <= 13);
  let [start, end] = [0, data.length];
  while (start < end && blank(data[start])) {
    start += 1;
  }
  while (end > start && blank(data[end - 1])) {
    end -= 1;
  }
  return data.subarray(start, end);
}

/** Return a document's bytes without a byte order mark, and without blanks at both ends. */
const bodyOf = data => stripped(startsWith(data, [0xef, 0xbb, 0xbf]) ? data.subarray(3) : data);

/**
 * Return the documents in a file that is no ZIP, at least one: each `data` (bytes), `form` (`json`, `jws` or `address`),
 * `place` (where it was, as a person says it) and `keyword` (of a baked one).
 */
export function documentsIn(data) {
  if (!stripped(data).length) {
    throw noBadge('the file is empty');
  }
  if (startsWith(data, SIGNATURE.subarray(0, 4))) {
    return baked(data, 'PNG');
  }
  if (isPdf(data)) {
    return attached(data);
  }
  const body = bodyOf(data);
  const text = latin1(body);
  if (text.startsWith('{')) {
    return [{data: body, form: 'json', place: 'a JSON document', keyword: ''}];
  }
  if (JWS.test(text)) {
    return [{data: body, form: 'jws', place: 'a signed text (JWT)', keyword: ''}];
  }
  if (text.includes('~') && /^eyJ[A-Za-z0-9_.~-]+$/.test(text)) {
    throw unknown('this signed text shows parts of itself only (SD-JWT), which is not read here');
  }
  if (DRAWING.test(text) && !isPage(data)) {
    return baked(body, 'SVG');
  }
  if (isPage(data)) {
    throw noBadge("this is a web page, not a badge; give the page's address instead");
  }
  if (OTHER_PICTURES.test(latin1(data.subarray(0, 4)))) {
    throw noBadge('this picture is not a PNG or SVG, which alone can carry a badge');
  }
  throw noBadge('this is neither a picture with a badge nor a badge document');
}

function baked(data, kind) {
  let texts;
  try {
    texts = kind === 'PNG' ? unbakePng(data) : unbakeSvg(data);
  } catch (error) {
    if (!(error instanceof PictureError)) {
      throw error;
    }
    if (/openbadge|clrcredential/.test(latin1(data))) {
      throw (error.message.includes('two') ? forged : unknown)(
        `the ${kind} carries a badge that cannot be read: ${error.message}`);
    }
    throw noBadge(error.message);
  }
  if (!texts.size) {
    throw noBadge(`there is no badge in this ${kind}; a chat app or a screenshot may have removed it, so ask for the link`);
  }
  return Array.from(texts, ([keyword, text]) =>
    textIn(bodyOf(utf8(text)), `${kind === 'SVG' ? 'an' : 'a'} ${kind} with a badge in it`, keyword));
}

function textIn(data, place, keyword) {
  const text = latin1(data);
  const form = text.startsWith('{') ? 'json' : JWS.test(text) ? 'jws' : /^https?:\/\//.test(text) ? 'address' : '';
  if (!form) {
    throw forged(`what lies in ${place} is neither a badge nor its address`);
  }
  return {data, form, place, keyword};
}

function attached(data) {
  const found = [];
  for (const body of attachments(data)) {
    const inner = stripped(body);
    const text = latin1(inner);
    const place = 'an attachment of the PDF';
    if (startsWith(body, SIGNATURE)) {
      found.push(...bakedOrNone(body));
    } else if (text.startsWith('{') && looksLikeBadge(inner)) {
      found.push({data: inner, form: 'json', place, keyword: ''});
    } else if (JWS.test(text) && text.startsWith('eyJ')) {
      found.push({data: inner, form: 'jws', place, keyword: ''});
    } else if (text.startsWith('<') && text.includes('openbadges')) {
      found.push(...baked(inner, 'SVG'));
    }
    if (found.length > MAX_DOCUMENTS) {
      throw unknown(`the PDF has more than ${MAX_DOCUMENTS} attachments`);
    }
  }
  if (!found.length) {
    throw noBadge('no badge is attached to this PDF; ask for the badge itself or its link');
  }
  return found;
}

function bakedOrNone(body) {
  try {
    return baked(body, 'PNG');
  } catch (error) {
    if (error instanceof Finding && error.verdict === NO_BADGE) {
      return [];
    }
    throw error;
  }
}

/** Return the addresses of the badge files that an award page links to, the most telling first. */
export function badgeLinks(page, url) {
  const base = url.slice(0, url.lastIndexOf('/') + 1);
  const here = linksIn(page, url);
  return LINKED.map(name => base + name).filter(link => here.includes(link));
}

/** Return the addresses that a page links to, absolute and without fragments. */
export function linksIn(page, url) {
  const text = new TextDecoder().decode(page);
  const hrefs = Array.from(text.matchAll(/<(?:a|link)\s[^<>]*?\bhref\s*=\s*["']?([^"'\s<>]+)/gi), found => found[1]);
  return hrefs.slice(0, MAX_NODES).map(href => absolute(href.replaceAll('&amp;', '&'), url));
}

function absolute(href, url) {
  try {
    return new URL(href, url).href.split('#')[0];
  } catch {
    return '';
  }
}
