//! Notebooks: the Python cells of an `.ipynb` file as one module.
//!
//! ```text
//! cell 1  (Markdown)  # Prices
//! cell 2  %time import pandas as pd     the parser reads `%` and `!` lines as commands
//! cell 3  %%bash …                      another language: counted, not read
//! ```
//! Formats 2 to 4 of Jupyter. Cells are numbered the way a person counts them, Markdown included.
//! A notebook for another language is an empty module. Outputs are not read.

use hognose_finding::CellStart;
use ruff_text_size::{TextRange, TextSize};
use serde_json::{Map, Value};

use crate::Problem;
use crate::decode::{Decoded, check_size};

type Object = Map<String, Value>;

/// Cell magics that run the rest of their cell as Python.
const PYTHON_CELL_MAGICS: &[&str] = &[
    "capture", "debug", "prun", "pypy", "pypy3", "python", "python3", "time", "timeit",
];

/// Line magics that stand for the language of the whole cell when they open it.
const LANGUAGE_MAGICS: &[&str] = &["fs", "html", "md", "r", "scala", "sh"];

/// Concatenates the Python cells. The error says what is wrong with the file.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    check_size(bytes)?;
    let mut module = Decoded {
        text: String::new(),
        cells: Vec::new(),
        problem: None,
    };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Ok(module);
    }
    let notebook: Value = serde_json::from_slice(bytes).map_err(|error| {
        format!("the notebook is not valid JSON ({error}); save it again from the notebook editor")
    })?;
    let notebook = notebook.as_object().ok_or_else(no_notebook)?;
    let cells = cells_of(notebook)?;
    if !is_python_kernel(notebook) {
        return Ok(module);
    }
    for (number, cell) in (1..).zip(cells) {
        if has_garbled_source(cell) {
            module.problem.get_or_insert_with(|| Problem {
                range: Some(TextRange::empty(TextSize::of(&module.text))),
                message: format!(
                    "the source of cell {number} is no text; save the notebook again from its editor"
                ),
            });
        }
        if let Some(source) = python_source(cell) {
            let offset = TextSize::of(&module.text);
            module.cells.push(CellStart {
                offset,
                cell: number,
            });
            module.text.push_str(&source);
            if !module.text.ends_with('\n') || source.is_empty() {
                module.text.push('\n');
            }
        }
    }
    Ok(module)
}

/// The range of each cell without the newline that ends it.
pub(crate) fn cell_ranges(text: &str, cells: &[CellStart]) -> Vec<TextRange> {
    let newline = TextSize::new(1);
    let ends = cells.iter().skip(1).map(|next| next.offset);
    let ends = ends.chain([TextSize::of(text)]);
    cells
        .iter()
        .zip(ends)
        .map(|(cell, end)| TextRange::new(cell.offset, end - newline))
        .collect()
}

/// All cells in order: at the top since format 4, in worksheets before.
fn cells_of(notebook: &Object) -> Result<Vec<&Object>, String> {
    let lists: Vec<&Value> = match (notebook.get("cells"), notebook.get("worksheets")) {
        (Some(cells), _) => vec![cells],
        (None, Some(Value::Array(worksheets))) => worksheets
            .iter()
            .filter_map(|worksheet| worksheet.get("cells"))
            .collect(),
        (None, _) => return Err(no_notebook()),
    };
    let mut all = Vec::new();
    for cells in lists {
        for cell in cells.as_array().ok_or_else(no_notebook)? {
            all.push(cell.as_object().ok_or_else(no_notebook)?);
        }
    }
    Ok(all)
}

fn no_notebook() -> String {
    "the file is JSON but not a notebook (it has no list of cells); exclude it or rename it"
        .to_owned()
}

/// Whether the kernel runs Python. A notebook that does not say is taken for Python.
fn is_python_kernel(notebook: &Object) -> bool {
    let name = |group: &str, key: &str| notebook.get("metadata")?.get(group)?.get(key)?.as_str();
    name("language_info", "name")
        .or_else(|| name("kernelspec", "language"))
        .is_none_or(is_python)
}

fn is_python(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language.contains("python") || matches!(language.as_str(), "pyspark" | "sage")
}

