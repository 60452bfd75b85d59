//! The command line. Only its shape and help texts; what the values mean together with the
//! configuration is decided in `options`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueEnum};
use hognose_check::DebugStage;
use hognose_finding::{Confidence, Group};
use hognose_report::Format;

use crate::exit::FailOn;
use crate::git::Notes;
use crate::git::hooks::Hook;
use crate::git_secrets::Source;
use crate::terminal::ColorChoice;

const EXIT_CODES: &str = "\
Exit codes:
  0    clean: no finding at or above --fail-on
  1    findings at or above --fail-on
  2    wrong usage or configuration; a path that does not exist
  3    analysis incomplete (a file could not be read or parsed), and nothing else found
  101  defect in Hognose
  130  interrupted

Every option can also be set by an environment variable, as shown beside it. The command line
wins over the environment, and the environment over the configuration file.";

/// Finds weaknesses in Python code and shows the path the data takes to them.
///
/// Hognose never runs or imports the code it reads, and never sends anything over the network;
/// `serve` answers on this machine.
#[derive(Debug, Parser)]
#[command(name = "hognose", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub common: CommonArguments,
}

/// Options of all commands.
#[derive(Debug, Args)]
pub struct CommonArguments {
    /// When to use colour
    ///
    /// `auto` follows `NO_COLOR`, `FORCE_COLOR` and `CLICOLOR_FORCE`, and else colours a terminal.
    #[arg(long, global = true, env = "HOGNOSE_COLOR", value_name = "WHEN", value_parser = color_parser())]
    pub color: Option<ColorChoice>,

    /// Print findings only: no checklist, no totals, no notes
    #[arg(short, long, global = true, env = "HOGNOSE_QUIET", value_parser = FalseyValueParser::new(), conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say which configuration and files are used
    #[arg(short, long, global = true, env = "HOGNOSE_VERBOSE", value_parser = FalseyValueParser::new())]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse Python files
    Check(Box<CheckArguments>),
    /// Repair what can be repaired: `check --fix`, or with --interactive fix by fix
    Fix(Box<FixCommandArguments>),
    /// Look for secrets in files of any kind: code, settings, notebooks, documents
    Secrets(Box<SecretsArguments>),
    /// Explain a rule: what it finds, why it matters, how to fix it
    Explain(ExplainArguments),
    /// Look for secrets before every commit and push: install the git hooks
    InstallHook(InstallHookArguments),
    /// List the endpoints of a project and the fields that each reads
    Routes(RoutesArguments),
    /// List all rules
    Rules(RulesArguments),
    /// Open the web page: paste Python, see what is wrong with it
    Serve(ServeArguments),
    /// Print what a stage of the analysis knows about the files
    Debug(DebugArguments),
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct CheckArguments {
    /// Files and directories to analyse, or `-` for standard input [default: .]
    ///
    /// Directories are searched for .py, .pyi, .pyw and .ipynb files and for scripts with a
    /// Python `#!` line. Hidden files, files that git ignores, virtual environments and build
    /// output are skipped; a path named here is always taken.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Name under which code from standard input is reported
    #[arg(long, env = "HOGNOSE_STDIN_FILENAME", value_name = "NAME")]
    pub stdin_filename: Option<String>,

    /// Take the code for a piece without callers
    ///
    /// Parameters of its functions and names it does not define count as untrusted, with low
    /// confidence. This is the default for standard input.
    #[arg(long, env = "HOGNOSE_SNIPPET", value_parser = FalseyValueParser::new())]
    pub snippet: bool,

    /// Model files with facts about your own libraries (added to those of the configuration)
    #[arg(
        long,
        env = "HOGNOSE_MODELS",
        value_name = "FILE",
        value_delimiter = ','
    )]
    pub models: Vec<PathBuf>,

    /// Number of threads [default: one for each processor]
    #[arg(long, env = "HOGNOSE_THREADS", value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Use this configuration file for all paths
    #[arg(long, env = "HOGNOSE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Ignore all configuration files
    #[arg(long, env = "HOGNOSE_ISOLATED", value_parser = FalseyValueParser::new(), conflicts_with = "config")]
    pub isolated: bool,

    #[command(flatten)]
    pub fixes: FixArguments,

    #[command(flatten)]
    pub rules: RuleSelection,

    #[command(flatten)]
    pub files: FileSelection,

    #[command(flatten)]
    pub output: OutputArguments,
}

