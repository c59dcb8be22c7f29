// Reads { payload (base64), codes } as JSON from standard input and prints the decoded images, for a comparison with torch.

import { readFileSync } from "node:fs";

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { parse } from "../../explorer/browser/js/payload.js";

const { payload, codes } = JSON.parse(readFileSync(0, "utf8"));
const decoder = new Decoder(parse(Uint8Array.from(Buffer.from(payload, "base64"))));
console.log(JSON.stringify({ one: codes.map((code) => Array.from(decoder.decode(code))), all: Array.from(decoder.decodeAll(codes)) }));
