//! What a file is written in, by its name.
//!
//! ```text
//! .env.local → Environment     docker-compose.yml → Yaml     Dockerfile → Docker
//! ```

/// What decides how names and values stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `.env` and its kin.
    Environment,
    Shell,
    Docker,
    Yaml,
    Json,
    Toml,
    /// INI, properties, `.npmrc`, `.pypirc` and other `name = value` files.
    Ini,
    Netrc,
    Xml,
    /// Source code of other languages, templates among it: values stand in quotes.
    Code,
    /// Prose: Markdown, reStructuredText, plain text.
    Document,
    /// Python, which the syntax tree is asked about.
    Python,
    /// Lock files, translations, generated files: names say nothing there.
    Generated,
}

impl FileKind {
    /// `path` has `/` between its parts.
    pub fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit('/').next().unwrap_or("");
        if is_generated(&lower, name) {
            return Self::Generated;
        }
        if let Some(kind) = by_name(name) {
            return kind;
        }
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "env" => Self::Environment,
            "sh" | "bash" | "zsh" | "ksh" | "fish" | "ps1" | "bat" | "cmd" => Self::Shell,
            "yml" | "yaml" | "sls" => Self::Yaml,
            "json" | "json5" | "jsonc" | "jsonl" | "tfstate" | "webmanifest" => Self::Json,
            "toml" => Self::Toml,
            "ini" | "cfg" | "cnf" | "conf" | "config" | "properties" | "service" | "prefs"
            | "netrc" => Self::Ini,
            "xml" | "plist" | "csproj" | "xaml" => Self::Xml,
            "py" | "pyi" | "pyw" | "ipynb" => Self::Python,
            "md" | "markdown" | "rst" | "txt" | "adoc" | "asciidoc" | "org" | "tex" | "log"
            | "eml" => Self::Document,
            "dockerfile" => Self::Docker,
            "" => Self::Document,
            _ => Self::Code,
        }
    }
}

fn by_name(name: &str) -> Option<FileKind> {
    let kind = match name {
        ".env" | ".flaskenv" | ".envrc" => FileKind::Environment,
        ".netrc" | "_netrc" => FileKind::Netrc,
        ".npmrc" | ".pypirc" | ".pgpass" | ".my.cnf" | "credentials" | ".s3cfg" | ".boto"
        | "config" | ".dockercfg" | ".gitconfig" | ".git-credentials" => FileKind::Ini,
        "pipfile" => FileKind::Toml,
        ".bashrc" | ".zshrc" | ".profile" | ".bash_profile" | "makefile" | ".bash_history"
        | ".zsh_history" => FileKind::Shell,
        "kubeconfig" => FileKind::Yaml,
        _ if name.starts_with(".env.") => FileKind::Environment,
        _ if name.starts_with("dockerfile") || name.starts_with("containerfile") => {
            FileKind::Docker
        }
        _ => return None,
    };
    Some(kind)
}

fn is_generated(path: &str, name: &str) -> bool {
    let ends = [
        ".lock",
        "-lock.json",
        ".min.js",
        ".min.css",
        ".map",
        ".svg",
        ".po",
        ".pot",
        ".css",
        ".csv",
        ".tsv",
        ".sum",
        ".snap",
        ".xlf",
        ".ts.net",
        ".asc",
        ".drawio",
    ];
    let directories = [
        "/locales/",
        "/locale/",
        "/i18n/",
        "/translations/",
        "/lang/",
    ];
    let slashed = format!("/{path}");
    ends.iter().any(|end| name.ends_with(end))
        || directories
            .iter()
            .any(|directory| slashed.contains(directory))
        || name == "pnpm-lock.yaml"
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn names_tell_kinds() {
        for (path, kind) in [
            (".env", FileKind::Environment),
            ("app/.env.production", FileKind::Environment),
            ("prod.env", FileKind::Environment),
            ("deploy/docker-compose.yml", FileKind::Yaml),
            ("Dockerfile.dev", FileKind::Docker),
            ("web/package-lock.json", FileKind::Generated),
            ("web/locales/de.json", FileKind::Generated),
            ("home/.netrc", FileKind::Netrc),
            ("src/main.go", FileKind::Code),
            ("README", FileKind::Document),
            ("app/views.py", FileKind::Python),
        ] {
            assert_eq!(FileKind::of(path), kind, "{path}");
        }
    }
}
