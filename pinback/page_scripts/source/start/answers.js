/**
 * The answers to the questions of the page, and the rules for them. As `pinback/scaffold.py` (`QUESTIONS`, `slug_of`), whose
 * answers a trial compares with these on a long list.
 */
const MAX_SLUG = 64;
const RESERVED = new Set([
  'con', 'prn', 'aux', 'nul', 'index', 'static', 'assets', 'admin', 'verify', 'log', 'status', 'keys', 'awards', 'badges',
  'issuers', 'people', 'gallery', ...['com', 'lpt'].flatMap(port => Array.from({length: 9}, (_, place) => port + (place + 1))),
]);
const URL_SIGNS = /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const ROOT = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*(?:[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
const EMAIL = /^[^@\s<>()",;:\\]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
const COLOUR = /^#[0-9a-f]{6}$/;
/** What can be shown on a line of its own. */
export const isPrintable = text => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text);

/** Tell whether a text is an absolute https address with a full host name. */
export function isWebAddress(value) {
  if (!URL_SIGNS.test(value) || !value.startsWith('https://') || value.length > 2000 || /%(?![0-9A-Fa-f]{2})/.test(value)) {
    return false;
  }
  const [host, port, ...more] = value.slice('https://'.length).split(/[/?#]/)[0].split(':');
  const number = port ? Number(port) : null;
  const fits = number === null || (/^[0-9]+$/.test(port) && number > 0 && number <= 65535);
  return HOST.test(host.toLowerCase()) && more.length === 0 && fits;
}

/** Tell whether a web address can be the root of a site, and a name for verifiers (did:web) be made from it. */
function isRoot(value) {
  const [host, ...path] = value.slice('https://'.length).split('/');
  return host === host.toLowerCase() && ROOT.test(path.join('/')) && !/[?#%]/.test(value) && !host.endsWith(':');
}

/** Return what is wrong with each answer, as a key of the page's words; nothing where all is well. */
export function faultsOf(answers, {maxName}) {
  const faults = {};
  const {name, baseUrl, email, colour} = answers;
  if (!name) {
    faults.name = 'nameEmpty';
  } else if ([...name].length > maxName || !isPrintable(name)) {
    faults.name = 'nameLong';
  }
  if (!isWebAddress(baseUrl)) {
    faults.baseUrl = 'addressNotHttps';
  } else if (!isRoot(baseUrl)) {
    faults.baseUrl = 'addressNoRoot';
  }
  if (!EMAIL.test(email) || !/^[\0-\x7f]*$/.test(email)) {
    faults.email = 'emailWrong';
  }
  if (!COLOUR.test(colour)) {
    faults.colour = 'colourWrong';
  }
  return faults;
}

/** Return the address with a slash at its end. */
export const asRoot = address => (address.endsWith('/') ? address : `${address}/`);

/** Return a folder name made from a text, or "club" where nothing is left of it. */
export function slugOf(text, {letters, maxFolder}) {
  const plain = Array.from(text.toLowerCase(), sign => letters[sign] ?? sign).join('').normalize('NFKD');
  const words = plain.replace(/[\p{Mn}\p{Mc}\p{Me}'\u2019]/gu, '').replace(/[^a-z0-9]+/gi, ' ').trim().split(' ');
  const slug = words.join('-').slice(0, maxFolder).replace(/^-+|-+$/g, '');
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug) && slug.length <= MAX_SLUG && !RESERVED.has(slug) ? slug : 'club';
}

/** Return the did:web whose document lies at the root of a site. */
export function didFor(baseUrl) {
  const [host, ...path] = baseUrl.slice('https://'.length).split('/');
  return ['did:web', host.replaceAll(':', '%3A'), ...path.filter(Boolean)].join(':');
}
