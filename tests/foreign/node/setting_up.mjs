/** The steps of the page `admin/start/`, as a person takes them; for every trial that begins with a new club. */
import {committedByHost} from './host.mjs';

/** Type the answers: name, baseUrl (as the page proposes it where left out), email, colour, language. */
export async function answered(page, answers) {
  const fields = {name: '#name', baseUrl: '#base-url', email: '#email', colour: '#colour'};
  for (const [name, field] of Object.entries(fields)) {
    if (answers[name] !== undefined) {
      await page.fill(field, answers[name]);
    }
  }
  if (answers.language) {
    await page.selectOption('#language', answers.language);
  }
}

/** Let the page make the keys; returns the code that it shows, and the id of the key on the sheet. */
export async function keysMade(page) {
  await page.click('#make');
  await page.waitForFunction(() => document.querySelector('#code').textContent, undefined, {timeout: 60_000});
  return {code: await page.textContent('#code'), id: await page.textContent('#sheet-key')};
}

/** Put the code into the settings of the host, as the page's link leads there. */
export async function secretSaved(page, code) {
  const [settings] = await Promise.all([page.context().waitForEvent('page'), page.click('#secret-link')]);
  await settings.fill('#secret', code);
  await settings.click('text=Save secret');
  await settings.waitForFunction(() => document.querySelector('output').textContent);
  await settings.close();
}

/** Open each file at the host in the page's order, and commit it; returns path, text and answer of each. */
export async function filesCommitted(page) {
  const found = [];
  for (const link of await page.locator('#files a').all()) {
    found.push(await committedByHost(page, () => link.click()));
  }
  return found;
}
