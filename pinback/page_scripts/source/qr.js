/** The QR code of the printed page, drawn anew where the address carries a name. */
import {correction, generate} from 'lean-qr';
import {toSvgPath} from 'lean-qr/extras/svg';

const QUIET = 4;

/** Draw a text into an `<svg>` that holds one `<path>`, as Pinback drew the address without a name. */
export function drawQr(svg, text) {
  const code = generate(text, {minCorrectionLevel: correction.L});
  const side = code.size + 2 * QUIET;
  svg.setAttribute('viewBox', `${-QUIET} ${-QUIET} ${side} ${side}`);
  svg.querySelector('path').setAttribute('d', toSvgPath(code));
}
