// How the editor looks. The colours are the page's custom properties, which reach into the shadow
// root; so one theme serves light and dark.

import { EditorView } from "@codemirror/view";
import type { Extension } from "@codemirror/state";

/** Drawn with background-free lines, so that a group is told by its shape and not by its colour. */
const UNDERLINES = {
  ".cm-finding": {
    textDecorationLine: "underline",
    textDecorationThickness: "2px",
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-finding-security": { textDecorationStyle: "wavy", textDecorationColor: "var(--security)", textDecorationThickness: "1.5px" },
  ".cm-finding-bugs": { textDecorationStyle: "dashed", textDecorationColor: "var(--bugs)" },
  ".cm-finding-quality": { textDecorationStyle: "dotted", textDecorationColor: "var(--quality)" },
  ".cm-finding-syntax": { textDecorationStyle: "double", textDecorationColor: "var(--security)" },
};

const PATH = {
  ".cm-step": { backgroundColor: "var(--step)", borderRadius: "3px", boxShadow: "0 0 0 1px var(--step-border)" },
  ".cm-step-current": { backgroundColor: "var(--step-current)", boxShadow: "0 0 0 2px var(--accent)" },
  ".cm-step-badge": {
    display: "inline-flex",
    alignItems: "center",
    gap: "4px",
    marginLeft: "14px",
    padding: "0 7px 0 2px",
    fontFamily: "var(--sans)",
    fontSize: "11.5px",
    lineHeight: "17px",
    borderRadius: "9px",
    color: "var(--text)",
    backgroundColor: "var(--panel)",
    border: "1px solid var(--step-border)",
    whiteSpace: "nowrap",
    verticalAlign: "middle",
  },
  ".cm-step-badge-current": { borderColor: "var(--accent)", boxShadow: "0 0 0 1px var(--accent)" },
  ".cm-step-number": {
    minWidth: "14px",
    height: "14px",
    lineHeight: "14px",
    textAlign: "center",
    borderRadius: "7px",
    fontWeight: "700",
    fontSize: "10px",
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-path-layer": { pointerEvents: "none" },
  ".cm-path-arrows": { position: "absolute", overflow: "visible" },
  ".cm-path-arrows path": { fill: "none", stroke: "var(--accent)", strokeWidth: "1.5", opacity: "0.75" },
  ".cm-path-arrows polygon": { fill: "var(--accent)" },
  "@media (forced-colors: active)": {
    ".cm-path-arrows": { display: "none" },
    ".cm-step": { outline: "1px solid" },
    ".cm-step-current": { outline: "3px solid Highlight" },
  },
};

const SYNTAX = {
  ".tok-keyword": { color: "var(--tok-keyword)" },
  ".tok-string, .tok-string2": { color: "var(--tok-string)" },
  ".tok-number, .tok-bool": { color: "var(--tok-number)" },
  ".tok-comment": { color: "var(--tok-comment)", fontStyle: "italic" },
  ".tok-definition": { color: "var(--tok-name)" },
  ".tok-className, .tok-typeName": { color: "var(--tok-name)" },
  ".tok-meta": { color: "var(--tok-keyword)" },
};

export const theme: Extension = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--page)", fontSize: "13.5px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", paddingBottom: "40vh" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", borderRight: "1px solid var(--border)" },
  ".cm-activeLine": { backgroundColor: "var(--active-line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--active-line)", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "1px solid var(--muted)" },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  ".cm-placeholder": { color: "var(--muted)", whiteSpace: "pre-wrap" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--text)", border: "1px solid var(--border-strong)", borderRadius: "6px", maxWidth: "min(520px, 90vw)" },
  ".cm-finding-tooltip": { fontFamily: "var(--sans)", fontSize: "13px", lineHeight: "1.45" },
  ".cm-finding-words": { padding: "8px 10px" },
  ".cm-finding-words code": { fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-finding-open": { font: "inherit", marginTop: "6px", minHeight: "28px", padding: "2px 10px", borderRadius: "5px", border: "1px solid var(--border-strong)", color: "var(--text)", backgroundColor: "var(--page)", cursor: "pointer" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--text)" },
  ".cm-panels button, .cm-panels input": { color: "var(--text)", backgroundColor: "var(--page)", backgroundImage: "none", border: "1px solid var(--border-strong)", borderRadius: "4px", minHeight: "24px" },
  ".cm-panel.cm-search label": { fontSize: "12px" },
  ".cm-searchMatch": { backgroundColor: "var(--step)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--step-current)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--panel)", color: "var(--muted)", borderColor: "var(--border-strong)" },
  ".cm-mark-gutter": { width: "20px" },
  ".cm-mark-gutter .cm-gutterElement": { display: "flex", alignItems: "center", justifyContent: "center", cursor: "pointer" },
  ".cm-mark": { fontSize: "12px", lineHeight: "1", fontFamily: "var(--sans)", fontWeight: "700" },
  ".cm-mark-security": { color: "var(--security)" },
  ".cm-mark-bugs": { color: "var(--bugs)" },
  ".cm-mark-quality": { color: "var(--quality)" },
  ".cm-mark-syntax": { color: "var(--security)" },
  ...UNDERLINES,
  "&.cm-stale .cm-finding": { textDecorationColor: "var(--border-strong)" },
  "&.cm-stale .cm-mark": { color: "var(--muted)" },
  "&.cm-stale .cm-step-badge, &.cm-stale .cm-path-layer": { filter: "grayscale(1)" },
  ...PATH,
  ...SYNTAX,
});
