// Bytes of a file to text, as Python would read them.
//
//     decodeFile(bytes)     // { text } or { problem: "is not text" }

export type Decoded = { text: string } | { problem: string };

/** Python's names that browsers do not know. */
const NAMES: Record<string, string> = { "latin-1": "latin1", "iso-latin-1": "latin1", "utf-8-sig": "utf-8" };
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

export function decodeFile(bytes: Uint8Array): Decoded {
  if (bytes.includes(0)) return { problem: "is not text (it has null bytes)" };
  const encoding = declaredEncoding(bytes) ?? "utf-8";
  try {
    const text = new TextDecoder(NAMES[encoding] ?? encoding, { fatal: true }).decode(bytes);
    // The page holds and sends Unicode; a comment that says otherwise would be believed.
    return { text: encoding === "utf-8" ? text : text.replace(/(coding[:=][ \t]*)[-\w.]+/, "$1utf-8") };
  } catch (error) {
    if (error instanceof RangeError) return { problem: `declares the encoding “${encoding}”, which is not known here` };
    return { problem: `is not valid ${encoding}; save it as UTF-8` };
  }
}

/** What a comment in one of the first two lines declares (PEP 263). */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 400));
  for (const line of head.split(/\r\n?|\n/).slice(0, 2)) {
    const match = COOKIE.exec(line);
    if (match?.[1]) return match[1].toLowerCase().replaceAll("_", "-");
  }
  return undefined;
}
