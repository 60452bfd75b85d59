// The smallest single replacement that turns one text into another.
//
//     changeBetween("a = 1\nb = 2", "a = 1\nb = 3")     // { from: 10, to: 11, insert: "3" }
//
// A fixed file comes back whole; replacing only what differs keeps the cursor and the scroll
// position where they are, and is one step to undo.

export interface Change {
  from: number;
  to: number;
  insert: string;
}

export function changeBetween(before: string, after: string): Change | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  // Never between the two halves of a character.
  if (start > 0 && isHighSurrogate(before, start - 1)) start -= 1;
  if (end > 0 && isLowSurrogate(before, before.length - end)) end -= 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

function isHighSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
