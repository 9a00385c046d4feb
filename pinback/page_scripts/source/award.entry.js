/** The script of an award's page: it begins where the page has what only a script can serve. */
import {reveal} from './page.js';

for (const button of reveal('[data-print]')) {
  button.addEventListener('click', () => window.print());
}
