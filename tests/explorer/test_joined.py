"""A module that was joined with all that it imports is the module that it was, but for its comments."""

import json
import re
import subprocess

import pytest

from explorer.browser import assets
from explorer.browser import joined as joining
from explorer.browser.joined import joined

# Each module twice, as it lies and joined: the same names, the same code behind each. A worker's module listens as soon as it is imported.
COMPARE = """
globalThis.addEventListener ??= () => {};
globalThis.matchMedia ??= () => ({ addEventListener() {} });
const said = (module) => Object.entries(module).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : bare(String(value))]).sort();
const bare = (code) => code.split("\\n").filter((line) => !/^\\s*(\\/\\/|\\/\\*|\\*\\/|\\* |\\*$)/.test(line)).join("\\n");
const found = [];
for (const [plain, joined] of JSON.parse(process.argv[1])) {
  const [a, b] = (await Promise.all([import(plain), import(joined)])).map(said);
  if (JSON.stringify(a) !== JSON.stringify(b)) found.push([plain, a, b]);
}
console.log(JSON.stringify(found));
"""
DOCUMENTS = {
    "explorer/takehome/js/file.js"
}  # runs a document as soon as it is imported: tests/takehome/test_takehome_browser.py opens it


def test_every_module_exports_the_same_joined_and_as_it_lies(node, tmp_path):
    pairs = []
    for number, module in enumerate(assets.modules().keys() - DOCUMENTS):
        file = tmp_path / f"{number}.mjs"
        file.write_text(assets.code_of(module), encoding="utf-8")
        pairs.append([str(joining.ROOT / module), str(file)])
    command = [node, "--input-type=module", "--eval", COMPARE, json.dumps(pairs)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
    assert len(pairs) > 50


def test_comments_with_lines_of_their_own_go_and_nothing_else_that_looks_like_one():
    said = 'export const a = "// no comment"; // stays\n// goes\n/** goes\n * too */\nexport const b = 2 /* stays */ / 1;\n'
    said += "/** @type {number} */ (b).toFixed();\n/** goes */\n"
    code = joined("a.js", {"a.js": said})
    assert "goes" not in code
    assert "too" not in code
    assert '"// no comment"; // stays\nconst b = 2 /* stays */ / 1;\n/** @type {number} */ (b).toFixed();' in code
    for module, source in assets.modules().items():  # a text of several lines has none that looks like a comment
        texts = re.findall(r"`[^`]*`", source)
        assert [text for text in texts if re.search(r"^\s*(//|/\*)", text, re.MULTILINE)] == [], module


def test_what_two_modules_import_is_there_once_and_their_own_names_stay_apart(node):
    sources = {
        "a/counts.js": "let count = 0;\nexport function next() {\n  return ++count;\n}\n",
        "a/left.js": 'import { next as once } from "./counts.js";\nconst own = 10;\nexport const left = () => own + once();\n',
        "b/right.js": 'import {\n  next,\n} from "../a/counts.js";\nconst own = 20;\nexport const right = () => own + next();\n',
        "part.js": 'import { left } from "./a/left.js";\nimport { right } from "./b/right.js";\nconsole.log(left(), right(), left());\n',
    }
    done = subprocess.run(
        [node, "--input-type=module", "--eval", joined("part.js", sources)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["11", "22", "13"]


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        ("export default 1;", "export default 1;"),
        ('import * as all from "./other.js";', "import "),
        ('export * from "./other.js";', "export "),
        ('import { a } from "./gone.js";', "gone.js, which is no module here"),
        ('import { a } from "./back.js";', "part.js > back.js > part.js"),
    ],
)
def test_what_cannot_be_joined_is_refused_by_name(source, trouble):
    sources = {"part.js": source, "other.js": "", "back.js": 'import { b } from "./part.js";\nexport const a = 1;'}
    with pytest.raises(ValueError, match=r"part\.js") as refused:
        joined("part.js", sources)
    assert trouble in str(refused.value)
