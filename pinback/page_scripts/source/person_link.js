/**
 * The one link of a holder's page: names and secrets of several awards behind the `#` of its address
 * (docs/format.md, "The one link of a holder's page").
 *
 *   #n=<name>&k=<award id>.<secret>~<award id>.<secret>…        once for each name, as often as it takes
 *
 * Each `k` belongs to the `n` before it. A name and its secrets are read as those of an award's own link are.
 */
import {namedLink} from './named_link.js';

const MAX_FRAGMENT = 16_384;
const MAX_IN_GROUP = 20;
const AWARD = /\/awards\/([a-z2-7]{16})\/(?:index\.html)?#(.*)$/;

/** Return name and secret by award id; empty where a fragment names none. */
export function namedAwards(fragment) {
  const found = new Map();
  let name = '';
  for (const part of fragment.replace(/^#/, '').slice(0, MAX_FRAGMENT).split('&')) {
    if (part.startsWith('n=')) {
      name = part;
    } else if (part.startsWith('k=') && name) {
      const group = namedLink(`${name}&${part}`);
      for (const one of group?.secret.split('~') ?? []) {
        const [id, secret] = one.split('.');
        if (id && secret && !found.has(id)) {
          found.set(id, {name: group.name, secret});
        }
      }
    }
  }
  return found;
}

/** Return the part from "#" on that carries these names and secrets: the one way of spelling it. */
export function fragmentOfAll(named) {
  const groups = new Map();
  for (const [id, {name, secret}] of named) {
    groups.set(name, [...(groups.get(name) ?? []), `${id}.${secret}`]);
  }
  const parts = [];
  for (const [name, awards] of groups) {
    for (let start = 0; start < awards.length; start += MAX_IN_GROUP) {
      parts.push(`n=${encoded(name)}&k=${awards.slice(start, start + MAX_IN_GROUP).join('~')}`);
    }
  }
  return parts.length ? `#${parts.join('&')}` : '';
}

/** Return what a person pasted: for each line that is not empty its number, and award id, name and secret, or null. */
export function pastedLinks(text) {
  return text.split(/\r?\n/).map((line, place) => {
    const found = AWARD.exec(line.trim());
    const link = found && namedLink(found[2]);
    return {number: place + 1, empty: !line.trim(), award: link ? {id: found[1], ...link} : null};
  }).filter(line => !line.empty);
}

const encoded = name =>
  encodeURIComponent(name).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
