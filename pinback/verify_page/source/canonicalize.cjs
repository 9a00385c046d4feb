/** In place of the package canonicalize (RFC 8785), which jsonld.js wants for JSON literals: the reader's own. */
module.exports = require('./jcs.js').jcs;
