import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["explorer/**/*.js", "lessons/**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-shadow": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "no-var": "error",
      "prefer-const": "error",
      "no-implicit-globals": "error",
      "no-use-before-define": ["error", { functions: false, classes: false }],
      curly: ["error", "multi-line"],
    },
  },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node } },
];
