/** The QR code of the printed page, drawn anew where the address carries a name. */
import {correction, generate} from 'lean-qr';

const QUIET = 4;

/** Draw a text into an `<svg>` that holds one `<path>`: lines one unit wide, as `pinback/pages/passing_on.py` draws them. */
export function drawQr(svg, text) {
  const code = generate(text, {minCorrectionLevel: correction.L});
  const lines = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      const start = x;
      while (code.get(x, y)) {
        x += 1;
      }
      if (x > start) {
        lines.push(`M${start} ${y}h${x - start}`);
      }
    }
  }
  const side = code.size + 2 * QUIET;
  svg.setAttribute('viewBox', `${-QUIET} ${-QUIET} ${side} ${side}`);
  svg.querySelector('path').setAttribute('d', lines.join(''));
}
