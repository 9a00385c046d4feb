/**
 * Addresses of the host at which a club's files lie: where a new file is written, files are put, a file is changed.
 *
 * Only the addresses of GitHub are known ("Creating new files", "Adding a file to a repository" in its documentation);
 * for another host each function returns null and the page offers to copy and to download. Nothing is sent from here: the
 * steward opens the page, sees what it holds, and commits.
 */
const BRANCH = 'main';
/** Most signs of an address: above eight thousand the host answers "414 URI too long". */
const LONGEST = 7_500;

/** Escape what must not stand behind the `?` of an address, and no more: records of twenty-four awards then fit into one. */
const inQuery = text => encodeURIComponent(text).replace(/%(?:24|2C|2F|3A)/g, decodeURIComponent);
const inPath = path => path.split('/').map(encodeURIComponent).join('/');

/** Return the repository's address without a slash at its end, or "" where its pages are not known. */
export function knownHost(source) {
  const found = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+?(?:\.git)?\/?$/.exec(source ?? '');
  return found ? source.replace(/(?:\.git)?\/?$/, '') : '';
}

/** Return the address of the host's page for a new file with this path and text in it, or null where it would be too long. */
export function newFilePage(source, path, text) {
  const known = knownHost(source);
  const address = `${known}/new/${BRANCH}?filename=${inQuery(path)}&value=${inQuery(text)}`;
  return known && address.length <= LONGEST ? address : null;
}

/** Return the address of the host's page where files are put into a folder, or null. */
export function uploadPage(source, folder) {
  const known = knownHost(source);
  return known ? `${known}/upload/${BRANCH}/${inPath(folder)}` : null;
}

/** Return the address of the host's page where a file is changed, or null. */
export function editPage(source, path) {
  const known = knownHost(source);
  return known ? `${known}/edit/${BRANCH}/${inPath(path)}` : null;
}

/** Return the address of the repository whose pages are published at an address, or "" where it cannot be told. */
export function sourceOfSite(address) {
  const {protocol, hostname, pathname} = new URL(address);
  const owner = /^([\w-]+)\.github\.io$/.exec(hostname)?.[1];
  if (protocol !== 'https:' || !owner) {
    return '';
  }
  return `https://github.com/${owner}/${pathname.split('/')[1] || hostname}`;
}
