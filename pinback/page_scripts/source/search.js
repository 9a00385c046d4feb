/** A search over index.json, by MiniSearch: beginnings of words and small slips of typing find a badge too. */
import MiniSearch from 'minisearch';
import {indexTerms, isUnspaced, queryTerms} from './folding.js';

const FIELDS = ['name', 'description', 'category', 'tags', 'skills', 'issuer'];

/**
 * Return a function from words to the set of addresses of the badges that have all of them.
 *
 * @param {object} index as in index.json
 */
export function searchable(index) {
  const search = new MiniSearch({
    fields: FIELDS,
    tokenize: indexTerms,
    processTerm: term => term,
    searchOptions: {
      tokenize: queryTerms,
      combineWith: 'AND',
      boost: {name: 3, tags: 2},
      prefix: term => !isUnspaced(term),
    },
  });
  search.addAll(index.badges.map(documentOf));
  return words => {
    // Two slips are forgiven only where nothing fits otherwise: each forgiven letter lets in words that are others.
    for (const slips of [1, 2]) {
      const found = search.search(words, {fuzzy: term => (forgives(term) ? Math.min(slips, Math.floor(term.length / 3)) : false)});
      if (found.length) {
        return new Set(found.map(one => one.id));
      }
    }
    return new Set();
  };
}

/** Tell whether a term may have a slip: in short words, numbers and signs another one is another word. */
function forgives(term) {
  return term.length > 3 && !isUnspaced(term) && !/\d/.test(term);
}

/** Return one badge for the search, its texts in all languages. */
function documentOf(badge) {
  const editions = [badge, ...Object.values(badge.languages ?? {})];
  const all = name => editions.map(edition => edition[name] ?? '').join('\n');
  return {
    id: badge.url,
    name: all('name'),
    description: all('description'),
    category: all('category'),
    tags: badge.tags.join('\n'),
    skills: (badge.skills ?? []).join('\n'),
    issuer: badge.issuer_name ?? '',
  };
}
