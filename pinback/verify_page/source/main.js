/** The page's script: reads the page's own data, opens the form, and offers the same run to programs (`checking.js`). */
import {Run} from './checking.js';
import {openForm} from './form.js';
import {readSiteData} from './site_data.js';

const ready = readSiteData(document);

globalThis.pinback = {
  check: async (bytes, options = {}) => (await new Run(await ready, options).file(options.name ?? 'badge', bytes)).values(),
  checkAddress: async (address, options = {}) => (await new Run(await ready, options).address(address)).values(),
};

ready.then(site => {
  if (site.fault) {
    const place = document.getElementById('fault');
    place.hidden = false;
    place.textContent = site.fault;
  } else {
    openForm(site);
  }
});
