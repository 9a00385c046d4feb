/** Answers for `tests/foreign/awarding_cases.py`: reads cases as JSON, and says what the scripts of the pages make of them. */
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../../pinback/page_scripts/source');
const from = file => import(pathToFileURL(join(source, file)).href);
const awarding = await from('awarding.js');
const changing = await from('changing.js');
const lists = await from('who_is_who.js');
const {readWhoIsWho} = await from('roster/who_is_who.js');
const cases = JSON.parse(readFileSync(0, 'utf8'));
const all = (list, make) => Promise.all(list.map(make));

const taken = new Set(cases.taken);
const made = await awarding.newRecords(cases.awards, {baseUrl: cases.base, animals: cases.animals, taken});
const records = cases.records.map(({text, id, newId, on, until, link}) => {
  const record = changing.recordIn(text, id);
  return record && {
    column: record.column,
    correction: changing.correction(record, id, newId, link),
    renewal: changing.renewal(record, id, newId, on, until, link),
  };
});
const edits = cases.edits.map(({id, column}) => ({
  mark: `id: ${id}`,
  revoked: changing.withField({id, column}, changing.revoked('2026-06-02', 'mistake')),
  suspended: changing.withField({id, column}, changing.suspended('2026-06-02')),
}));

console.log(JSON.stringify({
  links: cases.links.map(([url, name, secret]) => awarding.namedLink(url, name, secret)),
  identities: await all(cases.links, ([, name, secret]) => awarding.identityHash(name, secret)),
  linkHashes: await all(cases.links, ([url, name, secret]) => awarding.linkHash(awarding.namedLink(url, name, secret))),
  parts: cases.links.map(([url, name, secret]) => awarding.awardIn(awarding.namedLink(url, name, secret))),
  emails: await all(cases.emails, ([address, salt]) => awarding.emailHash(address, salt)),
  scalars: cases.texts.map(text => awarding.yamlText(text)),
  ids: Array.from({length: 200}, awarding.newAwardId),
  secrets: Array.from({length: 200}, awarding.newSecret),
  made,
  files: awarding.recordFiles(made),
  list: lists.grownList('', made),
  grown: cases.lists.map(text => lists.grownList(text, cases.rows)),
  read: cases.lists.map(text => readWhoIsWho(lists.grownList(text, cases.rows))),
  without: cases.lists.map(text => lists.withoutAwards(lists.grownList(text, cases.rows), [cases.awardInList])),
  records,
  edits,
  lengths: cases.lengths.map(([first, last, now]) => changing.asLong(first, last, now)),
  ofTheDay: changing.OF_THE_DAY,
}));
