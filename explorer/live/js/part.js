// What a lesson's part and Streamlit have to do with one another: mount, update with every run of the page, unmount.

/** A render function for Streamlit. `make(root, signal)` builds a part: an object with update(data, tell).
 *
 *  tell(report) lets Python hear something; `signal` aborts when the part leaves the page. */
export function part(make) {
  const lives = new WeakMap(); // parentElement -> { part, leave, run }
  return ({ parentElement, data, setStateValue }) => {
    let life = lives.get(parentElement);
    if (!life) {
      const leave = new AbortController();
      life = { part: make(parentElement.querySelector(".part"), leave.signal), leave, run: 0 };
      lives.set(parentElement, life);
    }
    const run = ++life.run;
    life.part.update(data, (report) => setStateValue("report", report));
    return () => {
      if (run !== life.run || lives.get(parentElement) !== life) return; // a later run has taken over
      life.leave.abort();
      lives.delete(parentElement);
    };
  };
}
