// What Python repeats is told from what it asks for. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Echo } from "../../explorer/lesson/js/echo.js";

test("the first word counts, and the same again does not", () => {
  const echo = new Echo();
  assert.equal(echo.asks({ at: 3 }), true);
  assert.equal(echo.asks({ at: 3 }), false);
});

test("answers to reports are echoes, late ones too, and what follows still counts", () => {
  const echo = new Echo();
  echo.asks(0);
  echo.told(1);
  echo.told(2);
  echo.told(3);
  assert.equal(echo.asks(1), false); // an old answer, while the hand is at 3
  assert.equal(echo.asks(3), false); // the answer to 2 was never drawn
  assert.equal(echo.asks(0), true); // a link or a button
  assert.equal(echo.asks(2), true); // and this report is long answered
});
