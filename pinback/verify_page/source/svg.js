/** The documents in an SVG (Open Badges 2.0 and 3.0, SVGs: Baking). Mirrors `unbake_svg` and `svg_reading`. */
import {latin1, utf8} from './bytes.js';
import {PictureError} from './errors.js';
import {MAX_BAKED, MAX_FILE, MAX_SVG_DEPTH, MAX_SVG_ELEMENTS} from './limits.js';
import {readXml} from './xml_reading.js';

const KEYWORDS = {
  '{http://openbadges.org}assertion': 'openbadges',
  '{https://purl.imsglobal.org/ob/v3p0}credential': 'openbadgecredential',
  '{https://purl.imsglobal.org/clr/v2p0}credential': 'clrcredential',
};

/** Return keyword and text of each document. */
export function unbakeSvg(data) {
  if (data.length > MAX_FILE) {
    throw new PictureError(`the SVG has ${data.length} bytes, the limit is ${MAX_FILE}`);
  }
  const found = new Map();
  for (const element of readXml(decoded(data), MAX_SVG_DEPTH, MAX_SVG_ELEMENTS)) {
    const keyword = KEYWORDS[element.name];
    if (keyword === undefined) {
      continue;
    }
    if (found.has(keyword)) {
      throw new PictureError(`the SVG holds two ${keyword} documents`);
    }
    found.set(keyword, documentOf(element));
  }
  return found;
}

function decoded(data) {
  const said = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(latin1(data.subarray(0, 200)));
  try {
    return new TextDecoder(said ? said[1] : 'utf-8', {fatal: true}).decode(data);
  } catch (error) {
    throw new PictureError(
      error instanceof RangeError
        ? 'the SVG declares entities, or an encoding that cannot be read'
        : 'the SVG is not sound XML (it is not in the encoding that it names)');
  }
}

/** Return the text of an element: a token in `verify` counts before the body, an address there only without a body. */
function documentOf(element) {
  const verify = (element.attributes.get('verify') ?? '').trim();
  const text = element.text.trim() && (!verify || verify.includes('://')) ? element.text : verify;
  if (!text) {
    throw new PictureError('the SVG holds an empty badge document');
  }
  if (utf8(text).length > MAX_BAKED) {
    throw new PictureError(`a document in the SVG has more than ${MAX_BAKED} bytes`);
  }
  return text.trimStart().startsWith('{') ? text : text.trim();
}
