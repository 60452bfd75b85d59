//! Tables for the terminal and for closing notes: Markdown with aligned columns.

/// Prints `rows` under `header`; the first column is text, the others are numbers.
pub fn print(header: &[&str], rows: &[Vec<String>]) {
    let widths: Vec<usize> = header
        .iter()
        .enumerate()
        .map(|(index, title)| {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
            longest.max(title.chars().count())
        })
        .collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).enumerate();
        let padded: Vec<String> = padded
            .map(|(index, (cell, width))| {
                if index == 0 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            })
            .collect();
        println!("| {} |", padded.join(" | "));
    };
    line(&header.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
    let rules = widths.iter().enumerate().map(|(index, width)| {
        if index == 0 {
            "-".repeat(*width)
        } else {
            format!("{}:", "-".repeat(width - 1))
        }
    });
    line(&rules.collect::<Vec<_>>());
    for row in rows {
        line(row);
    }
}
