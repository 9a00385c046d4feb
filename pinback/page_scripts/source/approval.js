/** What comes after a commit: somebody approves the run that signs and publishes it. */
import {make} from './elements.js';
import {runsPage} from './host.js';

/** Return title and parts of that step; null where the host's pages are not known, or nothing is signed there. */
export function approvalStep({source, seals_at_host: signed, words}) {
  const runs = signed ? runsPage(source) : null;
  const link = make('a', {className: 'button quiet-button', href: runs ?? '#', target: '_blank', rel: 'noopener noreferrer'}, words.runs);
  return runs ? [words.approveTitle, make('p', {}, words.approve), make('p', {className: 'actions'}, link)] : null;
}
