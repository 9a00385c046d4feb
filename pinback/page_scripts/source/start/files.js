/** The first files of a club, filled in from the answers. As `club_files` of `pinback/scaffold.py`, with the same texts. */
import {filled} from '../page.js';
import {asRoot, didFor, isPrintable, slugOf} from './answers.js';

/** What YAML takes for something else at the beginning of a text. */
const NOT_FIRST = /^(?:[\s#&*!|>'"%@`,[\]{}]|[-?:](?:\s|$))/;

/** Return a text as a YAML scalar that reads back unchanged: plain where it can be, else in double quotes. */
export function yamlText(text) {
  const plain = text && text.trim() === text && isPrintable(text) && !NOT_FIRST.test(text) && !/:(?:\s|$)|\s#/.test(text);
  return plain ? text : `"${Array.from(text, inQuotes).join('')}"`;
}

function inQuotes(sign) {
  if (sign === '"' || sign === '\\') {
    return `\\${sign}`;
  }
  if (isPrintable(sign)) {
    return sign;
  }
  const number = sign.codePointAt(0).toString(16).toUpperCase();
  return number.length > 4 ? `\\U${number.padStart(8, '0')}` : `\\u${number.padStart(4, '0')}`;
}

/**
 * Return the files as pairs of path and text, in the order in which they are committed: the club counts as set up once
 * `site.yaml` is there, so that one comes last and each commit before it changes nothing for anybody.
 */
export function clubFiles(answers, source, keys, {files, letters, maxFolder, texts}) {
  const issuer = slugOf(answers.name, {letters, maxFolder});
  const baseUrl = asRoot(answers.baseUrl);
  const words = texts[answers.language];
  const maker = {
    name: yamlText(answers.name),
    // A club's own web site was not asked for: the site of its badges is a true address of it, and can be changed there.
    url: yamlText(baseUrl),
    email: yamlText(answers.email),
    did: didFor(baseUrl),
  };
  const site = {
    title: yamlText(filled(words.title, answers)),
    base_url: baseUrl,
    language: answers.language,
    issuer,
  };
  return [
    [filled(files.issuerFile, {issuer}), filled(files.issuer, maker)],
    [files.indexFile, `${filled(words.index, answers)}\n`],
    [filled(files.keysFile, {issuer}), keys],
    [files.siteFile, filled(files.site, site) + filled(files.colour, answers) + (source ? filled(files.source, {source}) : '')],
  ];
}
