/** The form: files, addresses and a person in; the answer below it. Nothing is asked of the network but by a button that says so. */
import {Run, hostsToAsk} from './checking.js';
import {MAX_FILE, MAX_FILES} from './limits.js';
import {linkIn} from './recipients.js';
import {asCsv, single} from './report.js';
import {$, button, element, shownReport, shownTable} from './showing.js';
import {hostOf} from './urls.js';
import {utf8} from './bytes.js';

/** Make the form work. */
export function openForm(site) {
  let given = [];
  let number = 0;

  function options() {
    const text = $('person').value.trim();
    return linkIn(text) ? {named: text} : {recipient: text};
  }

  /** Judge what was given, one after the other, and show the answer; a later question stops an earlier one. */
  async function answer(hosts = []) {
    const mine = ++number;
    if (!given.length) {
      return;
    }
    const reports = [];
    const run = new Run(site, {...options(), hosts});
    show(element('p', 'Checking …'));
    for (const one of given) {
      reports.push(await (one.read ? run.file(one.name, one.read()) : run.address(one.name)));
      if (mine !== number) {
        return;
      }
      if (given.length > 1) {
        show(element('p', `Checking … ${reports.length} of ${given.length}`));
      }
    }
    const whole = reports.length === 1 && reports[0].whole;
    const more = [asOf(reports, hosts), asking(reports, hosts), ...(whole ? [] : [saving(reports)])].filter(Boolean);
    show(whole ? shownReport(reports[0], more) : shownTable(reports, more));
    $('result').focus();
  }

  function show(made) {
    $('result').hidden = false;
    $('answer').replaceChildren(made);
  }

  const ours = report => site.issuers.some(issuer => issuer.did === report.issuer) || report.parts.some(ours);

  function asOf(reports, hosts) {
    return hosts.length || !single(reports).some(ours)
      ? null
      : element('p.quiet', `Nothing was asked of the network: keys and lists are those in this page, as of ${site.as_of.replace('T', ' ').replace('Z', ' UTC')}.`);
  }

  function asking(reports, asked) {
    const hosts = [...new Set(reports.flatMap(hostsToAsk))].filter(host => !asked.includes(host));
    return hosts.length
      ? element('p.ask', button(`Ask ${hosts.join(', ')}`, () => answer([...asked, ...hosts])), ' ',
        element('span.quiet', `${hosts.length === 1 ? 'This site is' : 'These sites are'} then asked for keys, lists and endorsements. Your file stays here.`))
      : null;
  }

  function saving(reports) {
    const link = element('a.button.quiet-button', 'Save the table (CSV)');
    // The mark at the front tells spreadsheets that the text is UTF-8.
    link.href = URL.createObjectURL(new Blob(['\ufeff', asCsv(reports)], {type: 'text/csv'}));
    link.download = 'badges.csv';
    return element('p', link);
  }

  function take(files) {
    given = [...files].slice(0, MAX_FILES).map(file => ({name: file.name, read: async () => new Uint8Array(await file.slice(0, MAX_FILE + 1).arrayBuffer())}));
    return answer();
  }

  $('files').addEventListener('change', () => take($('files').files));
  $('person').addEventListener('change', () => answer());
  const drop = $('drop');
  for (const kind of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(kind, event => {
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover');
      if (kind === 'drop' && event.dataTransfer.files.length) {
        take(event.dataTransfer.files);
      }
    });
  }
  $('ask-addresses').addEventListener('click', () => {
    given = $('addresses').value.split(/\s+/).filter(Boolean).map(name => ({name}));
    answer([...new Set(given.map(one => hostOf(one.name)).filter(Boolean))]);
  });
  for (const kind of ['good', 'changed']) {
    $(`try-${kind}`)?.addEventListener('click', () => {
      given = [{name: kind === 'good' ? 'a good badge' : 'a changed badge', read: async () => utf8(site.samples[kind])}];
      answer();
    });
  }
}
