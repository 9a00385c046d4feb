/** In place of jsonld.js' events: one is heard, by one listener. */
exports.handleEvent = ({event, options}) => options.eventHandler(event);