/// Whether a code cell has something else than text, or lines of text, for its source.
fn has_garbled_source(cell: &Object) -> bool {
    let is_code = cell.get("cell_type").and_then(Value::as_str) == Some("code");
    let is_text = |source: &Value| match source {
        Value::String(_) => true,
        Value::Array(lines) => lines.iter().all(Value::is_string),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    let source = cell.get("source").or_else(|| cell.get("input"));
    is_code && !source.is_some_and(is_text)
}

/// The text of a code cell in Python; `None` for any other cell.
fn python_source(cell: &Object) -> Option<String> {
    if cell.get("cell_type")?.as_str()? != "code" {
        return None;
    }
    // Format 3 names the language in the cell, editors for several languages in its metadata.
    let in_metadata = || cell.get("metadata")?.get("vscode")?.get("languageId");
    let language = cell.get("language").or_else(in_metadata);
    if let Some(Value::String(language)) = language
        && !is_python(language)
    {
        return None;
    }
    let source = match cell.get("source").or_else(|| cell.get("input"))? {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    (!switches_language(&source)).then_some(source)
}

/// Whether the first line with text hands the cell to something other than Python.
fn switches_language(source: &str) -> bool {
    let first = source.lines().map(str::trim).find(|line| !line.is_empty());
    let Some(command) = first.and_then(|line| line.strip_prefix('%')) else {
        return false;
    };
    let (is_cell_magic, command) = match command.strip_prefix('%') {
        Some(command) => (true, command),
        None => (false, command),
    };
    let name = command.split_whitespace().next().unwrap_or_default();
    if is_cell_magic {
        !PYTHON_CELL_MAGICS.contains(&name)
    } else {
        // `%sql SELECT 1` is one line of a Python cell; alone in its line it opens a query.
        LANGUAGE_MAGICS.contains(&name) || command == "sql"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn module(notebook: &Value) -> (String, Vec<u32>) {
        let decoded = decode(notebook.to_string().as_bytes()).expect("a notebook");
        let numbers = decoded.cells.iter().map(|cell| cell.cell).collect();
        (decoded.text, numbers)
    }

    fn code(source: &str) -> Value {
        json!({"cell_type": "code", "source": source, "outputs": [], "metadata": {}})
    }

    #[test]
    fn code_cells_become_one_module_and_keep_their_numbers() {
        let notebook = json!({"nbformat": 4, "metadata": {}, "cells": [
            {"cell_type": "markdown", "source": ["# Title\n", "text"]},
            {"cell_type": "code", "source": ["import os\n", "x = 1"]},
            {"cell_type": "raw", "source": "raw"},
            code("y = 2\n"),
            code(""),
            code("z = 3"),
        ]});
        let (text, numbers) = module(&notebook);
        assert_eq!(text, "import os\nx = 1\ny = 2\n\nz = 3\n");
        assert_eq!(numbers, [2, 4, 5, 6]);
    }

    #[test]
    fn ranges_leave_out_the_newline_between_cells() {
        let notebook = json!({"nbformat": 4, "cells": [code("a"), code(""), code("b\n\n")]});
        let decoded = decode(notebook.to_string().as_bytes()).expect("a notebook");
        let ranges = cell_ranges(&decoded.text, &decoded.cells);
        let cells: Vec<&str> = ranges.iter().map(|range| &decoded.text[*range]).collect();
        assert_eq!(cells, ["a", "", "b\n"]);
    }

    #[test]
    fn cells_of_other_languages_are_counted_but_not_read() {
        let notebook = json!({"nbformat": 4, "cells": [
            code("%%bash\nls $HOME"),
            code("\n%%time\nrun()"),
            code("%%capture out\nrun()"),
            code("%%html\n<b>"),
            code("%sql\nSELECT 1"),
            code("%sql SELECT 1\nx = 1"),
            code("%md # Title"),
            code("# %%bash\n!ls"),
            {"cell_type": "code", "source": "ls", "metadata": {"vscode": {"languageId": "shellscript"}}},
        ]});
        let (text, numbers) = module(&notebook);
        assert_eq!(numbers, [2, 3, 6, 8]);
        assert!(!text.contains("HOME") && !text.contains("<b>"), "{text}");
    }

    #[test]
    fn format_3_keeps_its_cells_in_worksheets() {
        let notebook = json!({"nbformat": 3, "worksheets": [{"cells": [
            {"cell_type": "heading", "source": "T", "level": 1},
            {"cell_type": "code", "input": ["x = 1\n", "y"], "language": "python"},
            {"cell_type": "code", "input": "ls", "language": "ruby"},
        ]}, {"cells": [{"cell_type": "code", "input": "z"}]}]});
        let (text, numbers) = module(&notebook);
        assert_eq!(text, "x = 1\ny\nz\n");
        assert_eq!(numbers, [2, 4]);
    }

    #[test]
    fn a_notebook_of_another_language_is_empty() {
        let mut notebook = json!({"cells": [code("println(1)")], "metadata": {
            "language_info": {"name": "julia"}}});
        assert_eq!(module(&notebook), (String::new(), Vec::new()));
        notebook["metadata"] = json!({"kernelspec": {"language": "R", "name": "ir"}});
        assert_eq!(module(&notebook), (String::new(), Vec::new()));
        notebook["metadata"] = json!({"kernelspec": {"language": "python"}});
        assert_eq!(module(&notebook).1, [1]);
    }

    #[test]
    fn what_is_no_notebook_is_refused_with_a_reason() {
        for (bytes, reason) in [
            (&b"not json"[..], "not valid JSON"),
            (b"{\"cells\": [", "not valid JSON"),
            (b"\xFF\xFE", "not valid JSON"),
            (b"[]", "not a notebook"),
            (b"{}", "not a notebook"),
            (b"{\"cells\": 3}", "not a notebook"),
            (b"{\"cells\": [3]}", "not a notebook"),
        ] {
            let message = decode(bytes).expect_err("no notebook");
            assert!(message.contains(reason), "{message}");
        }
        let deep = "[".repeat(100_000);
        assert!(decode(deep.as_bytes()).is_err());
        assert_eq!(
            decode(b" \n").map(|decoded| decoded.text),
            Ok(String::new())
        );
    }

    proptest! {
        #[test]
        fn cells_cover_the_text(sources in proptest::collection::vec("[a\\n%\\r ]{0,6}", 0..6)) {
            let cells: Vec<Value> = sources.iter().map(|source| code(source)).collect();
            let notebook = json!({ "cells": cells }).to_string();
            let decoded = decode(notebook.as_bytes()).expect("a notebook");
            let ranges = cell_ranges(&decoded.text, &decoded.cells);
            let mut end = TextSize::new(0);
            for range in ranges {
                prop_assert_eq!(range.start(), end);
                let newline = TextRange::at(range.end(), TextSize::new(1));
                prop_assert_eq!(&decoded.text[newline], "\n");
                end = newline.end();
            }
            prop_assert_eq!(end, TextSize::of(&decoded.text));
        }
    }
}
