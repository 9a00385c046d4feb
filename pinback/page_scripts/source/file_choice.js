/** Files that a reader chooses, or drops upon the place round the field; they are read here and go nowhere. */
import {element} from './elements.js';

/** Give the bytes of files that are chosen in a field, or dropped on its place, to a function: one argument for each file. */
export function onFile(field, place, take) {
  const read = async files => {
    const found = await Promise.all([...files].map(async file => new Uint8Array(await file.arrayBuffer())));
    if (found.length) {
      take(...found);
    }
  };
  element(field).addEventListener('change', () => read(element(field).files));
  const drop = element(place);
  for (const [event, over] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
    drop.addEventListener(event, moved => {
      moved.preventDefault();
      drop.classList.toggle('over', over);
      if (event === 'drop') {
        read(moved.dataTransfer.files);
      }
    });
  }
}
