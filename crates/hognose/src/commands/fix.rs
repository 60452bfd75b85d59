//! `--fix` and its relatives: what is changed in files, what is only shown.
//!
//! ```text
//! hognose check --fix           changes files, reports what is left
//! hognose check --diff          changes nothing, prints a patch
//! hognose fix --interactive     asks fix by fix
//! ```
//! A file is written whole or not at all, and only if it is still what was analysed.

use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use hognose_check::{FixReport, FixedFile, Input, Report, Settings, check};
use hognose_finding::{Append, Finding, Level, SourceText, apply_edits};
use hognose_report::{patch, printable};

use crate::arguments::{CheckArguments, CommonArguments, FixArguments, FixCommandArguments};
use crate::commands::check::{self, Run};
use crate::exit::Exit;
use crate::output;
use crate::progress::Progress;
use crate::terminal::{self, Verbosity};
use crate::write_back::{append_lines, existing, write_back};

/// Which fixes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    All,
    /// Those that a person says yes to.
    Asked,
}

/// What is done about fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Nothing,
    /// Shown with the findings.
    Offer,
    Apply,
    Ask,
    Diff,
}

impl Mode {
    pub fn of(arguments: &FixArguments, apply: Apply) -> Self {
        if apply == Apply::Asked {
            Self::Ask
        } else if arguments.diff {
            Self::Diff
        } else if arguments.fix || arguments.fix_only {
            Self::Apply
        } else if arguments.show_fixes {
            Self::Offer
        } else {
            Self::Nothing
        }
    }
}

/// What was done.
#[derive(Debug, Default)]
pub struct Changes {
    /// Findings that were repaired, or would be.
    pub count: usize,
    /// Whether nothing more is to be written.
    is_all: bool,
}

