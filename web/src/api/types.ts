// What the server says: the program's JSON report (`hognose check --output-format json`).
//
//     const report: Report = await analyze(files, "snippet", signal);
//     report.findings[0]?.trace    // source, …, sink
//
// Lines and columns count from 1, columns in Unicode characters; ends are exclusive. In a notebook
// `cell` counts its cells from 1, and lines count from the start of the cell.

export type Group = "security" | "bugs" | "quality";

export type ClassId =
  | "hardcoded-secrets"
  | "command-injection"
  | "sql-injection"
  | "path-traversal"
  | "input-validation"
  | "security"
  | "bugs"
  | "quality"
  | "hygiene";

export interface Location {
  path: string;
  cell: number | null;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Step {
  kind: string;
  message: string;
  location: Location;
}

export interface Position {
  line: number;
  column: number;
}

export interface Edit {
  path: string;
  start: Position;
  end: Position;
  content: string;
}

export type FixLevel = "verified" | "unsafe" | "manual";

export interface Fix {
  title: string;
  level: FixLevel;
  edits: Edit[];
  /** Lines that other files get, such as `.env.example`; they are made where they are missing. */
  appends: { path: string; lines: string[] }[];
  diff: string;
}

export interface SuggestedSchema {
  idiom: string;
  code: string;
}

export interface Finding {
  rule: string;
  code: string | null;
  title: string;
  class: ClassId;
  group: Group;
  cwe: number[];
  severity: "critical" | "high" | "medium" | "low" | "info";
  confidence: "high" | "medium" | "low";
  message: string;
  location: Location;
  function: string;
  trace: Step[];
  fingerprint: string;
  fix?: Fix | null;
  suggested_schema?: SuggestedSchema | null;
}

export interface Suppressed {
  comment: string;
  reason: string | null;
  finding: Finding;
}

export interface Check {
  class: ClassId;
  verdict: "safe" | "unsafe" | "unknown";
  reason: string;
  location: Location;
}

export interface Incomplete {
  path: string;
  line: number | null;
  reason: string;
}

export type ChecklistState = "not-checked" | "nothing-to-check" | "clean" | "undecided" | "unsafe";

export interface ChecklistRow {
  class: ClassId;
  state: ChecklistState;
  sites: number;
  unsafe: number;
  undecided: number;
  findings: number;
  suppressed: number;
  reasons: { reason: string; count: number }[];
  text: string;
}

export interface SyntaxProblem {
  path: string;
  cell?: number | null;
  line: number | null;
  column?: number | null;
  message: string;
}

export interface Report {
  version: number;
  tool: { name: string; version: string };
  findings: Finding[];
  suppressed: Suppressed[];
  checks: Check[];
  incomplete: Incomplete[];
  summary: ChecklistRow[];
  statistics: { files: number; lines: number; functions: number; limits: { name: string; count: number }[] };
  syntax_errors?: SyntaxProblem[];
}

export interface SourceFile {
  path: string;
  content: string;
}

export type Mode = "snippet" | "project";

export interface FixOutcome {
  files: SourceFile[];
  appends: { path: string; lines: string[] }[];
  applied: string[];
  refused: { fingerprint: string; reason: string }[];
  report: Report;
}
