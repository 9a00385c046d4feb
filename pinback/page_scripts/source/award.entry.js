/**
 * The script of an award's page.
 *
 * 1. What only a script can serve is shown: print, copy, the system's own sheet.
 * 2. The signature under the award is checked, and that the page shows what was signed. Only then does the status say so.
 * 3. Whether the last valid day is over is said by the clock of the reader.
 * 4. The name in a named link is shown where it is the one that was signed; sharing and paper take the link along.
 *
 * Nothing leaves the page, and nothing is kept. It has no network call, no storage and no cookie.
 */
import {differences} from './agreement.js';
import {fragmentOf, isSigned, namedLink, triesToName} from './named_link.js';
import {filled, pageData, reveal} from './page.js';
import {drawQr} from './qr.js';
import {copyButtons, shareLinks, systemSheet} from './sharing.js';
import {CannotTell, signedCredential} from './signature.js';

const element = id => document.getElementById(id);

function write(id, text) {
  const place = element(id);
  if (place) {
    place.textContent = text;
    place.hidden = !text;
  }
}

/** Check the signature and the page; return what was signed, or null. */
async function check(data, words) {
  let credential;
  try {
    credential = await signedCredential(data);
    if (differences(data, credential, document).length) {
      throw new Error('the page shows something else');
    }
  } catch (error) {
    if (error instanceof CannotTell) {
      write('unchecked', words.cannotCheck);
    } else {
      disown(words);
    }
    return null;
  }
  if (data.state !== 'in-force') {
    return credential;
  }
  const begins = Date.parse(credential.validFrom);
  if (!(begins <= Date.now())) {
    write('unchecked', words.early);
    return credential;
  }
  write('standing', words.checked);
  write('signed-by', words.signedBy);
  element('status')?.classList.toggle('good', !data.demonstration);
  return credential;
}

/** Say that the page is not what was signed, and take away what would pass it on. */
function disown(words) {
  const alarm = element('alarm');
  if (alarm) {
    const sentence = document.createElement('p');
    sentence.append(Object.assign(document.createElement('strong'), {textContent: words.mismatch}), ` ${words.mismatchWhat}`);
    alarm.replaceChildren(sentence);
    alarm.hidden = false;
  }
  document.querySelector('.hero')?.classList.add('withdrawn');
  for (const passing of document.querySelectorAll('#status, [data-passing-on]')) {
    passing.hidden = true;
  }
}

/** Say that the award has expired, where its last day is over by the reader's clock. */
function expire(data, words) {
  const last = /^\d{4}-\d\d-\d\d$/.test(data.shown?.['valid-until'] ?? '') ? `${data.shown['valid-until']}T23:59:59Z` : '';
  if (data.state === 'in-force' && last && Date.now() > Date.parse(last)) {
    write('expired', words.expired);
    element('validity')?.setAttribute('hidden', '');
    const status = element('status');
    status?.classList.remove('good');
    status?.classList.add('warn');
    document.querySelector('.hero')?.classList.add('expired');
  }
}

/** The name in the link: shown, refused in words, or not spoken of where the link carries none. */
class Named {
  constructor(data, words, credential, passOn) {
    Object.assign(this, {data, words, credential, passOn});
    this.holder = element('holder-name');
    this.note = element('holder-note');
    this.before = {holder: [...(this.holder?.childNodes ?? [])], note: this.note?.textContent ?? ''};
    this.round = 0;
  }

  /** Look at the fragment of the page's address. */
  async look() {
    const fragment = location.hash;
    if (!triesToName(fragment)) {
      // A link within the page: a name that is shown stays.
      return;
    }
    this.round += 1;
    const round = this.round;
    const link = namedLink(fragment);
    const signed = Boolean(this.credential && link) && (await isSigned(this.credential, link));
    if (round === this.round) {
      this.show(signed ? link : null);
    }
  }

  show(link) {
    const {words} = this;
    if (this.holder && this.note) {
      this.holder.replaceChildren(...(link ? [strongName(link.name)] : this.before.holder));
      this.note.textContent = link ? words.nameSigned : this.credential ? words.nameNotSigned : words.nameNotChecked;
      this.note.classList.toggle('refused', !link);
      this.note.hidden = false;
    }
    this.passOn(link ? fragmentOf(link) : '');
  }
}

function strongName(name) {
  const strong = document.createElement('strong');
  strong.append(Object.assign(document.createElement('bdi'), {textContent: name}));
  return strong;
}

/** Return a function that takes the fragment of an open named link, or "", to sharing, paper and other languages. */
function passingOn(data) {
  const share = shareLinks(data.address);
  const choice = element('with-name');
  const offer = element('with-name-offer');
  const qr = element('qr');
  const drawn = qr && [qr.getAttribute('viewBox'), qr.querySelector('path').getAttribute('d')];
  const languages = [...document.querySelectorAll('a[hreflang]')].map(link => [link, link.getAttribute('href')]);
  let fragment = '';
  const chosen = () => data.address + (choice?.checked ? fragment : '');
  choice?.addEventListener('change', () => share(chosen()));
  systemSheet(document.querySelector('[data-share-sheet]'), () => ({title: data.shown.badge, url: chosen()}));
  return found => {
    fragment = found;
    if (choice && offer) {
      offer.hidden = !fragment;
      choice.checked = false;
    }
    share(chosen());
    for (const [link, href] of languages) {
      link.setAttribute('href', href + fragment);
    }
    for (const address of document.querySelectorAll('[data-own-address]')) {
      address.textContent = data.address + fragment;
    }
    if (qr && fragment) {
      drawQr(qr, data.address + fragment);
    } else if (qr) {
      qr.setAttribute('viewBox', drawn[0]);
      qr.querySelector('path').setAttribute('d', drawn[1]);
    }
  };
}

/** Links within the page leave an address with a name alone, and open what they lead to. */
function keepFragment() {
  document.addEventListener('click', event => {
    const link = event.target.closest?.('a[href^="#"]');
    const target = link && element(link.getAttribute('href').slice(1));
    if (target) {
      if (triesToName(location.hash)) {
        event.preventDefault();
        target.scrollIntoView();
        (target.querySelector(':scope > summary') ?? target).focus();
      }
      target.open = true;
    }
  });
}

async function begin() {
  const data = pageData();
  for (const button of reveal('[data-print]')) {
    button.addEventListener('click', () => window.print());
  }
  const words = data?.words;
  if (!words || typeof data.address !== 'string') {
    return;
  }
  copyButtons(reveal('[data-copy]'), words, text => element('said')?.replaceChildren(text));
  keepFragment();
  const passOn = passingOn(data);
  const credential = await check(data, words);
  expire(data, words);
  const named = new Named(data, words, credential, passOn);
  await named.look();
  window.addEventListener('hashchange', () => named.look());
}

begin();
