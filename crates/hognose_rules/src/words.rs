//! What findings say: sources, steps, sinks in words.

use hognose_dataflow::models::rows::{Access, SinkKind, SourceKind};
use hognose_dataflow::redos::{Attack, Growth};
use hognose_dataflow::summary::Sink;
use hognose_dataflow::trace::{TraceStep, TraceStepKind};
use hognose_dataflow::{Analysis, Weakness};
use hognose_finding::{Step, StepKind};

use crate::place;

/// "data from the HTTP request"
pub fn source(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Remote => "data from the request",
        SourceKind::Argv => "a command-line argument",
        SourceKind::Stdin => "standard input",
        SourceKind::Environment => "an environment variable",
        SourceKind::File => "the content of a file",
        SourceKind::Database => "data from the database",
        SourceKind::Message => "data from a message",
        SourceKind::Response => "the answer of another service",
        SourceKind::WeakRandom => "a number that can be foretold",
        SourceKind::Mac => "a message authentication code",
        SourceKind::Possible => "a value that this code does not define",
    }
}

/// "the SQL text of `cursor.execute(…)`"
pub fn sink(analysis: &Analysis, sink: &Sink) -> String {
    let call = callee(analysis, sink);
    match sink.kind {
        SinkKind::Sql => format!("the SQL text of `{call}`"),
        SinkKind::Shell => format!("the shell command of `{call}`"),
        SinkKind::Argv => format!("the arguments of the program that `{call}` runs"),
        SinkKind::Program => format!("the program that `{call}` runs"),
        SinkKind::Path => match sink.access {
            Some(Access::Write) => format!("the path that `{call}` writes to"),
            Some(Access::Delete) => format!("the path that `{call}` deletes"),
            Some(Access::List) => format!("the directory that `{call}` lists"),
            Some(Access::Probe) => format!("the path that `{call}` looks at"),
            Some(Access::Serve) => format!("the path that `{call}` sends"),
            Some(Access::Read) | None => format!("the path that `{call}` opens"),
        },
        SinkKind::ArchiveExtract => format!("the archive that `{call}` unpacks"),
        SinkKind::Code => format!("the code that `{call}` runs"),
        SinkKind::Template => format!("the text of the template of `{call}`"),
        SinkKind::Url => format!("the address that `{call}` asks"),
        SinkKind::Html => format!("the page made of `{call}`"),
        SinkKind::Redirect => format!("the address that `{call}` sends the visitor to"),
        SinkKind::Deserialize => format!("the data that `{call}` makes objects of"),
        SinkKind::Xml | SinkKind::XmlBomb => format!("the document that `{call}` parses"),
        SinkKind::Xpath => format!("the XPath expression of `{call}`"),
        SinkKind::Ldap => format!("the LDAP filter of `{call}`"),
        SinkKind::LdapName => format!("the LDAP name of `{call}`"),
        SinkKind::Nosql | SinkKind::NosqlCode => format!("the query of `{call}`"),
        SinkKind::Session => format!("the session, in `{call}`"),
        SinkKind::Reflection => format!("the name that `{call}` looks up"),
        SinkKind::Credential => format!("`{call}`"),
        SinkKind::Log => format!("the log through `{call}`"),
        SinkKind::Header => format!("the HTTP header that `{call}` sets"),
        SinkKind::Cookie => format!("the cookie that `{call}` sets"),
        SinkKind::Regex => format!("the regular expression of `{call}`"),
        SinkKind::Matched => format!("the regular expression that `{call}` applies"),
    }
}

/// The called expression without its arguments.
fn callee(analysis: &Analysis, sink: &Sink) -> String {
    use hognose_python::ir::Op;
    let function = analysis.program.function(sink.site.function);
    let value = match function.op(sink.site.value) {
        Op::Call { callee, .. } => *callee,
        _ => sink.site.value,
    };
    place::snippet(analysis, sink.site.function, value)
}

