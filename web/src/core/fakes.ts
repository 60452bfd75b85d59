// Detected secrets replaced by made-up ones of the same shape, before code is shared.
//
//     fake("sk_live_51H8x")            // "sk_live_73Kqw"
//     fake("postgres://u:pw1@h/db")    // "postgres://u:kx7@h/db"
//
// Letters become letters of the same case, digits become digits, everything else stays, and so does
// a prefix that only says whose key it is: the code is still found to hold a secret.

export interface Range {
  from: number;
  to: number;
}

export interface Text {
  path: string;
  text: string;
}

export interface Faked {
  texts: Text[];
  /** How many different values were replaced. */
  count: number;
}

/** A source of numbers below a bound. */
export type Random = (below: number) => number;

const QUOTED = /("""|'''|"|')([\s\S]*?)\1/g;
const URL_PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)([^\s@/]+)(@[\s\S]*)$/i;
const PREFIX = /^(?:A[KS]IA|[A-Za-z]{2,10}(?:[_-][a-z]{2,10}){0,2}[_-])/;
const ARMOUR = /^(\s*-----BEGIN [^-]+-----)([\s\S]*?)(-----END [^-]+-----\s*|$)/;
/** A shorter value would be replaced in the middle of other words; it is only replaced where it was found. */
const EVERYWHERE_LENGTH_MIN = 6;

/** The texts with every value at `found` replaced, everywhere. */
export function withFakes(texts: Text[], found: (Range & { path: string })[], random: Random = cryptoRandom): Faked {
  const fakes = new Map<string, string>();
  const local: { path: string; from: number; to: number; value: string }[] = [];
  for (const { path, from, to } of found) {
    const text = texts.find((it) => it.path === path)?.text ?? "";
    for (const part of secretParts(text.slice(from, to))) {
      const value = part.value;
      if (!fakes.has(value)) fakes.set(value, fake(value, random));
      if (value.length < EVERYWHERE_LENGTH_MIN) local.push({ path, from: from + part.from, to: from + part.from + value.length, value });
    }
  }
  // From the end, so that the offsets before stay right; and the longest first, since one can hold another.
  local.sort((left, right) => right.from - left.from);
  const longest = [...fakes.keys()].filter((value) => value.length >= EVERYWHERE_LENGTH_MIN).sort((left, right) => right.length - left.length);
  const replaced = texts.map(({ path, text }) => {
    let next = text;
    for (const it of local) if (it.path === path) next = next.slice(0, it.from) + (fakes.get(it.value) ?? "") + next.slice(it.to);
    for (const value of longest) next = next.replaceAll(value, fakes.get(value) ?? "");
    return { path, text: next };
  });
  return { texts: replaced, count: fakes.size };
}

/** What in a finding's text is the secret: the inside of its literals, of a URL only the password. */
export function secretParts(text: string): { from: number; value: string }[] {
  const literals = [...text.matchAll(QUOTED)].map((match) => ({ from: match.index + (match[1]?.length ?? 0), value: match[2] ?? "" }));
  const values = literals.length > 0 ? literals : [{ from: 0, value: text }];
  return values
    .map(({ from, value }) => {
      const url = URL_PASSWORD.exec(value);
      return url ? { from: from + (url[1]?.length ?? 0), value: url[2] ?? "" } : { from, value };
    })
    .filter(({ value }) => /[A-Za-z0-9]/.test(value));
}

export function fake(value: string, random: Random = cryptoRandom): string {
  const armour = ARMOUR.exec(value);
  if (armour) return `${armour[1]}${shuffled(armour[2] ?? "", random)}${armour[3]}`;
  const prefix = PREFIX.exec(value)?.[0] ?? "";
  const kept = prefix.length < value.length ? prefix : "";
  return kept + shuffled(value.slice(kept.length), random);
}

/** Never the same as it was, as far as it has letters or digits. */
function shuffled(text: string, random: Random): string {
  return text
    .replace(/[A-Z]/g, (letter) => other(letter, "A", 26, random))
    .replace(/[a-z]/g, (letter) => other(letter, "a", 26, random))
    .replace(/[0-9]/g, (digit) => other(digit, "0", 10, random));
}

function other(character: string, first: string, count: number, random: Random): string {
  const base = first.charCodeAt(0);
  const now = character.charCodeAt(0) - base;
  return String.fromCharCode(base + ((now + 1 + random(count - 1)) % count));
}

function cryptoRandom(below: number): number {
  const [value] = crypto.getRandomValues(new Uint32Array(1));
  return (value ?? 0) % below;
}
