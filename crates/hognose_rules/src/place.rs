//! From an instruction of the engine to a place in a file.

use std::sync::Arc;

use hognose_dataflow::Analysis;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::value::Site;
use hognose_finding::Location;
use hognose_python::ir::ValueId;

pub use hognose_secrets::place::is_test_path;

pub fn location(analysis: &Analysis, site: Site) -> Location {
    let program = &analysis.program;
    let module = program.module(program.module_of(site.function));
    Location {
        file: Arc::clone(&module.file.source.path),
        range: program.range(site.function, site.value),
    }
}

/// The source text of an instruction, on one line and cut for a message.
pub fn snippet(analysis: &Analysis, function: FuncId, value: ValueId) -> String {
    const LENGTH_MAX: usize = 60;
    let text = analysis.program.snippet(function, value);
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LENGTH_MAX {
        line = line.chars().take(LENGTH_MAX).collect();
        line.push('…');
    }
    line
}

/// The directory in which all files of the program lie, with the separator at its end. What it
/// is called says nothing about the files.
pub fn common_directory(analysis: &Analysis) -> String {
    let mut paths = analysis
        .program
        .modules
        .iter()
        .map(|module| &*module.file.source.path);
    let mut common = paths.next().unwrap_or("").to_owned();
    for path in paths {
        let length = common
            .bytes()
            .zip(path.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        common.truncate(common.floor_char_boundary(length));
    }
    common.truncate(common.rfind('/').map_or(0, |end| end + 1));
    common
}
