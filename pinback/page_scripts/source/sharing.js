/**
 * Passing the page on: plain links to other sites, the system's own sheet, and what can be copied.
 *
 * Every link works without this script and carries the address without a name. Where a named link is open, the reader may
 * choose to put the name in; then, and only then, do name and secret stand in these links.
 */

/** Return a function that puts an address into every share link, and into the field that shows it. */
export function shareLinks(plain) {
  const links = [...document.querySelectorAll('[data-share]')].map(link => [link, link.getAttribute('href')]);
  const field = document.getElementById('share-address');
  return address => {
    for (const [link, href] of links) {
      link.setAttribute('href', href.replaceAll(encodeURIComponent(plain), encodeURIComponent(address)));
    }
    for (const element of document.querySelectorAll('[data-address]')) {
      element.textContent = address;
    }
    if (field) {
      field.value = address;
    }
  };
}

/** Make a button of the system's own sheet, where there is one; *what* returns title and address. */
export function systemSheet(button, what) {
  if (button && navigator.share) {
    button.hidden = false;
    // Whoever closes the sheet has not failed.
    button.addEventListener('click', () => navigator.share(what()).catch(() => {}));
  }
}

/** Make copying buttons: each names by `data-copy` the id of the element whose text or value it copies. */
export function copyButtons(buttons, words, say) {
  for (const button of buttons) {
    const label = button.textContent;
    let timer = 0;
    button.addEventListener('click', async () => {
      const done = await copied(document.getElementById(button.dataset.copy));
      button.textContent = done ? words.copied : label;
      say(done ? words.copied : words.notCopied);
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = label;
        say('');
      }, 4_000);
    });
  }
}

async function copied(source) {
  try {
    await navigator.clipboard.writeText('value' in source ? source.value : source.textContent.trim());
    return true;
  } catch {
    // No clipboard for pages (http, or refused): what is to be copied is marked at least, and an old way is tried.
    if ('select' in source) {
      source.select();
    } else {
      getSelection().selectAllChildren(source);
    }
    return document.execCommand('copy');
  }
}
