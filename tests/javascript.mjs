// One Node for all tests: a question a line, { module, calls: [[function, ...arguments]] }, an answer a line: { results } or { error }.
// A list that stands where a module wants a Set is given as { set: [...] }.

import { createInterface } from "node:readline";

const given = (value) => (Array.isArray(value?.set) ? new Set(value.set) : value);
const plain = (value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { module, calls } = JSON.parse(line);
    const functions = await import(new URL(`../${module}`, import.meta.url));
    answer = { results: calls.map(([name, ...values]) => plain(functions[name](...values.map(given)))) };
  } catch (error) {
    answer = { error: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
