/** Whether the page shows what was signed: its data, and every element that says so by `data-signed`. */

const oneLine = text => text.replace(/\s+/g, ' ').trim();
const day = moment => (typeof moment === 'string' ? moment.slice(0, 10) : '');

/** Return what was signed, by the names that the page uses; texts, days as YYYY-MM-DD, "" for what is not there. */
export function signedValues(credential) {
  const {achievement} = credential.credentialSubject;
  return {
    badge: String(achievement.name),
    description: String(achievement.description ?? ''),
    'issuer-name': String(credential.issuer.name),
    issuer: String(credential.issuer.id),
    awarded: day(credential.awardedDate ?? credential.validFrom),
    'valid-until': day(credential.validUntil),
    credential: String(credential.id),
  };
}

/** Return the names of what the page shows in other words than were signed; none where all is well. */
export function differences(data, credential, root) {
  const values = signedValues(credential);
  const wrong = Object.keys(values).filter(name => Object.hasOwn(data.shown ?? {}, name) && data.shown[name] !== values[name]);
  for (const element of root.querySelectorAll('[data-signed]')) {
    const name = element.dataset.signed;
    const shown = element.dateTime ?? oneLine(element.textContent);
    if (!Object.hasOwn(values, name) || shown !== oneLine(values[name])) {
      wrong.push(name);
    }
  }
  // A move changes what stands before the award's id, in the page's address and not in what was signed.
  const id = /\/awards\/([a-z2-7]+)\/$/.exec(data.address ?? '')?.[1];
  if (!id || !values.credential.endsWith(`/awards/${id}/credential.json`)) {
    wrong.push('address');
  }
  return wrong;
}
