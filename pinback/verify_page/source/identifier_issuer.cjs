/** In place of the index of rdf-canonize, of which jsonld.js wants this class alone; the index brings a second canonicaliser. */
exports.IdentifierIssuer = require('rdf-canonize/lib/IdentifierIssuer.js');