/// What an attacker can do, and what to do about it.
pub fn consequence(weakness: Weakness, kind: SinkKind) -> &'static str {
    match (weakness, kind) {
        (Weakness::Injection, SinkKind::Sql) => {
            "Whoever controls it can read and change everything the database account can. \
             Pass it as a bound parameter instead."
        }
        (Weakness::Injection, SinkKind::Shell) => {
            "Whoever controls it can run commands of their own. \
             Pass a list of arguments without a shell, and keep values from being read as options."
        }
        (Weakness::Injection, SinkKind::Argv) => {
            "Whoever controls it can run code of their own. Do not build the code from data."
        }
        (Weakness::Injection, SinkKind::Code) => {
            "Whoever controls it can run code of their own. \
             Look the allowed operations up in a table, or parse literals with `ast.literal_eval`."
        }
        (Weakness::Injection, SinkKind::Template) => {
            "The language of templates reaches the program's objects, and through them code. \
             Keep the template a constant and pass the value as a variable."
        }
        (Weakness::Injection, SinkKind::Url) => {
            "Whoever controls it can have requests sent into the internal network. \
             Choose the host from a list of the ones that are allowed."
        }
        (Weakness::UrlPart, _) => {
            "The host is fixed, but `../` and further parameters ask for something else there. \
             Encode the value with `quote(value, safe=\"\")`, or check what it may be."
        }
        (Weakness::Injection, SinkKind::Html) => {
            "Whoever controls it can run scripts in the visitor's browser. \
             Let a template with autoescaping make the page, or escape the value for its place."
        }
        (Weakness::Injection, SinkKind::Redirect) => {
            "A link to this site can lead to one that only looks like it. \
             Redirect to paths of your own, or check the host against a list."
        }
        (Weakness::Injection, SinkKind::Deserialize) => {
            "Such data can name any function and have it called while it is read. \
             Use a format of plain data, such as JSON, or a loader that makes no objects."
        }
        (Weakness::Injection, SinkKind::Xml) => {
            "An external entity reads files of the server and sends requests from it. \
             Parse with `defusedxml`, or turn external entities off."
        }
        (Weakness::Injection, SinkKind::XmlBomb) => {
            "A few nested entities grow to gigabytes. Parse with `defusedxml`."
        }
        (Weakness::Injection, SinkKind::Xpath) => {
            "A quote changes what is searched for, and so who is let in. \
             Pass the value as a variable of the expression."
        }
        (Weakness::Injection, SinkKind::Ldap | SinkKind::LdapName) => {
            "Parentheses, stars and commas change what is searched for, and so who is let in. \
             Escape the value with the library's own function for this place."
        }
        (Weakness::Injection, SinkKind::Nosql) => {
            "Where a text is expected, a mapping such as `{\"$ne\": null}` matches everything. \
             Convert the value with `str()`, or check its type."
        }
        (Weakness::Injection, SinkKind::NosqlCode) => {
            "The database runs it as code. Use the operators of the query language instead."
        }
        (Weakness::Injection, SinkKind::Session) => {
            "Code that reads the session later takes it for checked. Check it before it is stored."
        }
        (Weakness::Injection, SinkKind::Reflection) => {
            "Whoever controls it chooses which code is used. \
             Choose from a table of the names that are allowed."
        }
        (Weakness::Program, _) => {
            "Whoever controls it decides which program runs. \
             Choose the program from a list of the ones that are allowed."
        }
        (Weakness::Option, _) => {
            "A value that begins with a dash is read as an option, and options of this program can \
             run commands or write files. Put `--` before it, or check what it begins with."
        }
        (Weakness::Injection, SinkKind::Path) => {
            "With `../` or an absolute path it leaves the directory that was meant. \
             Resolve the path and check that it is inside that directory."
        }
        (Weakness::Injection, SinkKind::Log) => {
            "With a line break in it whoever controls it writes log lines of their own. \
             Remove line breaks, or log it with `%r`."
        }
        (Weakness::Injection, SinkKind::Header) => {
            "With a line break in it whoever controls it adds headers, or a body, to the response. \
             Refuse values with line breaks."
        }
        (Weakness::Injection, SinkKind::Cookie) => {
            "Whoever makes a visitor follow a link decides what is in that visitor's cookie. \
             Choose it from values that the program knows."
        }
        (Weakness::Injection, SinkKind::Regex) => {
            "Whoever controls it can send a pattern that keeps the processor busy for hours. \
             Quote it with `re.escape`, or search for it as plain text."
        }
        (Weakness::PrefixOnly, _) => {
            "The prefix check lacks the separator at its end, so `/srv/files-private` passes for \
             `/srv/files`. Compare with `Path.is_relative_to`, or end the prefix with `os.sep`."
        }
        (Weakness::Archive, _) => {
            "A member named `../…` or a link is written outside the target directory. \
             Unpack with `filter=\"data\"`, or check every member's name first."
        }
        (Weakness::Slow | Weakness::Constant | Weakness::Injection, _) => "",
    }
}

/// On which text a pattern is slow, and what to do about it.
pub fn attack(attack: &Attack) -> String {
    let Attack {
        growth,
        prefix,
        word,
        ending,
    } = attack;
    let start = if prefix.is_empty() {
        String::new()
    } else {
        format!("{prefix:?} and then ")
    };
    let end = if ending.is_empty() {
        String::new()
    } else {
        format!(", and {ending:?} at the end")
    };
    let time = match growth {
        Growth::Exponential => "multiplies with each further repetition".to_owned(),
        Growth::Polynomial(2) => "grows with the square of the length".to_owned(),
        Growth::Polynomial(3) => "grows with the cube of the length".to_owned(),
        Growth::Polynomial(degree) => format!("grows with the length to the power of {degree}"),
    };
    format!(
        "On {start}{word:?} over and over{end}, its time {time}. Write it so that only one part can \
         match the same text, or limit the length of the text first."
    )
}

/// The steps of a trace, in words.
pub fn steps(
    analysis: &Analysis,
    steps: &[TraceStep],
    kind: Option<SourceKind>,
    at: &str,
) -> Vec<Step> {
    steps
        .iter()
        .map(|step| {
            let text = place::snippet(analysis, step.site.function, step.site.value);
            let name = step
                .function
                .map(|function| function_name(analysis, function))
                .unwrap_or_default();
            let (kind, message) = match step.kind {
                TraceStepKind::Source => (
                    StepKind::Source,
                    match kind {
                        Some(kind) => format!("`{text}`: {}", source(kind)),
                        None => "the credential".to_owned(),
                    },
                ),
                TraceStepKind::Propagate => {
                    (StepKind::Propagate, "becomes part of this".to_owned())
                }
                TraceStepKind::Call => (StepKind::Call, format!("is passed to `{name}`")),
                TraceStepKind::Return if name.is_empty() => {
                    (StepKind::Return, "comes back from here".to_owned())
                }
                TraceStepKind::Return => (StepKind::Return, format!("comes back from `{name}`")),
                TraceStepKind::Cell => (StepKind::Propagate, format!("is read from `{text}`")),
                TraceStepKind::Guard => (
                    StepKind::Guard,
                    "is checked, which does not make it safe here".to_owned(),
                ),
                TraceStepKind::Sink => (StepKind::Sink, format!("reaches {at}")),
            };
            Step {
                kind,
                location: place::location(analysis, step.site),
                message,
            }
        })
        .collect()
}

fn function_name(analysis: &Analysis, function: hognose_dataflow::program::FuncId) -> String {
    analysis.program.function(function).qualified.to_string()
}
