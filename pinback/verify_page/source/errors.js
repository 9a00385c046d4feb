/**
 * What can go wrong below the checks; the checks turn it into findings. Mirrors `pinback/errors.py`, whose messages also say
 * what to do, behind a semicolon: that part is shown by neither checker and is left out here.
 */

/** A signature, proof or canonical form does not hold. */
export class ProofError extends Error {}

/** A proof is of a kind that is not known here. */
export class UnknownSuite extends ProofError {}

/** A picture cannot be read. */
export class PictureError extends Error {}

/** An address was refused by the guard, cannot be reached, or answered with more than is read. */
export class FetchError extends Error {}

/** The asker's own words cannot be used. */
export class UsageError extends Error {}
