/**
 * What earners are told: a message each in the language of the award, as a text, and as a table for mail merge.
 *
 * Words come from the page, in every language of the club. Nothing is sent from here.
 */
import {filled} from './page.js';
import {csv} from './who_is_who.js';

const COLUMNS = ['name', 'contact', 'badge', 'issued_on', 'link', 'language', 'subject', 'message'];
/** Longest address of a letter that common mail programs open. */
const LONGEST_LETTER = 1_900;

/** Return the language of the words for an award: its own, a kin of it, else the first of the site. */
export function languageOf(record, badge, languages) {
  const wanted = record.language || badge.language;
  const kin = languages.find(tag => tag.split('-')[0] === wanted.split('-')[0]);
  return languages.includes(wanted) ? wanted : kin ?? languages[0];
}

/** Return a day as people write it in a language. */
export const dayText = (day, language) =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {dateStyle: 'long', timeZone: 'UTC'}).format(new Date(`${day}T12:00:00Z`));

/**
 * Return what goes to the earner of an award: {name, contact, badge, issued_on, link, language, subject, message}.
 *
 * @param record with `link` (private) or, where the name is in the open, `address` of its page.
 * @param data of the page: `badges`, `issuers` by slug, `mail` (words by language), `languages`.
 */
export function letterFor(record, data) {
  const badge = data.badges.find(one => one.slug === record.badge);
  const language = languageOf(record, badge, data.languages);
  const words = data.mail[language];
  const values = {
    name: record.name,
    badge: badge.title[language],
    club: data.issuers[badge.issuer].name[language],
    day: dayText(record.issued_on, language),
    link: record.link || record.address,
  };
  return {
    name: record.name,
    contact: record.contact ?? '',
    badge: values.badge,
    issued_on: record.issued_on,
    link: values.link,
    language,
    subject: filled(words.subject, values),
    message: filled(record.link ? words.message : words.openMessage, values),
  };
}

/** Return the table for mail merge. */
export const mergeTable = letters => csv([COLUMNS, ...letters.map(letter => COLUMNS.map(name => letter[name]))]);

/** Return all messages as one text: to whom, the subject, the message. */
export const messagesText = letters =>
  letters.map(({name, contact, subject, message}) =>
    `${name}${contact ? ` · ${contact}` : ''}\r\n${subject}\r\n\r\n${message.replaceAll('\n', '\r\n')}\r\n`)
    .join(`\r\n${'-'.repeat(72)}\r\n\r\n`);

/** Return the `mailto:` address of a finished letter, or "" where it would be too long. */
export function mailto({contact, subject, message}) {
  const address = `mailto:${encodeURIComponent(contact).replace('%40', '@')}`
    + `?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(message.replaceAll('\n', '\r\n'))}`;
  return address.length <= LONGEST_LETTER ? address : '';
}
