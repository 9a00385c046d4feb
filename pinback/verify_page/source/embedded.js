/** Embedded proofs: what was signed, by suite, and whether a key's signature of it holds. Mirrors `pinback/proofs/embedded.py`. */
import {base58Bytes, joined, sha256} from './bytes.js';
import {ProofError, UnknownSuite} from './errors.js';
import {has, without} from './exam.js';
import {jcs} from './jcs.js';
import {canonicalQuads} from './rdf.js';
import {quoted, written} from './words.js';

const OTHER_CONTEXTS = 'the proof names other contexts than its document';

async function rdfc(document, proof) {
  if (has(proof, '@context') && JSON.stringify(proof['@context']) !== JSON.stringify(document['@context'])) {
    throw new ProofError(OTHER_CONTEXTS);
  }
  const options = {'@context': document['@context'], ...without(proof, 'proofValue', '@context')};
  return joined(await sha256(await canonicalQuads(options)), await sha256(await canonicalQuads(document)));
}

async function jcsOf(document, proof) {
  let whole = document;
  if (has(proof, '@context')) {
    if (JSON.stringify([proof['@context']].flat()) !== JSON.stringify([document['@context']].flat())) {
      throw new ProofError(OTHER_CONTEXTS);
    }
    whole = {...document, '@context': proof['@context']};
  }
  return joined(await sha256(jcs(without(proof, 'proofValue'))), await sha256(jcs(whole)));
}

const SUITES = {
  'eddsa-rdfc-2022': ['Ed25519', rdfc],
  'eddsa-jcs-2022': ['Ed25519', jcsOf],
  'ecdsa-rdfc-2019': ['P-256', rdfc],
  Ed25519Signature2020: ['Ed25519', rdfc],
};

/** Return the name of a proof's suite. */
export function suiteOf(proof) {
  const name = proof.type === 'DataIntegrityProof' ? proof.cryptosuite : proof.type;
  if (typeof name !== 'string' || !has(SUITES, name) || (name === 'Ed25519Signature2020') !== (proof.type === name)) {
    throw new UnknownSuite(`the signature is of the kind ${quoted(written(name))}, which is not known here`);
  }
  return name;
}

/** Return the 64 bytes that a proof of a document signs. */
export function signedBytes(document, proof) {
  return SUITES[suiteOf(proof)][1](without(document, 'proof'), proof);
}

/** Check the value of a proof over `signedBytes` with a key. */
export async function verifySigned(proof, signed, key) {
  const [kind] = SUITES[suiteOf(proof)];
  if (key.kind !== kind) {
    throw new ProofError(`the key is not of the kind ${kind} that this signature needs`);
  }
  const signature = typeof proof.proofValue === 'string' ? base58Bytes(proof.proofValue) : new Uint8Array();
  if (signature.length !== 64) {
    throw new ProofError('the signature does not have the length of its kind');
  }
  await key.verify(signature, signed);
}
