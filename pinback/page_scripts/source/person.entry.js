/**
 * The script of a holder's page.
 *
 * 1. What only a script can serve is shown: copy, print, the form that makes the one link.
 * 2. Badges whose last valid day is over by the reader's clock say so.
 * 3. The one link: each secret is compared with the hash that was signed. Over http the signed documents themselves are
 *    fetched from this site and their signatures checked; a page that was opened from a disk can only compare.
 * 4. The form makes the one link out of an earner's private links.
 *
 * Names and secrets stay behind the `#`: no request carries them, and nothing is kept.
 */
import {fragmentOf, isSigned, triesToName} from './named_link.js';
import {filled, pageData, reveal} from './page.js';
import {fragmentOfAll, namedAwards, pastedLinks} from './person_link.js';
import {drawQr} from './qr.js';
import {copyButtons} from './sharing.js';
import {signedCredential} from './signature.js';

const element = id => document.getElementById(id);

function write(id, text) {
  const place = element(id);
  if (place) {
    place.textContent = text;
    place.hidden = !text;
  }
}

/** What the page itself says was signed of an award. */
const onPage = award => ({credentialSubject: {identifier: award.identifier}});

/** Return the award's credential out of its signed document, or null where that cannot be had. Throws where it does not hold. */
async function proved(award, keys) {
  if (!/^https?:$/.test(location.protocol)) {
    return null;
  }
  let jwt;
  try {
    const answer = await fetch(award.jwt, {credentials: 'omit', referrerPolicy: 'no-referrer'});
    if (!answer.ok) {
      return null;
    }
    jwt = await answer.text();
  } catch {
    return null;
  }
  const credential = await signedCredential({jwt, keys, issuer: award.issuer});
  if (credential.id !== award.credential) {
    throw new Error('the document is that of another award');
  }
  return credential;
}

/** Say of one award whether the name in the link was signed: "no", "compared" or "checked". */
async function judged(award, link, keys) {
  if (!award) {
    return 'no';
  }
  try {
    if (!(await isSigned(onPage(award), link))) {
      return 'no';
    }
    const credential = await proved(award, keys);
    if (!credential) {
      return 'compared';
    }
    return (await isSigned(credential, link)) ? 'checked' : 'no';
  } catch {
    return 'no';
  }
}

/** The names in the one link: shown on the cards, taken along to the awards' pages, the paper and other languages. */
class Names {
  constructor(data) {
    this.data = data;
    this.links = [...document.querySelectorAll('a[data-award], a[hreflang]')].map(link => [link, link.getAttribute('href')]);
    this.qr = element('qr');
    this.drawn = this.qr && [this.qr.getAttribute('viewBox'), this.qr.querySelector('path').getAttribute('d')];
    this.round = 0;
  }

  /** Look at the fragment of the page's address. */
  async look() {
    const fragment = location.hash;
    if (!triesToName(fragment)) {
      return; // a link within the page
    }
    if (!globalThis.crypto?.subtle) {
      // No https: browsers give such a page no means to compare.
      write('names-said', this.data.words.cannot);
      return;
    }
    this.round += 1;
    const round = this.round;
    const asked = [...namedAwards(fragment)];
    const answers = await Promise.all(asked.map(([id, link]) => judged(own(this.data.awards, id), link, this.data.keys)));
    if (round === this.round) {
      const good = new Map(asked.filter((_, place) => answers[place] !== 'no'));
      this.show(good, asked.length, answers.includes('compared'));
    }
  }

