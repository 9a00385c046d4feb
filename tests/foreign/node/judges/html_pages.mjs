// Every page by parse5 (the parser of the HTML standard, all parse errors) and by html-validate (use of elements).

import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { parse } from 'parse5';
import { PAGES } from '../site.mjs';
import { demand } from '../tally.mjs';

export const title = 'pages (parse5, html-validate)';

const CONFIG = {
  extends: ['html-validate:recommended'],
  rules: {
    // How the source is laid out is nobody's business but the template's: browsers see no difference.
    'no-trailing-whitespace': 'off',
    // "<br>" or "<br/>", "<!DOCTYPE" or "<!doctype", "hidden" or 'hidden=""': all are valid HTML.
    'void-style': 'off',
    'doctype-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    // Advice for search results and for line breaks in phone numbers; a club may name its badge at length.
    'long-title': 'off',
    'tel-non-breaking': 'off',
  },
};

export async function judge({ site }, tally) {
  const validator = new HtmlValidate(new StaticConfigLoader(CONFIG));
  for (const file of tally.requireSome(site.matching(PAGES), '*.html')) {
    const html = site.text(file);
    await tally.check(`${file} parse5`, () => {
      const errors = [];
      parse(html, {
        sourceCodeLocationInfo: true,
        onParseError: ({ code, startLine, startCol }) => errors.push(`${code} at ${startLine}:${startCol}`),
      });
      demand(errors.length === 0, errors.slice(0, 5).join('; '));
    });
    await tally.check(`${file} html-validate`, async () => {
      const { results } = await validator.validateString(html, file);
      const messages = results
        .flatMap((result) => result.messages)
        .map(({ ruleId, message, line, column }) => `${ruleId} at ${line}:${column}: ${message}`);
      demand(messages.length === 0, messages.slice(0, 5).join('; '));
    });
  }
}
