// Links and the made-up secrets in them.

import { describe, expect, it } from "vitest";
import { fake, secretParts, withFakes } from "../../src/core/fakes";
import { PREFIX, decode, encode } from "../../src/core/share";

const files = [
  { path: "app/é.py", content: "x = '🐍'\n" },
  { path: "b.ipynb", content: "" },
];

describe("a link", () => {
  it("holds the code and gives it back", async () => {
    const link = await encode({ files, fakes: 2 });
    expect(link).toMatch(/^#v1\.[\w-]+$/);
    expect(await decode(link)).toEqual({ files, fakes: 2 });
  });

  it("that was cut or changed says so", async () => {
    const link = await encode({ files, fakes: 0 });
    for (const broken of [link.slice(0, -8), PREFIX, `${PREFIX}!!!`, `${PREFIX}AAAA`]) await expect(decode(broken), broken).rejects.toThrow(/damaged/);
  });

  it("with something else in it is refused", async () => {
    const others = [null, 3, [], {}, { files: [] }, { files: [null] }, { files: [{ path: "", content: "" }] }, { files: [{ path: 1, content: "" }] }, { files: Array(65).fill(files[0]) }];
    for (const other of others) await expect(decode(await encode(other as never))).rejects.toThrow(/does not hold code/);
  });

  it("that unpacks to a flood is not opened", async () => {
    const flood = await encode({ files: [{ path: "a.py", content: "x".repeat(3 * 1024 * 1024) }], fakes: 0 });
    expect(flood.length).toBeLessThan(8000);
    await expect(decode(flood)).rejects.toThrow(/more than 2 MiB/);
  });
});

// Built here, so that no scanner takes this file for a leak.
const KEY = ["sk", "live", "51H8xQ2eZvKYlo2C"].join("_");

describe("made-up secrets", () => {
  it("have the shape of the real one and none of its signs", () => {
    for (let round = 0; round < 50; round += 1) {
      const made = fake(KEY);
      expect(made).toMatch(/^sk_live_\d\d[A-Z]\d[a-z][A-Z]\d[a-z][A-Z][a-z][A-Z]{2}[a-z]{2}\d[A-Z]$/);
      for (let index = "sk_live_".length; index < KEY.length; index += 1) expect(made[index]).not.toBe(KEY[index]);
    }
  });

  it("keep what only says whose they are", () => {
    expect(fake("AKIA" + "IOSFODNN7EXAMPLE")).toMatch(/^AKIA[A-Z]{8}\d[A-Z]{7}$/);
    expect(fake("ghp_" + "a1B2")).toMatch(/^ghp_[a-z]\d[A-Z]\d$/);
    expect(fake("hunter2")).toMatch(/^[a-z]{6}\d$/);
    const armoured = ["-----BEGIN", "PRIVATE KEY-----\nAb1\n-----END", "PRIVATE KEY-----"].join(" ");
    expect(fake(armoured)).toMatch(/^-----BEGIN PRIVATE KEY-----\n[A-Z][a-z]\d\n-----END PRIVATE KEY-----$/);
  });

  it("replace the inside of literals, and of addresses only the password", () => {
    expect(secretParts('"abcd" "efgh1234"').map((part) => part.value)).toEqual(["abcd", "efgh1234"]);
    expect(secretParts('"postgres://u:pw1@h/db"')).toEqual([{ from: 14, value: "pw1" }]);
    expect(secretParts(KEY)).toEqual([{ from: 0, value: KEY }]);
    expect(secretParts('""')).toEqual([]);
  });

  it("stand wherever the real ones stood", () => {
    const text = `a = "${KEY}"\nb = "pw1"  # pw1 is short\n# ${KEY}\n`;
    const other = `print("${KEY}")`;
    const start = text.indexOf('"pw1"');
    const found = [
      { path: "a.py", from: 4, to: 4 + KEY.length + 2 },
      { path: "a.py", from: start, to: start + 5 },
    ];
    const { texts, count } = withFakes([{ path: "a.py", text }, { path: "b.py", text: other }], found);
    expect(count).toBe(2);
    expect(texts.map((it) => it.text).join()).not.toContain(KEY);
    expect(texts[0]?.text).toMatch(/^a = "sk_live_\w{16}"\nb = "[a-z]{2}\d"  # pw1 is short\n# sk_live_\w{16}\n$/);
    expect(texts[0]?.text.slice(5, 5 + KEY.length)).toBe(texts[1]?.text.slice(7, 7 + KEY.length));
    expect(texts[0]?.text).not.toContain('"pw1"');
  });

  it("leave code without secrets alone", () => {
    const texts = [{ path: "a.py", text: "x = 1" }];
    expect(withFakes(texts, [])).toEqual({ texts, count: 0 });
  });
});
