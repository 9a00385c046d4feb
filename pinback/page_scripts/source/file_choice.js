/** Files that a reader chooses, or drops upon the place round the field; they are read here and go nowhere. */
import {element} from './elements.js';

/** Give the bytes of a file that is chosen in a field, or dropped on its place, to a function. */
export function onFile(field, place, take) {
  const read = async file => file && take(new Uint8Array(await file.arrayBuffer()));
  element(field).addEventListener('change', () => read(element(field).files[0]));
  const drop = element(place);
  for (const [event, over] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
    drop.addEventListener(event, moved => {
      moved.preventDefault();
      drop.classList.toggle('over', over);
      if (event === 'drop') {
        read(moved.dataTransfer.files[0]);
      }
    });
  }
}
