/** In place of the package lru-cache: jsonld.js keeps at most ten processed contexts of one context here. */
module.exports = class SmallCache extends Map {
  constructor({max}) {
    super();
    this.max = max;
  }

  set(key, value) {
    if (this.size >= this.max && !this.has(key)) {
      this.delete(this.keys().next().value);
    }
    return super.set(key, value);
  }
};
