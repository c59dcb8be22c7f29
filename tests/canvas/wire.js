// A notebook's half of the wire: a model as anywidget gives it, whose other half is the Python widget (tests/canvas/test_canvas_notebook.py).

window.begin = async (code, state) => {
  const listeners = {};
  const fire = (name, ...values) => (listeners[name] ?? []).forEach((act) => act(...values));
  let changed = {};
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const model = {
    get: (name) => state[name],
    set: (name, value) => {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      changed[name] = value;
      fire(`change:${name}`);
    },
    save_changes: () => {
      tell("save", changed);
      changed = {};
    },
    send: (content) => tell("ask", content),
    on: (name, act) => (listeners[name] ??= []).push(act),
    off: (name, act) => (listeners[name] = listeners[name].filter((other) => other !== act)),
  };
  const take = (messages) => {
    for (const { state: said, content, buffers } of messages) {
      if (content) fire("msg:custom", content, buffers.map(bytes));
      for (const [name, value] of Object.entries(said ?? {})) state[name] = value;
      for (const name of Object.keys(said ?? {})) fire(`change:${name}`);
    }
  };
  let told = Promise.resolve();
  const tell = (...words) => {
    told = told.then(() => window.python(...words)).then(take);
  };
  window.settled = () => told; // when Python has heard all and the browser its answers
  for (const [name, text] of Object.entries(state._bodies)) state._bodies[name] = bytes(text);
  const { default: widget } = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  document.body.replaceChildren(document.createElement("div"));
  window.leave = widget.render({ model, el: document.body.firstElementChild });
  window.left = () => Object.values(listeners).every((list) => !list.length) && !document.body.firstElementChild.children.length;
  window.take = take;
};
