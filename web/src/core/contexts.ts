// The context that a repair is shown for, chosen from what the code imports.
//
//     contextOf("from flask import Flask")     // "Flask"

export const CONTEXTS = ["Django", "Flask", "FastAPI", "Script", "Pipeline"] as const;
export type Context = (typeof CONTEXTS)[number];

// First match wins: a Django project's scripts are shown Django.
const IMPORTS: [Context, RegExp][] = [
  ["Django", /^(django|rest_framework|ninja)$/],
  ["FastAPI", /^(fastapi|starlette|litestar|sanic|aiohttp)$/],
  ["Flask", /^(flask|flask_\w+|quart|bottle|tornado|falcon|pyramid)$/],
  ["Pipeline", /^(airflow|dagster|prefect|luigi|celery|pyspark|pandas|polars|kafka|boto3|dbt|snowflake|duckdb)$/],
];

/** The top-level names of the modules that `code` imports. */
export function importsOf(code: string): Set<string> {
  const names = new Set<string>();
  for (const line of code.split("\n")) {
    const from = /^\s*from\s+(\w+)[\w.]*\s+import\b/.exec(line);
    if (from?.[1]) names.add(from[1]);
    const plain = /^\s*import\s+(.+)$/.exec(line);
    for (const part of plain?.[1]?.split(",") ?? []) {
      const name = /^\s*(\w+)/.exec(part);
      if (name?.[1]) names.add(name[1]);
    }
  }
  return names;
}

export function contextOf(code: string): Context {
  const names = [...importsOf(code)];
  const match = IMPORTS.find(([, pattern]) => names.some((name) => pattern.test(name)));
  return match?.[0] ?? "Script";
}
