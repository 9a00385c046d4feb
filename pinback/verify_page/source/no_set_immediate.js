/** In place of the package setimmediate, which holds a `new Function`: a turn of the event loop by a timer. */
globalThis.setImmediate ??= callback => setTimeout(callback, 0);