/// What is done about findings.
#[derive(Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own; clap keeps them apart"
)]
#[command(next_help_heading = "Fixes")]
pub struct FixArguments {
    /// Repair what can be repaired, and report the rest
    ///
    /// A fix is applied only after the program has been analysed with it: the finding is gone, no
    /// new one has come. Code from standard input is written to standard output.
    #[arg(long, env = "HOGNOSE_FIX", value_parser = FalseyValueParser::new())]
    pub fix: bool,

    /// Also apply fixes that are checked, but may change behaviour
    #[arg(long, env = "HOGNOSE_UNSAFE_FIXES", value_parser = FalseyValueParser::new())]
    pub unsafe_fixes: bool,

    /// Show as a patch what --fix would change, and change nothing
    #[arg(long, env = "HOGNOSE_DIFF", value_parser = FalseyValueParser::new(), conflicts_with = "fix")]
    pub diff: bool,

    /// As --fix, without a report on what is left
    #[arg(long, env = "HOGNOSE_FIX_ONLY", value_parser = FalseyValueParser::new(), conflicts_with = "diff")]
    pub fix_only: bool,

    /// Show the fix of each finding; with --fix, list what was repaired
    #[arg(long, env = "HOGNOSE_SHOW_FIXES", value_parser = FalseyValueParser::new())]
    pub show_fixes: bool,

    /// Exit with 1 where something was repaired, even if nothing is left
    #[arg(long, env = "HOGNOSE_EXIT_NON_ZERO_ON_FIX", value_parser = FalseyValueParser::new())]
    pub exit_non_zero_on_fix: bool,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct FixCommandArguments {
    /// Ask for each fix whether to apply it
    #[arg(short, long)]
    pub interactive: bool,

    #[command(flatten)]
    pub check: CheckArguments,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct SecretsArguments {
    /// Files and directories to search [default: .]
    ///
    /// Hidden files are searched as well; files that git ignores, virtual environments and build
    /// output are skipped, and so are files that are no text. A path named here is always taken.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub git: GitSelection,

    /// Show the secrets instead of masking them
    ///
    /// The report then has to be kept as the secrets themselves.
    #[arg(long)]
    pub show_secrets: bool,

    /// Number of threads [default: one for each processor]
    #[arg(long, env = "HOGNOSE_THREADS", value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Use this configuration file for all paths
    #[arg(long, env = "HOGNOSE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Ignore all configuration files
    #[arg(long, env = "HOGNOSE_ISOLATED", value_parser = FalseyValueParser::new(), conflicts_with = "config")]
    pub isolated: bool,

    #[command(flatten)]
    pub rules: RuleSelection,

    #[command(flatten)]
    pub files: FileSelection,

    #[command(flatten)]
    pub output: OutputArguments,
}

/// Files that git holds, instead of those of the work tree.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own; clap keeps them apart"
)]
#[command(next_help_heading = "Git")]
pub struct GitSelection {
    /// Search what is staged: what a commit would take
    ///
    /// Values that HEAD has in the same files already are not reported. Without `--min-confidence`
    /// this and the following options report from medium confidence on.
    #[arg(long, conflicts_with_all = ["paths", "history", "since", "stdin"])]
    pub staged: bool,

    /// Search every version of every file in all branches, tags, remotes and stashes
    ///
    /// One finding for each value, with the first and the last commit that has it.
    #[arg(long, conflicts_with_all = ["paths", "since", "stdin"])]
    pub history: bool,

    /// Search what the commits of HEAD bring that REF does not have
    #[arg(long, value_name = "REF", conflicts_with_all = ["paths", "stdin"])]
    pub since: Option<String>,

