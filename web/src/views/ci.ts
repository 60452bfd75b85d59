// The same analysis in a pipeline: what to write where.

import { freshId, h, replace } from "../core/dom";
import { copyButton } from "./copy";
import { openDialog } from "./dialog";
import { tablist } from "./tabs";

const GITHUB = `# .github/workflows/hognose.yml
name: hognose
on: [push, pull_request]
permissions:
  contents: read
  security-events: write   # for the upload of the results
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # Put the program on the PATH here, by the way you install it.
      - run: hognose check --fail-on high --output-format github --report sarif=hognose.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with:
          sarif_file: hognose.sarif
`;

const GITLAB = `# .gitlab-ci.yml
hognose:
  stage: test
  script:
    # Put the program on the PATH here, by the way you install it.
    - hognose check --fail-on high --report gitlab-sast=gl-sast-report.json --report gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      sast: gl-sast-report.json
      codequality: gl-code-quality-report.json
`;

const SHELL = `# before each commit: what is about to be committed holds no secret
hognose install-hook

# the whole project; exit code 1 at findings of severity high or above
hognose check --fail-on high
`;

const SNIPPETS = [
  { id: "github", title: "GitHub", text: GITHUB },
  { id: "gitlab", title: "GitLab", text: GITLAB },
  { id: "shell", title: "Shell", text: SHELL },
] as const;

export function ciDialog(): void {
  const panel = h("div", { id: freshId("ci"), attributes: { role: "tabpanel", tabindex: "0" } });
  const tabs = tablist("Where it runs", [...SNIPPETS], panel.id, (id) => show(id));
  const show = (id: (typeof SNIPPETS)[number]["id"]): void => {
    const { text } = SNIPPETS.find((it) => it.id === id) ?? SNIPPETS[0];
    tabs.select(id);
    panel.setAttribute("aria-labelledby", tabs.idOf(id));
    replace(panel, h("pre", { class: "code", tabIndex: 0, attributes: { role: "group", "aria-label": "What to write" } }, h("code", {}, text)), h("div", { class: "row" }, copyButton("Copy", () => text)));
  };
  show("github");
  openDialog("Run this in CI", h("p", {}, "One program, no account, no network. The exit code is 0 for clean, 1 for findings, 2 for wrong usage, 3 if something could not be analysed."), tabs.element, panel);
}
