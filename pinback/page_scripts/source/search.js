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
      // One letter in four or five may be wrong; in numbers and short words another letter is another word.
      fuzzy: term => (term.length > 3 && !isUnspaced(term) && !/\d/.test(term) ? Math.min(2, Math.floor(term.length / 4)) : false),
    },
  });
  search.addAll(index.badges.map(documentOf));
  return words => new Set(search.search(words).map(found => found.id));
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
