/**
 * The table of rules for rosters, `rules.json`, made ready. Python reads the same table (`pinback/roster/rules.py`), so that page and
 * command find the same faults and say them in the same words.
 */
import rules from './rules.json' with {type: 'json'};
import {headerKey, plainWord, wordKey} from './texts.js';

export const LIMITS = rules.limits;
export const DELIMITERS = rules.delimiters;
export const WINDOWS_1252 = rules.windows_1252;
export const FIELDS = rules.fields;
export const DAYS = rules.days;
export const LINES = rules.lines;
export const PRIVATE = new Set(rules.private);
export const ADAPTER_NAMES = rules.adapter_names;
/** The default English of every sentence, by key; the page gives the same keys in its own language. */
export const MESSAGES = rules.messages;

export const WEB_ADDRESS = new RegExp(`^(?:${rules.web_address})$`);
export const EMAIL = new RegExp(`^(?:${rules.email})$`);
export const HANDLE = new RegExp(`^(?:${rules.handle})$`);
export const NUMBER = new RegExp(`^(?:${rules.number})$`);

const split = words => words.split('|').filter(Boolean);

/** Column names, as `headerKey` makes them, to the field that they mean; `full_name`, `email` and `phone` are kinds of name and contact. */
export const COLUMNS = new Map(Object.entries(rules.columns).flatMap(([field, byLanguage]) =>
  Object.values(byLanguage).flatMap(split).map(name => [headerKey(name), field])));

export const ADAPTERS = Object.entries(rules.adapters).map(([name, one]) => ({
  name,
  field: one.field,
  example: split(one.mark)[0],
  mark: new Set(split(one.mark).map(headerKey)),
  unused: new Set(split(one.unused).map(headerKey)),
  score: new Set(split(one.score ?? '').map(headerKey)),
}));

export const YES = new Set(split(rules.yes).map(wordKey));
export const NO = new Set(split(rules.no).map(wordKey));

export const LANGUAGE_NAMES = new Map(Object.entries(rules.language_names).flatMap(([tag, names]) =>
  split(names).map(name => [wordKey(name), tag])));

export const MONTHS = new Map(Object.values(rules.months).flatMap(months =>
  months.flatMap((names, number) => split(names).map(name => [plainWord(name), number + 1]))));

export const FILLERS = new Set(split(rules.date_fillers).map(plainWord));
/** Words of the names of days of the week. */
export const WEEKDAYS = new Set(Object.values(rules.weekdays).flatMap(split).map(plainWord));