  show(good, all, onlyCompared) {
    const {words} = this.data;
    for (const card of document.querySelectorAll('[data-card]')) {
      const link = good.get(card.dataset.card);
      const place = card.querySelector('.signed-name');
      place.replaceChildren(...(link ? sentence(words.signed, link.name) : []));
      place.hidden = !link;
    }
    for (const [link, href] of this.links) {
      const one = good.get(link.dataset.award);
      link.setAttribute('href', href + (link.dataset.award ? (one ? fragmentOf(one) : '') : fragmentOfAll(good)));
    }
    const said = !good.size ? words.refused : onlyCompared ? words.compared : words.checked;
    write('names-said', good.size && good.size < all ? `${said} ${words.some}` : said);
    const tone = !good.size ? 'bad' : onlyCompared ? 'warn' : 'good';
    element('names-said').className = `status names ${tone}`;
    this.passOn(this.data.address + fragmentOfAll(good), good.size);
  }

  passOn(address, named) {
    element('named-copy')?.toggleAttribute('hidden', !named);
    const copied = element('named-address');
    if (copied) {
      copied.textContent = named ? address : ''; // never seen: it is there to be copied
    }
    if (!this.qr) {
      return;
    }
    this.qr.setAttribute('viewBox', this.drawn[0]);
    this.qr.querySelector('path').setAttribute('d', this.drawn[1]);
    if (named) {
      drawn(this.qr, address);
    }
  }
}

/** Return the words of a sentence with the name in it set apart. */
function sentence(words, name) {
  const [before, after] = words.split('%(name)s');
  return [before, Object.assign(document.createElement('bdi'), {textContent: name}), after];
}

/** Draw a QR code and say whether it could hold the text. */
function drawn(svg, text) {
  try {
    drawQr(svg, text);
    return true;
  } catch {
    return false;
  }
}

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : null);

/** The form that makes one link out of private links. */
function form(data) {
  const {words} = data;
  element('one-link-form').addEventListener('submit', async event => {
    event.preventDefault();
    const lines = pastedLinks(element('links').value);
    const good = new Map();
    const [strangers, wrong] = [[], []];
    for (const {number, award} of lines) {
      const known = award && own(data.awards, award.id);
      if (!known) {
        strangers.push(number);
      } else if (await isSigned(onPage(known), award)) {
        good.set(award.id, award);
      } else {
        wrong.push(number);
      }
    }
    const link = data.address + fragmentOfAll(good);
    const said = [
      lines.some(line => line.award) ? '' : words.noLinks,
      good.size ? words.made : '',
      strangers.length && lines.some(line => line.award) ? filled(words.strangers, {lines: strangers.join(', ')}) : '',
      wrong.length ? filled(words.wrong, {lines: wrong.join(', ')}) : '',
    ];
    element('one-link-made').hidden = !good.size;
    if (good.size) {
      element('one-link').value = link;
      element('one-link-open').href = fragmentOfAll(good);
      const fits = drawn(element('one-link-qr'), link);
      element('one-link-qr').toggleAttribute('hidden', !fits);
      said.push(fits ? '' : words.tooLong);
    }
    write('links-said', said.filter(Boolean).join(' '));
  });
}

/** Say of each badge whose last valid day is over that it ran out. */
function expire(words) {
  for (const place of document.querySelectorAll('[data-valid-until]')) {
    const day = place.dataset.validUntil;
    const time = place.querySelector('time');
    if (/^\d{4}-\d\d-\d\d$/.test(day) && Date.now() > Date.parse(`${day}T23:59:59Z`) && time) {
      const [before, after] = words.expired.split('%(day)s');
      place.replaceChildren(before, time, after);
      place.classList.add('ran-out');
    }
  }
}

async function begin() {
  const data = pageData();
  for (const button of reveal('[data-print]')) {
    button.addEventListener('click', () => window.print());
  }
  if (!data?.words || !data.awards || !data.keys) {
    return;
  }
  copyButtons(reveal('[data-copy]'), data.words, text => write('said', text));
  expire(data.words);
  if (element('naming') && globalThis.crypto?.subtle) {
    element('naming').hidden = false;
    form(data);
  }
  const names = new Names(data);
  await names.look();
  window.addEventListener('hashchange', () => names.look());
}

begin();