impl Changes {
    /// How the run ends, where no report follows.
    pub fn exit(&self, arguments: &CheckArguments) -> Option<Exit> {
        if !self.is_all {
            return None;
        }
        let fixes = &arguments.fixes;
        let fails = self.count > 0 && (fixes.diff || fixes.exit_non_zero_on_fix);
        Some(if fails && !arguments.rules.exit_zero {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }
}

/// `hognose fix`.
pub fn command(arguments: FixCommandArguments, common: &CommonArguments) -> Result<Exit> {
    let mut check = arguments.check;
    if arguments.interactive {
        let is_unsuitable = check.fixes.diff || check.paths.iter().any(|it| it == Path::new("-"));
        if is_unsuitable {
            bail!("--interactive asks on the terminal; it goes with neither --diff nor `-`");
        }
        return check::run_with(&check, common, Apply::Asked);
    }
    check.fixes.fix = !check.fixes.diff;
    check::run_with(&check, common, Apply::All)
}

/// Repairs and says what was repaired. The report is on what is left.
pub fn run(
    run: &Run<'_>,
    mode: Mode,
    inputs: Vec<Input>,
    progress: Progress,
) -> Result<(Report, Changes)> {
    let fixes = &run.arguments.fixes;
    let level = if fixes.unsafe_fixes {
        Level::Unsafe
    } else {
        Level::Verified
    };
    let asked = if mode == Mode::Ask {
        let settings = Settings {
            fixes: hognose_check::Fixes::Offer,
            ..run.settings.clone()
        };
        let report = check(inputs.clone(), &settings);
        drop(progress);
        let Some(chosen) = ask(run, &report)? else {
            return Ok((report, Changes::default()));
        };
        Some(chosen)
    } else {
        drop(progress);
        None
    };
    let is_wanted = |finding: &Finding| {
        let is_chosen = asked
            .as_ref()
            .is_none_or(|chosen| chosen.contains(&finding.fingerprint));
        let is_listed = run.groups.contains(&finding.rule.class.group());
        is_chosen && is_listed && run.policies.wants(finding)
    };
    let level = if asked.is_some() {
        Level::Unsafe
    } else {
        level
    };
    let result = hognose_check::fix(inputs, run.settings, level, &is_wanted);
    explain(run, &result);
    let count = result.applied.len();
    if mode == Mode::Diff {
        output::to_stdout(&diff(&result)?)?;
        let changes = Changes {
            count,
            is_all: true,
        };
        return Ok((result.report, changes));
    }
    write(run, &result)?;
    say(run, &result);
    let changes = Changes {
        count,
        is_all: fixes.fix_only || run.is_stdin,
    };
    Ok((result.report, changes))
}

fn write(run: &Run<'_>, result: &FixReport) -> Result<()> {
    if run.is_stdin {
        // The code is the output, changed or not.
        let code = match result.files.as_slice() {
            [file] => String::from_utf8_lossy(&file.after).into_owned(),
            _ => result
                .report
                .files
                .first()
                .map_or_else(String::new, |file| file.text.to_string()),
        };
        return output::to_stdout(&code);
    }
    for file in &result.files {
        let path = path_of(run, file)?;
        write_back(&path, &file.before, &file.after)?;
    }
    for append in &result.appends {
        append_lines(append)?;
    }
    Ok(())
}

fn path_of(run: &Run<'_>, file: &FixedFile) -> Result<PathBuf> {
    let known = run
        .gathered
        .files
        .iter()
        .find(|known| known.found.shown == file.path);
    known
        .map(|known| known.found.canonical.clone())
        .with_context(|| format!("it is not known where `{}` lies", file.path))
}

/// All changes as a patch.
fn diff(result: &FixReport) -> Result<String> {
    let mut text = String::new();
    for file in &result.files {
        let before = String::from_utf8_lossy(&file.before);
        let after = String::from_utf8_lossy(&file.after);
        text.push_str(&patch(&file.path, &before, &after));
    }
    for append in &result.appends {
        let (before, after) = existing(append)?;
        text.push_str(&patch(&append.file, &before, &after));
    }
    Ok(text)
}

/// What was repaired, on standard error.
fn say(run: &Run<'_>, result: &FixReport) {
    if run.common.quiet {
        return;
    }
    if run.arguments.fixes.show_fixes {
        for finding in &result.applied {
            let title = finding.fix.as_ref().map_or("", |fix| fix.title.as_str());
            let file = printable(&finding.location.file);
            terminal::note(&format!("{file}: {}: {title}", finding.rule.id));
        }
    }
    let (count, files) = (result.applied.len(), result.files.len());
    if count > 0 {
        let findings = if count == 1 { "finding" } else { "findings" };
        let in_files = if files == 1 { "file" } else { "files" };
        terminal::note(&format!(
            "{count} {findings} repaired in {files} {in_files}"
        ));
    }
    for Append { file, lines } in &result.appends {
        terminal::note(&format!("{}: {}", printable(file), lines.join(", ")));
    }
    let open = |finding: &&Finding| finding.rule.class == hognose_finding::Class::HardcodedSecrets;
    if result.applied.iter().any(|finding| open(&finding)) {
        terminal::warning(
            "a credential that was in the source stays in the history of the repository: revoke it \
             and put a new one into the environment",
        );
    }
}

/// With `-v`, why findings have no fix.
fn explain(run: &Run<'_>, result: &FixReport) {
    if run.common.verbosity() != Verbosity::Verbose {
        return;
    }
    for rejected in &result.rejected {
        let finding = &rejected.finding;
        terminal::note(&format!(
            "{}: no fix for {} in `{}`: {}",
            printable(&finding.location.file),
            finding.rule.id,
            printable(&finding.function),
            printable(&rejected.reason),
        ));
    }
}

/// Asks for each fix; the fingerprints of those to apply. `None`: there is nothing to ask.
fn ask(run: &Run<'_>, report: &Report) -> Result<Option<Vec<String>>> {
    let mut chosen = Vec::new();
    let mut input = io::stdin().lock();
    let mut all = false;
    let mut asked = false;
    for finding in &report.findings {
        let Some(fix) = &finding.fix else { continue };
        let is_listed = run.groups.contains(&finding.rule.class.group());
        if fix.level == Level::Manual || !is_listed || !run.policies.wants(finding) {
            continue;
        }
        asked = true;
        if all {
            chosen.push(finding.fingerprint.clone());
            continue;
        }
        let mut text = format!(
            "{}: {}\n{}\n{} ({})\n",
            finding.location.file,
            finding.rule.title,
            finding.message,
            fix.title,
            fix.level.name()
        );
        for source in &report.files {
            text.push_str(&patch_of(source, finding));
        }
        output::to_stdout(&printable_lines(&text))?;
        output::to_stdout("Apply this fix? [y]es, [n]o, [a]ll, [q]uit: ")?;
        io::stdout().flush().context("cannot write")?;
        let mut answer = String::new();
        let read = input
            .read_line(&mut answer)
            .context("cannot read the answer")?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => chosen.push(finding.fingerprint.clone()),
            "a" | "all" => {
                all = true;
                chosen.push(finding.fingerprint.clone());
            }
            "q" | "quit" => break,
            _ if read == 0 => break,
            _ => {}
        }
    }
    if !asked {
        terminal::note("no finding has a fix");
    }
    Ok((!chosen.is_empty()).then_some(chosen))
}

fn patch_of(source: &SourceText, finding: &Finding) -> String {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    let edits: Vec<_> = edits.filter(|edit| edit.file == source.path).collect();
    if edits.is_empty() {
        return String::new();
    }
    patch(
        &source.path,
        &source.text,
        &apply_edits(&source.text, edits),
    )
}

fn printable_lines(text: &str) -> String {
    let lines = text.lines().map(|line| format!("{}\n", printable(line)));
    lines.collect()
}