    /// Search what a push brings: git tells its pre-push hook on standard input
    ///
    /// The lines of a pre-receive hook are understood as well.
    #[arg(long, conflicts_with = "paths")]
    pub stdin: bool,

    /// The remote that is pushed to: what its branches have is not searched again
    #[arg(long, value_name = "NAME", requires = "stdin")]
    pub remote: Option<String>,

    /// Search the texts of `refs/notes` too
    #[arg(long, requires = "history")]
    pub notes: bool,
}

impl GitSelection {
    /// What is asked for, if anything.
    pub fn source(&self) -> Option<Source> {
        if self.staged {
            Some(Source::Staged)
        } else if self.history {
            Some(Source::History(if self.notes {
                Notes::Include
            } else {
                Notes::LeaveOut
            }))
        } else if let Some(name) = &self.since {
            Some(Source::Since(name.clone()))
        } else if self.stdin {
            Some(Source::Push(self.remote.clone()))
        } else {
            None
        }
    }
}

impl SecretsArguments {
    /// The same wishes in the terms of `check`, which shares walking, configuration and output.
    pub fn into_check(self) -> CheckArguments {
        CheckArguments {
            fixes: FixArguments::default(),
            paths: self.paths,
            stdin_filename: None,
            snippet: false,
            models: Vec::new(),
            threads: self.threads,
            config: self.config,
            isolated: self.isolated,
            rules: self.rules,
            files: self.files,
            output: self.output,
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub struct RuleSelection {
    /// Rules or classes to check, instead of those that are on by default
    ///
    /// Names of rules and classes, and codes of Ruff or beginnings of them, such as `F821` or `B`.
    #[arg(
        long,
        env = "HOGNOSE_SELECT",
        value_name = "RULE",
        value_delimiter = ','
    )]
    pub select: Vec<String>,

    /// Rules or classes to leave out (added to those of the configuration)
    #[arg(
        long,
        env = "HOGNOSE_IGNORE",
        value_name = "RULE",
        value_delimiter = ','
    )]
    pub ignore: Vec<String>,

    /// Rules to leave out in some files, such as `tests/*:hardcoded-secrets`
    #[arg(long, env = "HOGNOSE_PER_FILE_IGNORES", value_name = "GLOB:RULE", value_delimiter = ',', value_parser = per_file_ignore)]
    pub per_file_ignores: Vec<(String, String)>,

    /// Drop findings below this confidence [default: medium; low for snippets and for `secrets`]
    #[arg(long, env = "HOGNOSE_MIN_CONFIDENCE", value_name = "CONFIDENCE", value_parser = confidence_parser())]
    pub min_confidence: Option<Confidence>,

    /// Lowest severity that makes the exit code 1 [default: low]
    #[arg(long, env = "HOGNOSE_FAIL_ON", value_name = "SEVERITY", value_parser = fail_on_parser())]
    pub fail_on: Option<FailOn>,

    /// Exit with 0 whatever is found, also if the analysis is incomplete
    #[arg(long, env = "HOGNOSE_EXIT_ZERO", value_parser = FalseyValueParser::new())]
    pub exit_zero: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub struct FileSelection {
    /// Files and directories to leave out (added to those of the configuration)
    ///
    /// A glob without `/` matches a name at any depth, one with `/` a path from the working
    /// directory.
    #[arg(
        long,
        env = "HOGNOSE_EXCLUDE",
        value_name = "GLOB",
        value_delimiter = ','
    )]
    pub exclude: Vec<String>,

    /// Analyse files that git ignores
    #[arg(long, env = "HOGNOSE_NO_GITIGNORE", value_parser = FalseyValueParser::new())]
    pub no_gitignore: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArguments {
    /// Format of standard output [default: full]
    #[arg(long, env = "HOGNOSE_OUTPUT_FORMAT", value_name = "FORMAT", value_parser = format_parser())]
    pub output_format: Option<Format>,

    /// Groups of findings to list: `security`, `bugs`, `quality` [default: security,bugs]
    ///
    /// The others are counted. All are listed where `--select` names rules. The formats for data
    /// (`json`, `json-lines`, `sarif`, `gitlab`, `gitlab-sast`, `html`) always hold all findings.
    #[arg(long, env = "HOGNOSE_SHOW", value_name = "GROUP", value_delimiter = ',', value_parser = group_parser())]
    pub show: Vec<Group>,

    /// Also write a report to a file, such as `sarif=out.sarif`; can be repeated
    #[arg(long, env = "HOGNOSE_REPORT", value_name = "FORMAT=PATH", value_delimiter = ',', value_parser = report_target)]
    pub report: Vec<ReportTarget>,

    /// Print the counters of the analysis, and figures about the code
    ///
    /// The most complicated functions, and how much of the text stands there more than once. JSON
    /// holds them as well.
    #[arg(long, env = "HOGNOSE_STATISTICS", value_parser = FalseyValueParser::new())]
    pub statistics: bool,

    /// Show no progress
    #[arg(long, env = "HOGNOSE_NO_PROGRESS", value_parser = FalseyValueParser::new())]
    pub no_progress: bool,
}

