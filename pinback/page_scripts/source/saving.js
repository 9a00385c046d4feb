/** Giving a file to the reader's own computer: it is made in the page, and no server sees it. */

/** Save bytes or text under a name. */
export function save(name, content, type = 'text/plain;charset=utf-8') {
  const address = URL.createObjectURL(new Blob([content], {type}));
  const link = Object.assign(document.createElement('a'), {href: address, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the bytes after the click; a minute is long enough for it to begin.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
