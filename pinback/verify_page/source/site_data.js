/**
 * What this page carries of its own site: contexts, keys, status lists, and from when they are.
 *
 * The block's SHA-256 stands beside it; where it does not fit, somebody or something changed the page on its way, and
 * nothing of the block is used.
 */
import {base64url, sha256} from './bytes.js';
import {knowContexts} from './rdf.js';

const NOTHING = {as_of: '', contexts: {}, answers: {}, issuers: [], demonstration: [], samples: {}};

/** Return the page's data, or nothing but a word why not. */
export async function readSiteData(page) {
  const block = page.getElementById('site-data');
  const said = block?.dataset.sha256 ?? '';
  if (!globalThis.crypto?.subtle) {
    return {...NOTHING, fault: 'Browsers check signatures on https:// pages only. Open the page there.'};
  }
  if (!block || base64url(await sha256(block.textContent)) !== said) {
    return {...NOTHING, fault: 'This page was changed on its way: its data do not fit their checksum. Load it again.'};
  }
  const data = {...NOTHING, ...JSON.parse(block.textContent), fault: ''};
  knowContexts(data.contexts);
  return data;
}
