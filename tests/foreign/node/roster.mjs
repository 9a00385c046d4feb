/**
 * Reads rosters with the script of the page, as pinback/roster reads them: node roster.mjs CASES.json > ANSWERS.json
 *
 * A case is {bytes: base64} or {text}, and `asked`, what readRoster takes beside the table.
 */
import {readFileSync} from 'node:fs';
import {readRoster, readTable} from '../../../pinback/page_scripts/source/roster/roster.js';

const answers = [];
for (const {bytes, text, asked} of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const table = await readTable(bytes === undefined ? text : new Uint8Array(Buffer.from(bytes, 'base64')));
  // `striking` repeats some of `notes`, for the eye alone.
  const {striking, ...read} = readRoster({table, ...asked});
  if (!striking.every(note => read.notes.includes(note))) {
    throw new Error('a striking note is no note');
  }
  answers.push({rows: table.rows.length, ...read});
}
process.stdout.write(JSON.stringify(answers));