/// A report file that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTarget {
    pub format: Format,
    pub path: PathBuf,
}

#[derive(Debug, Args)]
pub struct InstallHookArguments {
    /// The hook to install or remove; can be repeated [default: both]
    #[arg(long, value_name = "HOOK", value_delimiter = ',', value_parser = hook_parser())]
    pub hook: Vec<Hook>,

    /// Take the hooks away again; a hook that was there before comes back
    #[arg(long)]
    pub remove: bool,
}

#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Address to listen on; anything but loopback needs a token
    #[arg(
        long,
        env = "HOGNOSE_HOST",
        value_name = "ADDRESS",
        default_value = "127.0.0.1"
    )]
    pub host: String,

    /// Port to listen on; 0 takes any that is free
    #[arg(
        long,
        env = "HOGNOSE_PORT",
        value_name = "PORT",
        default_value_t = 8787
    )]
    pub port: u16,

    /// What a client has to know: at least 16 letters, digits, `-`, `_`, `.` and `~`
    ///
    /// A browser gives it once, as `?token=…` behind the address; programs send it as
    /// `Authorization: Bearer …`. On a command line other users of the machine can read it, in the
    /// environment they cannot.
    #[arg(
        long,
        env = "HOGNOSE_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub token: Option<String>,

    /// A further host name to answer to, such as that of a proxy; can be repeated
    #[arg(
        long,
        env = "HOGNOSE_ALLOW_HOST",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub allow_host: Vec<String>,

    /// Open the page in the browser
    #[arg(long, env = "HOGNOSE_OPEN", value_parser = FalseyValueParser::new())]
    pub open: bool,
}

#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A rule, a class, or a CWE such as CWE-89
    pub rule: String,
}

/// The format of lists of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    Text,
    Json,
}

/// The format of the list of endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoutesFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Debug, Args)]
pub struct RoutesArguments {
    /// Files and directories to analyse [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: RoutesFormat,

    /// Model files with facts about your own libraries
    #[arg(
        long,
        env = "HOGNOSE_MODELS",
        value_name = "FILE",
        value_delimiter = ','
    )]
    pub models: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RulesArguments {
    /// Also list the rules of Ruff that are off by default
    #[arg(long)]
    pub all: bool,

    /// List another tool's numbers, each with the rules that cover it
    #[arg(long, value_name = "TOOL", conflicts_with = "all")]
    pub map: Option<ForeignTool>,

    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: ListFormat,
}

/// Whose numbers `hognose rules --map` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ForeignTool {
    /// `B324`
    Bandit,
    /// `S324`
    Ruff,
}

#[derive(Debug, Args)]
pub struct DebugArguments {
    /// The stage to print
    #[arg(value_parser = stage_parser())]
    pub stage: DebugStage,

    /// Files and directories to analyse
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: ListFormat,

