//! Any bytes are read and lowered without a panic, twice with the same result, and every place in
//! the result is a place in the text.

#![no_main]

use hognose_python::{File, lower_file, print_module};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check("fuzz.py", bytes);
    if bytes.first() == Some(&b'{') {
        check("fuzz.ipynb", bytes);
    }
});

fn check(path: &str, bytes: &[u8]) {
    let first = lower_file(path, bytes);
    let second = lower_file(path, bytes);
    assert_eq!(first.problems, second.problems);
    let text = print_module(&first.module, &first.source);
    assert_eq!(text, print_module(&second.module, &second.source));
    check_places(&first);
}

fn check_places(file: &File) {
    let problems = file.problems.iter().filter_map(|problem| problem.range);
    let functions = file.module.functions.iter();
    let instructions = functions.flat_map(|function| function.insts.iter().map(|inst| inst.range));
    let places = file.comments.iter().chain(&file.statements).copied();
    for range in places.chain(problems).chain(instructions) {
        let range = std::ops::Range::<usize>::from(range);
        assert!(file.source.text.get(range.clone()).is_some(), "{range:?}");
    }
}
