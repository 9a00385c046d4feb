// issuers/*/status/*.json: signed Bitstring status lists that the library can decode, each index given out once.

import { decodeList } from '@digitalbazaar/vc-bitstring-status-list';
import path from 'node:path';
import { CREDENTIALS, STATUS_LISTS } from '../site.mjs';
import { demand } from '../tally.mjs';
import { demandSignature } from './embedded_proofs.mjs';

export const title = 'status lists (@digitalbazaar/vc-bitstring-status-list)';

const FEWEST_ENTRIES = 131_072; // Bitstring Status List v1.0, "Bitstring Generation Algorithm": 16 KB, herd privacy

export async function judge({ site, documentLoader }, tally) {
  const lists = new Map();
  for (const file of tally.requireSome(site.matching(STATUS_LISTS), 'issuers/*/status/*.json')) {
    await tally.check(file, async () => {
      const credential = site.json(file);
      const { id, credentialSubject } = credential;
      demand(site.addresses(file).includes(id), `id is ${id}, the address is ${site.addresses(file)}`);
      await demandSignature(credential, documentLoader);
      const purpose = path.posix.basename(file).replace(/-\d+\.json$/, '');
      demand(credentialSubject.statusPurpose === purpose, `statusPurpose is ${credentialSubject.statusPurpose}`);
      const list = await decodeList({ encodedList: credentialSubject.encodedList });
      demand(list.length >= FEWEST_ENTRIES, `${list.length} entries, fewer than ${FEWEST_ENTRIES}`);
      lists.set(id, list);
      tally.found('bits set', countSet(list));
    });
  }
  await demandEveryIndexOnce(site, lists, tally);
}

function countSet(list) {
  let count = 0;
  for (let index = 0; index < list.length; index += 1) if (list.getStatus(index)) count += 1;
  return count;
}

async function demandEveryIndexOnce(site, lists, tally) {
  const holder = new Map();
  for (const file of site.matching(CREDENTIALS)) {
    await tally.check(`${file} credentialStatus`, () => {
      for (const entry of [site.json(file).credentialStatus ?? []].flat()) {
        if (entry.type !== 'BitstringStatusListEntry') continue;
        const list = lists.get(entry.statusListCredential);
        demand(list, `no list was accepted at ${entry.statusListCredential}`);
        demand(/^(0|[1-9]\d*)$/.test(entry.statusListIndex), 'statusListIndex is not a decimal string');
        demand(Number(entry.statusListIndex) < list.length, `index ${entry.statusListIndex} is beyond the list`);
        const key = `${entry.statusListCredential}#${entry.statusListIndex}`;
        demand(!holder.has(key), `index ${entry.statusListIndex} also belongs to ${holder.get(key)}`);
        holder.set(key, file);
      }
    });
  }
}
