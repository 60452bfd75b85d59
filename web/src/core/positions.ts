// From the program's lines and columns to offsets in a document and back.
//
//     offsetOf("é = '🐍x'", 1, 7)     // 7: the snake is one character and two code units
//
// The program counts Unicode characters, JavaScript counts UTF-16 code units.

/** The code units that the first `characters` characters of `line` take. */
export function unitsOf(line: string, characters: number): number {
  let units = 0;
  for (let count = 0; count < characters && units < line.length; count += 1) {
    const code = line.codePointAt(units) ?? 0;
    units += code > 0xffff ? 2 : 1;
  }
  return units;
}

/** The number of characters in the first `units` code units of `line`. */
export function charactersOf(line: string, units: number): number {
  return [...line.slice(0, units)].length;
}

/** A document by lines, as both an editor's and a plain text can be read. */
export interface Lines {
  readonly lines: number;
  line(number: number): { from: number; to: number; text: string };
}

/** The offset of a line and column from 1; what lies outside the document is moved to its edge. */
export function offsetOf(document: Lines, line: number, column: number): number {
  if (line < 1) return 0;
  if (line > document.lines) return document.line(document.lines).to;
  const { from, text } = document.line(line);
  return from + unitsOf(text, column - 1);
}

/** The lines of a plain text, split as the editor splits them. */
export function linesOf(text: string): Lines {
  const lines = text.split(/\r\n?|\n/);
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  return {
    lines: lines.length,
    line(number) {
      const line = lines[number - 1] ?? "";
      const from = starts[number - 1] ?? 0;
      return { from, to: from + line.length, text: line };
    },
  };
}
