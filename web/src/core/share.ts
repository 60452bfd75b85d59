// Code in the fragment of an address: nothing is stored anywhere, and a fragment is not sent.
//
//     const fragment = await encode({ files: [{ path: "a.py", content: "x = 1" }], fakes: 0 });
//     await decode(fragment)     // the same; or an error that says what is wrong with the link
//
// The form is `#v1.` and base64url of raw deflate of JSON.

import type { SourceFile } from "../api/types";

export interface Shared {
  files: SourceFile[];
  /** How many secrets were replaced by made-up ones. */
  fakes: number;
}

export const PREFIX = "#v1.";
/** Chat programs and proxies cut longer addresses. */
export const LINK_LENGTH_MAX = 8000;
/** Of the unpacked text: a small link can unpack to a very large one. */
const UNPACKED_BYTES_MAX = 2 * 1024 * 1024;
const FILES_MAX = 64;

export class LinkError extends Error {}

export async function encode(shared: Shared): Promise<string> {
  const packed = await throughStream(new TextEncoder().encode(JSON.stringify(shared)), new CompressionStream("deflate-raw"), Infinity);
  return PREFIX + toBase64Url(packed);
}

export async function decode(fragment: string): Promise<Shared> {
  let text: string;
  try {
    const packed = fromBase64Url(fragment.slice(PREFIX.length));
    text = new TextDecoder("utf-8", { fatal: true }).decode(await throughStream(packed, new DecompressionStream("deflate-raw"), UNPACKED_BYTES_MAX));
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("The link is damaged: it may have been cut. Ask for it again.");
  }
  return checked(text);
}

function checked(text: string): Shared {
  const bad = new LinkError("The link does not hold code in the form this page writes.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad;
  }
  if (typeof value !== "object" || value === null) throw bad;
  const { files, fakes } = value as { files?: unknown; fakes?: unknown };
  if (!Array.isArray(files) || files.length === 0 || files.length > FILES_MAX) throw bad;
  const good = files.map((file: unknown) => {
    const { path, content } = (file ?? {}) as { path?: unknown; content?: unknown };
    if (typeof path !== "string" || typeof content !== "string" || path.length === 0 || path.length > 512) throw bad;
    return { path, content };
  });
  return { files: good, fakes: typeof fakes === "number" && fakes > 0 ? Math.floor(fakes) : 0 };
}

async function throughStream(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > bytesMax) {
      await reader.cancel();
      throw new LinkError("The link unpacks to more than 2 MiB; it is not opened.");
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
