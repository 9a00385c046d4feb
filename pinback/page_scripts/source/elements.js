/** Elements of a page, made without markup: what a reader typed stays text. */

export const element = id => document.getElementById(id);

/** Make an element: properties (names with a hyphen are attributes; what is null or false is left out), and what is in it. */
export function make(name, properties = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (key.includes('-') || key === 'for' || key === 'scope' || key === 'role') {
      made.setAttribute(key, value);
    } else {
      made[key] = value;
    }
  }
  made.append(...inside.flat().filter(part => part !== null && part !== undefined && part !== ''));
  return made;
}

/** A name or another text of people, in a direction of its own. */
export const bdi = text => make('bdi', {}, text);
