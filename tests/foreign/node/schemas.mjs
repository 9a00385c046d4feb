/**
 * Judges files of clubs by the schemas for editors, with ajv: it has to say what the Python judge said, and to understand
 * every pattern (as JavaScript has them, with the flag u).
 *
 *   .venv/bin/python tests/foreign/schemas.py | node tests/foreign/node/schemas.mjs
 */
import {readFileSync} from 'node:fs';
import {Ajv} from 'ajv';

const {schemas, cases} = JSON.parse(readFileSync(0, 'utf8'));
const ajv = new Ajv({strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true, unicodeRegExp: true});
ajv.addKeyword('patternErrorMessage'); // what the YAML language server shows
const judges = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));
const wrong = cases.filter(({schema, value, right}) => judges[schema](value) !== right);
for (const {name, right} of wrong) {
  console.log(`${name}: ajv says ${right ? 'no' : 'yes'}, and jsonschema ${right ? 'yes' : 'no'}`);
}
const refused = cases.filter(({right}) => !right).length;
if (!refused || refused === cases.length) {
  throw new Error('the cases are all of one kind');
}
console.log(`schemas for editors: ${cases.length} files, ${refused} of them refused, ${wrong.length} judged otherwise by ajv`);
process.exitCode = wrong.length ? 1 : 0;
