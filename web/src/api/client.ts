// The calls to the server that this page came from. Nothing goes anywhere else.
//
//     const report = await analyze(files, { mode: "snippet" }, signal);
//
// A refusal is a `Problem` with the server's words (application/problem+json); so is a server that
// is gone. An abort stays an abort.

import type { FixOutcome, Mode, Report, SourceFile } from "./types";

export class Problem extends Error {
  constructor(
    readonly title: string,
    readonly detail: string,
    /** 0 where there was no answer. */
    readonly status: number,
    /** When it makes sense to ask again; null when it does not. */
    readonly retrySeconds: number | null,
  ) {
    super(detail ? `${title}: ${detail}` : title);
  }
}

export interface AnalyzeOptions {
  mode: Mode;
  select?: string[];
  min_confidence?: "low" | "medium" | "high";
}

/** The most that the server takes in one request. */
export const BODY_BYTES_MAX = 1024 * 1024;
export const FILES_MAX = 64;

export function analyze(files: SourceFile[], options: AnalyzeOptions, signal?: AbortSignal): Promise<Report> {
  return post<Report>("api/v1/analyze", { files, ...options }, signal);
}

export function fix(files: SourceFile[], fingerprints: string[] | "all", mode: Mode): Promise<FixOutcome> {
  return post<FixOutcome>("api/v1/fix", { files, fingerprints, unsafe: false, mode });
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal ? { signal } : {});
  return (await response.json()) as T;
}

async function post<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  const response = await postRaw(path, body, signal);
  return (await response.json()) as T;
}

export async function postRaw(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  // A lone half of a surrogate pair is no Unicode text, so no JSON either; it becomes U+FFFD.
  const text = JSON.stringify(body, (_name, value: unknown) => (typeof value === "string" ? wellFormed(value) : value));
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > BODY_BYTES_MAX) {
    const size = Math.ceil(bytes.length / 1024).toLocaleString("en");
    throw new Problem(
      "Too much code for the page",
      `It is ${size} KiB and the page takes 1,024 KiB. Run “hognose check” on the directory instead.`,
      413,
      null,
    );
  }
  return send(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: bytes,
    ...(signal ? { signal } : {}),
  });
}

export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

async function send(path: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem("No answer", "The program does not answer. Is “hognose serve” still running?", 0, null);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get("retry-after"));
  let title = `The server answered ${response.status}`;
  let detail = response.statusText;
  try {
    const body = (await response.json()) as { title?: unknown; detail?: unknown };
    if (typeof body.title === "string") title = body.title;
    if (typeof body.detail === "string") detail = body.detail;
  } catch {
    // Not JSON: the status has to do.
  }
  return new Problem(title, detail, response.status, retry > 0 ? retry : null);
}
