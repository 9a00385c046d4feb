/** Whether a document can be canonicalised as RDF without only costing time. Mirrors `pinback/verify/cost.py`. */
import {has, isObject, textOf} from './exam.js';
import {MAX_COMPARISONS, MAX_NAMELESS, MAX_OBJECTS, MAX_ORDERS} from './limits.js';
import {unknown} from './verdict.js';
import {thousands} from './words.js';

/** Stop before a graph is canonicalised that only costs time. */
export function refuseCostly(document, asker) {
  const nodes = [];
  const top = nodeOf(document, nodes);
  asker.objectsLeft -= nodes.length;
  const nameless = nodes.filter(node => node.look);
  if (asker.objectsLeft < 0 || nameless.length > MAX_NAMELESS) {
    throw unknown(`it holds more than ${thousands(MAX_OBJECTS)} things, or ${MAX_NAMELESS} without an id`);
  }
  const together = new Map();
  nodes.forEach(node => together.set(node.name || node, (together.get(node.name || node) ?? 0) + node.values));
  together.forEach(values => asker.comparisonsLeft -= Math.floor(values * values / 2));
  if (asker.comparisonsLeft < 0) {
    throw unknown('a thing in it has so many values that comparing them only costs time');
  }
  if (orders(top, counted(nameless.map(node => node.look))) > MAX_ORDERS) {
    throw unknown('many things in it look alike, which only costs time');
  }
}

function counted(keys) {
  const often = new Map();
  keys.forEach(key => often.set(key, (often.get(key) ?? 0) + 1));
  return often;
}

function nodeOf(value, nodes) {
  if (textOf(value.id).startsWith('_:')) {
    throw unknown('a thing in it has a name that holds only within the document (_:), which is not read here');
  }
  const node = {name: textOf(value.id), look: '', inside: []};
  const seen = [];
  nodes.push(node);
  if (nodes.length > MAX_OBJECTS) {
    throw unknown(`it holds more than ${thousands(MAX_OBJECTS)} things`);
  }
  for (const [name, member] of Object.entries(value)) {
    const waiting = name === '@context' ? [] : [member];
    while (waiting.length) {
      const item = waiting.pop();
      if (Array.isArray(item)) {
        waiting.push(...item);
      } else if (isObject(item)) {
        node.inside.push([name, nodeOf(item, nodes)]);
        seen.push(JSON.stringify([name, 1, textOf(item.id) || '_']));
      } else {
        seen.push(JSON.stringify([name, 0, item]));
      }
    }
  }
  node.values = seen.length;
  if (!has(value, 'id')) {
    node.look = JSON.stringify(seen.sort());
  }
  return node;
}

/** Return the orders of all clusters of nameless nodes in a tree that look alike, added up. */
function orders(top, often) {
  const waiting = [top];
  let total = 0;
  while (waiting.length) {
    const cluster = [waiting.pop()];
    let found = 1;
    while (cluster.length) {
      const one = cluster.pop();
      const alike = (often.get(one.look) ?? 0) > 1;
      if (alike) {
        const groups = counted(one.inside.filter(([, inner]) => inner.look).map(([name, inner]) => JSON.stringify([name, inner.look])));
        for (const size of groups.values()) {
          found = Math.min(found * factorial(Math.min(size, 12)), 1e9);
        }
      }
      for (const [, inner] of one.inside) {
        (alike && (often.get(inner.look) ?? 0) > 1 ? cluster : waiting).push(inner);
      }
    }
    total += found > 1 ? found : 0;
  }
  return total;
}

const factorial = number => (number < 2 ? 1 : number * factorial(number - 1));
