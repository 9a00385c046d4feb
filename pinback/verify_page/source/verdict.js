/** What the checker can say: one of six verdicts, and findings that lead to them. Mirrors `pinback/verify/verdict.py`. */

export const GENUINE = 'genuine';
export const EXPIRED = 'expired';
export const WITHDRAWN = 'withdrawn';
export const FORGED = 'forged';
export const NO_BADGE = 'no-badge';
export const CANNOT_TELL = 'cannot-tell';

export const SENTENCES = {
  [GENUINE]: 'Genuine and in force.',
  [EXPIRED]: 'Genuine, but expired.',
  [WITHDRAWN]: 'Withdrawn by its issuer.',
  [FORGED]: 'Changed or forged: do not rely on it.',
  [NO_BADGE]: 'No badge in this file.',
  [CANNOT_TELL]: 'Cannot tell whether it is genuine and in force.',
};
export const SUSPENDED = 'Suspended by its issuer.';
const WEIGHTS = [GENUINE, NO_BADGE, CANNOT_TELL, EXPIRED, WITHDRAWN, FORGED];

/** A check's answer that leads away from "genuine": a verdict, and a sentence without capital and full stop. */
export class Finding extends Error {
  constructor(verdict, reason, suspended = false) {
    super(reason);
    Object.assign(this, {verdict, reason, suspended});
  }
}

export const forged = reason => new Finding(FORGED, reason);
export const unknown = reason => new Finding(CANNOT_TELL, reason);
export const noBadge = reason => new Finding(NO_BADGE, reason);

/** Return the first of those that weigh most. */
export function worst(found) {
  const weigh = one => WEIGHTS.indexOf(one.verdict);
  return [...found].sort((one, other) => weigh(other) - weigh(one))[0];
}
