//! `hognose debug ir`: the instructions of every function, file by file.

use std::fmt::Write as _;

use hognose_python::File;
use hognose_python::ir::{Function, FunctionKind};

use super::{DebugOutput, DebugRecord, record};

pub(super) fn print(files: &[File]) -> DebugOutput {
    let mut output = DebugOutput::default();
    for file in files {
        let text = hognose_python::print_module(&file.module, &file.source);
        writeln!(output.text, "# {}\n{text}", file.source.path).expect("writing to a string");
        let functions = file.module.functions.iter();
        output
            .records
            .extend(functions.map(|function| describe(file, function)));
    }
    output
}

fn describe(file: &File, function: &Function) -> DebugRecord {
    let kind = match function.kind {
        FunctionKind::Module => "module",
        FunctionKind::Def => "def",
        FunctionKind::Lambda => "lambda",
    };
    let instructions: usize = function.blocks.iter().map(|block| block.insts.len()).sum();
    DebugRecord {
        kind: kind.to_owned(),
        symbol: function.qualified.to_string(),
        detail: format!(
            "{} blocks, {instructions} instructions",
            function.blocks.len()
        ),
        ..record(&file.source, function.range, "function")
    }
}
