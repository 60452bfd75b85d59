//! The known defects that tests state: how many, and where.

use crate::files::RepositoryFile;

/// What an expectation of a test begins with where the program is known to be wrong.
const MARKERS: [&str; 2] = ["# MISSING:", "# SPURIOUS:"];

/// Prints the sum, and each file that has any.
pub fn print(files: &[RepositoryFile]) {
    let mut sums = [0; MARKERS.len()];
    let mut lines = Vec::new();
    for file in files.iter().filter(|file| is_test(file)) {
        let counts = MARKERS.map(|marker| file.text.matches(marker).count());
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        if counts.iter().any(|count| *count > 0) {
            let [missing, spurious] = counts;
            lines.push(format!(
                "          {}: {missing} missing, {spurious} spurious",
                file.path
            ));
        }
    }
    let [missing, spurious] = sums;
    println!("known defects: {missing} MISSING, {spurious} SPURIOUS");
    for line in lines {
        println!("{line}");
    }
}

/// Tests are written in Markdown: the topics under `tests/` and the pages of the rules.
fn is_test(file: &RepositoryFile) -> bool {
    let holds_tests = file.path.starts_with("tests/") || file.path.starts_with("docs/rules/");
    file.has_extension("md") && holds_tests
}