    /// Model files with facts about your own libraries
    #[arg(
        long,
        env = "HOGNOSE_MODELS",
        value_name = "FILE",
        value_delimiter = ','
    )]
    pub models: Vec<PathBuf>,

    /// Take the code for a piece without callers
    #[arg(long, env = "HOGNOSE_SNIPPET", value_parser = FalseyValueParser::new())]
    pub snippet: bool,

    /// Only parse and lower the files, and print how many lines that were (for measurements)
    #[arg(long, hide = true)]
    pub no_output: bool,
}

const LISTED: &str = "clap lets only the listed names through";

fn color_parser() -> impl clap::builder::TypedValueParser<Value = ColorChoice> {
    PossibleValuesParser::new(ColorChoice::NAMES)
        .map(|name| ColorChoice::from_name(&name).expect(LISTED))
}

fn confidence_parser() -> impl clap::builder::TypedValueParser<Value = Confidence> {
    PossibleValuesParser::new(Confidence::ALL.map(Confidence::name))
        .map(|name| Confidence::from_name(&name).expect(LISTED))
}

fn hook_parser() -> impl clap::builder::TypedValueParser<Value = Hook> {
    PossibleValuesParser::new(Hook::ALL.map(Hook::name))
        .map(|name| Hook::from_name(&name).expect(LISTED))
}

fn fail_on_parser() -> impl clap::builder::TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::NAMES).map(|name| FailOn::from_name(&name).expect(LISTED))
}

fn group_parser() -> impl clap::builder::TypedValueParser<Value = Group> {
    PossibleValuesParser::new(Group::ALL.map(Group::name))
        .map(|name| Group::from_name(&name).expect(LISTED))
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
        .map(|name| Format::from_name(&name).expect(LISTED))
}

fn stage_parser() -> impl clap::builder::TypedValueParser<Value = DebugStage> {
    PossibleValuesParser::new(["ir", "callgraph", "summaries", "flows", "models"])
        .map(|name| debug_stage(&name).expect(LISTED))
}

fn debug_stage(name: &str) -> Option<DebugStage> {
    match name {
        "ir" => Some(DebugStage::Ir),
        "callgraph" => Some(DebugStage::Callgraph),
        "summaries" => Some(DebugStage::Summaries),
        "flows" => Some(DebugStage::Flows),
        "models" => Some(DebugStage::Models),
        _ => None,
    }
}

fn report_target(text: &str) -> Result<ReportTarget, String> {
    let formats = Format::ALL.map(Format::name).join(", ");
    let Some((name, path)) = text.split_once('=') else {
        return Err("expected FORMAT=PATH, such as sarif=out.sarif".to_owned());
    };
    let Some(format) = Format::from_name(name) else {
        return Err(format!(
            "unknown format `{name}`; the formats are {formats}"
        ));
    };
    if path.is_empty() {
        return Err(format!("the path after `{name}=` is missing"));
    }
    Ok(ReportTarget {
        format,
        path: PathBuf::from(path),
    })
}

fn per_file_ignore(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once(':') {
        Some((glob, rule)) if !glob.is_empty() && !rule.is_empty() => {
            Ok((glob.to_owned(), rule.to_owned()))
        }
        Some(_) | None => Err("expected GLOB:RULE, such as tests/*:hardcoded-secrets".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Arguments, per_file_ignore, report_target};

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn report_targets_are_format_and_path() {
        assert!(report_target("sarif=a=b.sarif").is_ok());
        assert!(report_target("out.sarif").is_err());
        assert!(report_target("docx=out.docx").is_err());
        assert!(report_target("json=").is_err());
    }

    #[test]
    fn the_rule_stands_after_the_last_colon() {
        let (glob, rule) = per_file_ignore("C:/x/*.py:sql-injection").expect("it is well formed");
        assert_eq!(
            (glob.as_str(), rule.as_str()),
            ("C:/x/*.py", "sql-injection")
        );
        assert!(per_file_ignore("tests/*").is_err());
    }
}
