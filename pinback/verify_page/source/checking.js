/**
 * One run of the checker: what was given, what is asked, and where answers come from.
 *
 * `window.pinback.check(bytes, options)` and `window.pinback.checkAddress(address, options)` are for programs and tests:
 * the same run as the page's own, the report as plain values (those of `pinback verify --format json`).
 */
import {Asker} from './asking.js';
import {GivenDoor, NetworkDoor} from './doors.js';
import {judgeAddress, judgeBytes} from './inputs.js';
import {moment} from './moments.js';
import {readLink} from './recipients.js';
import {single} from './report.js';
import {memberships} from './second.js';
import {stopped} from './verifier.js';
import {FORGED, Finding, NO_BADGE, unknown} from './verdict.js';

/** A run over files and addresses that share what was answered. */
export class Run {
  /**
   * @param site the page's data (`site_data.js`)
   * @param options `now` (text with date, time and zone), `trust` (ids and addresses), `recipient`, `named` (a link),
   *   `answers` (in place of the page's own), `hosts` (that may be asked)
   */
  constructor(site, options = {}) {
    this.question = {
      now: options.now ? moment(options.now, 'now') : Date.now(),
      trust: options.trust ?? [],
      recipient: options.recipient ?? '',
      named: typeof options.named === 'string' ? readLink(options.named) : options.named ?? null,
      demonstration: new Set(site.demonstration),
    };
    const hosts = options.hosts ?? [];
    const given = new GivenDoor(new Map(Object.entries(options.answers ?? site.answers)), hosts);
    this.asker = new Asker(hosts.length ? new NetworkDoor(hosts, given) : given);
  }

  /** Return the report on a file: its bytes, or a promise of them. */
  async file(name, bytes) {
    return this.guarded(name, async () => judgeBytes(name, await bytes, this.asker, this.question, true));
  }

  /** Return the report on an address. */
  async address(address) {
    if (!address.startsWith('https://')) {
      return stopped(address, unknown('this is no address that begins with https://'));
    }
    return this.guarded(address, () => judgeAddress(address, this.asker, this.question));
  }

  /** A fault of ours ends in a sentence, never in a verdict. */
  async guarded(name, judged) {
    try {
      const report = await judged();
      for (const one of single([report])) {
        one.memberOf = await memberships(one, this);
      }
      return report;
    } catch (error) {
      return stopped(name, error instanceof Finding ? error : unknown(`the checker failed on it (${error.message})`));
    }
  }
}

/** Return the hosts that may be asked after a click: those of issuers, not of endorsers, where asking can change the answer. */
export function hostsToAsk(report) {
  const found = [FORGED, NO_BADGE].includes(report.verdict) ? [] : report.hosts;
  return [...new Set([...found, ...report.parts.filter(part => !part.source.startsWith('endorsement ')).flatMap(hostsToAsk)])];
}
