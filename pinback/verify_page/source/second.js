/** The second script of the page (`vouching.js`): loaded from beside this one, once, when the first document was judged. */
import {keyDocument} from './issuers.js';
import {element} from './showing.js';
import {siteOf} from './trusting.js';
import {judge} from './verifier.js';

const {src} = document.currentScript;
let loaded;

const load = () => new Promise(done => {
  const script = element('script');
  script.onload = script.onerror = done;
  script.src = new URL('vouching.js', src);
  document.head.append(script);
});

/** Return what is known of the parents of a report's issuer; nothing where the script is not there. */
export async function memberships(report, run) {
  await (loaded ??= load());
  return globalThis.pinback.memberships?.(report, run, judge, keyDocument, siteOf) ?? [];
}
