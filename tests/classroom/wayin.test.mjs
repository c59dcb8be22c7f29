// The address that a class's stage shows, in a browser that has the app below a folder. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { wayIn } from "../../explorer/classroom/js/stage.js";

Object.assign(globalThis, { location: { host: "faculty.test" }, document: { baseURI: "https://faculty.test/a/b/join" } });

const KNOWN = ["https://class.school.org", "http://192.0.2.2:8501", "https://faculty.test/explorer"];
const JOIN = { at: "https://faculty.test", mount: "", qr: "qr.svg", known: KNOWN };

test("the host that this browser asks has the folder", () => {
  const { address, qr } = wayIn(JOIN, {});
  assert.equal(address, "faculty.test/a/b/join");
  assert.equal(qr, "qr.svg?at=https%3A%2F%2Ffaculty.test&base=%2Fa%2Fb");
});

test("another host, and a folder that was set, stay as they are", () => {
  assert.deepEqual(
    KNOWN.map((address) => wayIn(JOIN, { address }).address),
    ["class.school.org/join", "192.0.2.2:8501/join", "faculty.test/explorer/join"],
  );
});
