// A hand and a Python that take turns as they are told, around explorer/notebook/js/asked.js.

import { Asked } from "../../explorer/notebook/js/asked.js";

/**
 * What happens in a run of events: { move: code }, or an answer to the oldest question, { answer: true } or, where Python failed, false.
 * A frame decodes after each of them, as a board does. Afterwards Python answers until it is asked no more.
 */
export function run(events) {
  const questions = [];
  const log = { most: 0, asked: [], at: null, picture: null };
  let code = [0, 0];
  const decode = () => {
    const picture = asked.decode(code);
    log.most = Math.max(log.most, questions.length);
    return picture;
  };
  const asked = new Asked({ dims: 2, shape: [1, 1, 2] }, (number, z) => log.asked.push(z) && questions.push([number, z]), decode);
  const answer = (well) => {
    const question = questions.shift();
    if (question) asked.hear(question[0], well ? Float32Array.from(question[1]) : null);
  };
  for (const { move, answer: well, stray } of events) {
    if (move) code = move;
    if (well !== undefined) answer(well);
    if (stray) asked.hear(stray, new Float32Array([99, 99]));
    decode();
  }
  while (questions.length) answer(true);
  return { ...log, at: code, picture: Array.from(decode()) };
}
