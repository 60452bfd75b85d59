// The report as the page shows it: keyed, grouped, counted, with offsets.
//
//     for (const entry of entriesOf(report)) entry.key     // the same across runs

import type { ClassId, Finding, Group, Report, SyntaxProblem } from "../api/types";

/** A finding with a name that stays while the code around it changes. */
export interface Entry {
  key: string;
  finding: Finding;
}

export const GROUPS: { id: Group; title: string }[] = [
  { id: "security", title: "Security" },
  { id: "bugs", title: "Bugs" },
  { id: "quality", title: "Quality" },
];

export const CLASSES: { id: ClassId; title: string; short: string; unit: [string, string] }[] = [
  { id: "hardcoded-secrets", title: "Hardcoded secrets", short: "Secrets", unit: ["credential", "credentials"] },
  { id: "command-injection", title: "Command injection", short: "Command", unit: ["command", "commands"] },
  { id: "sql-injection", title: "SQL injection", short: "SQL", unit: ["query", "queries"] },
  { id: "path-traversal", title: "Path traversal", short: "Path", unit: ["file access", "file accesses"] },
  { id: "input-validation", title: "Input validation", short: "Input", unit: ["endpoint", "endpoints"] },
  { id: "security", title: "Other weaknesses", short: "Other", unit: ["site", "sites"] },
  { id: "bugs", title: "Bugs", short: "Bugs", unit: ["site", "sites"] },
  { id: "quality", title: "Quality", short: "Quality", unit: ["site", "sites"] },
  { id: "hygiene", title: "Analysis", short: "Analysis", unit: ["site", "sites"] },
];

/** What stands for a group beside its name, so that it is not told by colour alone. */
export const SIGNS: Record<Group | "syntax", string> = { security: "▲", bugs: "◆", quality: "●", syntax: "✕" };

export function classTitle(id: string): string {
  return CLASSES.find((it) => it.id === id)?.title ?? id;
}

const SEVERITIES = ["critical", "high", "medium", "low", "info"];

/** The findings, the worst first, and within a severity in the order of the code. */
export function entriesOf(report: Report): Entry[] {
  const seen = new Map<string, number>();
  const entries = report.findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return { key: count === 0 ? finding.fingerprint : `${finding.fingerprint}.${count}`, finding };
  });
  const rank = ({ finding }: Entry): number => SEVERITIES.indexOf(finding.severity);
  return entries.map((entry, index) => ({ entry, index })).sort((left, right) => rank(left.entry) - rank(right.entry) || left.index - right.index).map(({ entry }) => entry);
}

/** What of `entries` the chosen class lets through; null is all. */
export function filtered(entries: Entry[], chosen: ClassId | null): Entry[] {
  return chosen === null ? entries : entries.filter(({ finding }) => finding.class === chosen);
}

export function countByClass(entries: Entry[]): Map<ClassId, number> {
  const counts = new Map<ClassId, number>();
  for (const { finding } of entries) counts.set(finding.class, (counts.get(finding.class) ?? 0) + 1);
  return counts;
}

/** What a screen reader says after a run: "5 findings, 1 new". */
export function announcement(before: Entry[] | null, after: Entry[]): string {
  const count = after.length === 1 ? "1 finding" : `${after.length} findings`;
  if (before === null) return count;
  const known = new Set(before.map((entry) => entry.key));
  const now = new Set(after.map((entry) => entry.key));
  const fresh = after.filter((entry) => !known.has(entry.key)).length;
  const gone = before.filter((entry) => !now.has(entry.key)).length;
  return [count, fresh > 0 && `${fresh} new`, gone > 0 && `${gone} gone`].filter(Boolean).join(", ");
}

/** Where the code does not parse. */
export function syntaxProblems(report: Report): SyntaxProblem[] {
  const problems = report.syntax_errors ?? [];
  return problems.map((problem) => ({ ...problem, message: problem.message.replace(/^syntax error: /, "") }));
}
