// The questions of the page on which a class may vote, and its button that opens the answer.

/** What may be voted on, as the page says it to its teacher (explorer/classroom/pages.py). */
export function questionsOf(root) {
  return [...root.querySelectorAll("[data-class-topic]")].map(({ dataset }) => ({
    topic: dataset.classTopic,
    question: dataset.classQuestion,
    options: JSON.parse(dataset.classOptions),
    right: dataset.classRight,
  }));
}

/** Press the page's own button, so that its address says the answer is open and everybody goes there. Whether it is open, or there was a button. */
export function revealOn(root, topic) {
  const page = topic.replace(/_predicted$/, "");
  if (!topic || new URLSearchParams(location.search).has(`${page}_revealed`)) return true;
  const buttons = ["reveal", "skip"].map((name) => root.querySelector(`.st-key-${page}_${name} button`));
  const button = buttons.find((each) => each && !each.disabled);
  button?.click();
  return Boolean(button);
}
