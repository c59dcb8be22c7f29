// Answers a question of the Python tests: { module, calls: [[function, ...arguments]] } on stdin, results as JSON on stdout.
// A list that stands where a module wants a Set is given as { set: [...] }.

import { readFileSync } from "node:fs";

const { module, calls } = JSON.parse(readFileSync(0, "utf8"));
const functions = await import(new URL(`../../${module}.js`, import.meta.url));
const given = (value) => (value && value.set ? new Set(value.set) : value);
const plain = (value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
console.log(JSON.stringify(calls.map(([name, ...values]) => plain(functions[name](...values.map(given))))));
