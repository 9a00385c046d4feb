/** What the scripts of all kinds of pages share: the page's data, and what is hidden until a script runs. */

/** Return the page's data, or null where the element is missing or is no JSON object. */
export function pageData() {
  try {
    const data = JSON.parse(document.getElementById('page-data').textContent);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : null;
  } catch {
    return null;
  }
}

/** Show the elements that only a script can serve, and return them. */
export function reveal(selector) {
  const found = [...document.querySelectorAll(selector)];
  for (const element of found) {
    element.hidden = false;
  }
  return found;
}

/** Put values into a sentence of the page's data: `%(name)s` stands for the member `name`. */
export function filled(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (Object.hasOwn(values, name) ? values[name] : whole));
}
