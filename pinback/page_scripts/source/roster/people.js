/**
 * Who is the same person: the same name, and no different contact. Mirrors `pinback/roster/people.py`.
 *
 * Known people keep their handles; a handle in the sheet decides.
 */
import {folded} from './texts.js';

const same = contact => folded(contact).replace(/[ ().\/-]/g, '');

/** The people of the steward's list and of one roster. */
export class People {
  /** Take the rows of the list: `{name, contact, handle}`. */
  constructor(known) {
    this.byName = new Map();
    this.byHandle = new Map();
    this.count = 0;
    for (const {name, contact, handle} of known) {
      const key = folded(name);
      const found = this.named(key).find(one => one.handle === handle);
      const person = found ?? this.add(key, handle, 0);
      person.contacts.add(same(contact ?? ''));
      person.contacts.delete('');
    }
  }

  /**
   * Find or add the person of a row.
   *
   * Returns `{person}`, or `{fault, values}` where it cannot be told who it is.
   */
  of(name, contact, handle, row) {
    const [key, mine] = [folded(name), same(contact)];
    if (handle) {
      const holder = this.byHandle.get(handle);
      if (holder && holder.name !== key) {
        return {fault: 'handle_of_other', values: {found: {found: handle}}};
      }
      return {person: this.met(holder ?? this.add(key, handle, row), mine)};
    }
    const all = this.named(key);
    const exact = mine ? all.filter(one => one.contacts.has(mine)) : [];
    const possible = exact.length ? exact : all.filter(one => !mine || !one.contacts.size);
    if (possible.length > 1) {
      return {fault: 'which_person', values: {people: {people: possible.map(one => one.handle || one.row)}}};
    }
    return {person: this.met(possible[0] ?? this.add(key, '', row), mine)};
  }

  named(key) {
    return this.byName.get(key) ?? [];
  }

  add(name, handle, row) {
    this.count += 1;
    const person = {number: this.count, name, handle, row, contacts: new Set()};
    this.byName.set(name, [...this.named(name), person]);
    if (handle) {
      this.byHandle.set(handle, person);
    }
    return person;
  }

  met(person, contact) {
    if (contact) {
      person.contacts.add(contact);
    }
    return person;
  }
}
