// Small changes to a signed document, each of which alters what it says. Pure: no judge is asked here.
// Both functions give [description, variant] pairs.

/** Changed values, removed members and list items, added members of a signed JSON document. */
export function changedDocuments(document) {
  const variants = [];
  const change = (description, path, edit) => {
    const copy = structuredClone(document);
    const parent = path.slice(0, -1).reduce((node, step) => node[step], copy);
    edit(parent, path.at(-1));
    variants.push([description, copy]);
  };
  walk(document, [], (path, value, siblings) => {
    const name = path.join('.');
    if (isLeaf(value)) {
      for (const other of otherValues(value, path))
        change(`${name} = ${JSON.stringify(other)}`, path, (parent, key) => {
          parent[key] = other;
        });
    } else if (!Array.isArray(value)) {
      change(`${name} with an undefined member`, path, (parent, key) => {
        parent[key].notDefinedAnywhere = 'x';
      });
    }
    if (removalSaysSomethingElse(path, value, siblings)) {
      change(`${name} removed`, path, (parent, key) =>
        Array.isArray(parent) ? parent.splice(key, 1) : delete parent[key],
      );
    }
  });
  variants.push(['document with an undefined member', { ...document, notDefinedAnywhere: 'x' }]);
  return variants;
}

function walk(node, path, visit) {
  for (const [key, value] of Object.entries(node)) {
    const here = [...path, Array.isArray(node) ? Number(key) : key];
    visit(here, value, node);
    if (!isLeaf(value)) walk(value, here, visit);
  }
}

function isLeaf(value) {
  return value === null || typeof value !== 'object';
}

function otherValues(value, path) {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1];
  if (path.at(-1) === 'proofValue')
    return [0, 1, Math.floor(value.length / 2), value.length - 1].map((at) => withOtherCharacter(value, at));
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return [-1, 1].map((seconds) => secondsLater(value, seconds));
  return [`${value}x`, `x${value}`];
}

function secondsLater(time, seconds) {
  return new Date(Date.parse(time) + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * A context that no term needs is not part of the RDF and so not signed, and lists without order are sets: two equal
 * items say the same as one. Taking such away changes nothing that was said.
 */
function removalSaysSomethingElse(path, value, siblings) {
  if (!Array.isArray(siblings)) return true;
  if (path.includes('@context')) return false;
  return siblings.filter((other) => JSON.stringify(other) === JSON.stringify(value)).length === 1;
}

/** One character replaced at the ends, the middle and every place modulo four of each part of a compact JWS. */
export function changedTokens(token) {
  const variants = [];
  const parts = token.split('.');
  ['header', 'payload', 'signature'].forEach((name, index) => {
    const part = parts[index];
    for (const at of places(part.length)) {
      const changed = parts.with(index, withOtherCharacter(part, at)).join('.');
      variants.push([`${name} character ${at}`, changed]);
    }
    variants.push([`${name} empty`, parts.with(index, '').join('.')]);
    variants.push([`${name} cut by four`, parts.with(index, part.slice(0, -4)).join('.')]);
  });
  return variants;
}

const SPREAD = 24; // places between the ends; odd steps reach every place modulo four

function places(length) {
  const chosen = new Set();
  for (let at = 0; at < Math.min(8, length); at += 1) chosen.add(at).add(length - 1 - at);
  const step = Math.max(1, Math.floor(length / SPREAD) | 1);
  for (let at = 0; at < length; at += step) chosen.add(at);
  return [...chosen].sort((a, b) => a - b);
}

/** Another character of the same alphabet (base64url and base58btc both have these letters). */
function withOtherCharacter(text, at) {
  const other = text[at] === 'B' ? 'C' : 'B';
  return text.slice(0, at) + other + text.slice(at + 1);
}

/** The last character of a base64url part may hold bits that no byte uses; changing those changes nothing. */
export function sameSignedBytes(one, other) {
  const decode = (token) =>
    token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.');
  return decode(one) === decode(other);
}
