// The whole web, as far as the judges can see it: the built site, the contexts and the schema file.
//
// Some judges take a document loader, others (verifier-core, did:web resolution) call fetch deep inside. So fetch is
// replaced for this process before any judge is asked. What lies outside is answered with 404 (a network error would
// make the libraries try again and wait) and remembered: a site that needs another host is a finding.

import { driver } from '@digitalcredentials/did-method-web';

const MEDIA_TYPES = {
  json: 'application/json',
  txt: 'text/plain',
  html: 'text/html',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/**
 * @param {import('./site.mjs').Site} site
 * @param {Map<string, object>} contexts
 * @param {Map<string, object>} schemas JSON schemas by address
 */
export function openOfflineWeb(site, contexts, schemas) {
  const refused = new Set();

  globalThis.fetch = async (request) => {
    const url = typeof request === 'string' ? request : (request.url ?? String(request));
    const known = contexts.get(url) ?? schemas.get(url);
    if (known) return new Response(JSON.stringify(known), { headers: { 'content-type': 'application/json' } });
    const file = site.fileAt(url);
    if (file === undefined) {
      refused.add(url);
      return new Response('{}', { status: 404, headers: { 'content-type': 'application/json' } });
    }
    const type = MEDIA_TYPES[file.split('.').pop()] ?? 'application/octet-stream';
    return new Response(site.bytes(file), { headers: { 'content-type': type } });
  };

  // did:web is turned into an address, and a key found in did.json, by code that is not ours either.
  const didWeb = driver();
  const resolved = new Map();
  function resolveDid(didUrl) {
    if (!resolved.has(didUrl)) resolved.set(didUrl, didWeb.get({ url: didUrl }));
    return resolved.get(didUrl);
  }

  async function documentLoader(url) {
    let document = contexts.get(url);
    if (document === undefined && url.startsWith('did:')) document = await resolveDid(url);
    if (document === undefined) document = site.jsonAt(url);
    return { contextUrl: null, documentUrl: url, document, tag: contexts.has(url) ? 'static' : undefined };
  }

  return { documentLoader, resolveDid, refused };
}
