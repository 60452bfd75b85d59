//! `hognose secrets`: files of any kind, what is not searched, what is never shown.
//!
//! Values are put together at run time, so that this file holds none.

mod support;

use std::fs;

use support::Project;

/// A value that no person would think of.
fn value() -> String {
    ["k7", "Xq", "29", "vB", "tR", "w8", "Lz", "41"].concat()
}

/// A key in text form.
fn key() -> String {
    let line = "bm90IGEga2V5IGJ1dCBhIHNlbnRlbmNlIHRoYXQgaXMgbG9uZyBlbm91Z2ggdG8gYmUg";
    let marker = |word: &str| format!("-----{word} {} KEY-----", "PRIVATE");
    format!("{}\n{line}\n{line}\n{}\n", marker("BEGIN"), marker("END"))
}

#[test]
fn settings_are_found_in_every_kind_of_file() {
    let value = value();
    for (name, text) in [
        (".env", format!("DB_PASSWORD={value}\n")),
        ("prod.env", format!("export DB_PASSWORD='{value}'\n")),
        (
            "compose.yml",
            format!("services:\n  db:\n    environment:\n      - DB_PASSWORD={value}\n"),
        ),
        ("values.yaml", format!("db:\n  password: {value}\n")),
        ("settings.json", format!("{{\"apiKey\": \"{value}\"}}\n")),
        ("settings.toml", format!("api_key = \"{value}\"\n")),
        ("app.ini", format!("[db]\npassword = {value}\n")),
        ("app.properties", format!("db.password={value}\n")),
        ("Dockerfile", format!("FROM x\nENV DB_PASSWORD={value}\n")),
        ("deploy.sh", format!("export DB_PASSWORD=\"{value}\"\n")),
        (
            ".github/workflows/ci.yml",
            format!("env:\n  API_TOKEN: {value}\n"),
        ),
        (
            ".npmrc",
            format!("//registry.example.org/:_authToken={value}\n"),
        ),
        (".pypirc", format!("[pypi]\npassword = {value}\n")),
        (".netrc", format!("machine h login u password {value}\n")),
        ("server.xml", format!("<password>{value}</password>\n")),
        (
            "page.html",
            format!("<script>const apiKey = \"{value}\";</script>\n"),
        ),
        (
            "setup.md",
            format!("Log in with `password: \"{value}\"`.\n"),
        ),
        ("app.py", format!("DB_PASSWORD = \"{value}\"\n")),
        (
            "notes.ipynb",
            notebook(&format!("DB_PASSWORD = \\\"{value}\\\"")),
        ),
    ] {
        let project = Project::new();
        project.write(name, &text);
        let run = project.run(&["secrets", "--output-format", "concise"]);
        assert_eq!(run.code, 1, "{name}: {run}");
        assert_eq!(
            run.stdout.matches("hardcoded-secret").count(),
            1,
            "{name}: {run}"
        );
        assert!(!run.stdout.contains(&value), "{name}: {run}");
    }
}

fn notebook(code: &str) -> String {
    format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"{code}\"], \"outputs\": [], \
         \"metadata\": {{}}, \"execution_count\": null}}], \
         \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}"
    )
}

#[test]
fn outputs_of_notebooks_are_searched() {
    let token = format!("sk_{}_{}", "live", "4eC39HqLyjWDarhtT1ZdV7dn");
    let output = |text: &str| {
        let stream = format!("{{\"output_type\": \"stream\", \"text\": [\"{text}\"]}}");
        let picture =
            "{\"output_type\": \"display_data\", \"data\": {\"image/png\": \"iVBORw0KGgo\"}}";
        notebook("print(key)").replace(
            "\"outputs\": []",
            &format!("\"outputs\": [{stream}, {picture}]"),
        )
    };
    let project = Project::new();
    project.write("shown.ipynb", &output(&token));
    let run = project.run(&["secrets", "--output-format", "concise"]);
    assert_eq!(run.stdout.matches("hardcoded-secret").count(), 1, "{run}");
    assert!(run.stdout.contains("cell 1"), "{run}");
    assert!(!run.stdout.contains(&token), "{run}");
    project.write("shown.ipynb", &output("sk_live_ is how these begin"));
    assert_eq!(project.run(&["secrets"]).code, 0);
}

#[test]
fn references_and_placeholders_are_none() {
    for (name, text) in [
        (".env.example", "DB_PASSWORD=\nAPI_KEY=your-api-key\n"),
        (
            "compose.yml",
            "environment:\n  DB_PASSWORD: ${DB_PASSWORD}\n",
        ),
        (
            "values.yaml",
            "password: \"{{ .Values.password }}\"\nsecretName: app-secret\n",
        ),
        ("ci.yml", "env:\n  API_TOKEN: ${{ secrets.API_TOKEN }}\n"),
        (
            "settings.json",
            "{\"password\": {\"type\": \"string\"}, \"token_url\": \"https://x.org/t\"}\n",
        ),
        (
            "app.ini",
            "password = <password>\npassword_file = /run/secrets/db\n",
        ),
        ("deploy.sh", "DB_PASSWORD=\"$(cat /run/secrets/db)\"\n"),
        (
            "main.go",
            "if token == nil { return errors.New(\"token is nil\") }\n",
        ),
        (
            "vault.yml",
            "password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n",
        ),
    ] {
        let project = Project::new();
        project.write(name, text);
        let run = project.run(&["secrets"]);
        assert_eq!(run.code, 0, "{name}: {run}");
    }
}

#[test]
fn nothing_is_shown_unless_it_is_asked_for() {
    let project = Project::new();
    let value = value();
    project.write("a.env", &format!("DB_PASSWORD={value}\n"));
    project.write("b.py", &format!("DB_PASSWORD = \"{value}\"\n"));
    for format in ["full", "concise", "json", "sarif"] {
        let run = project.run(&["secrets", "--output-format", format]);
        assert!(!run.stdout.contains(&value), "{format}: {run}");
        assert!(!run.stderr.contains(&value), "{format}: {run}");
    }
    let run = project.run(&["secrets", "--show-secrets", "--output-format", "full"]);
    assert_eq!(run.stdout.matches(&value).count(), 2, "{run}");
}

#[test]
fn a_value_is_reported_once() {
    let project = Project::new();
    let token = format!("sk_{}_{}", "live", "4eC39HqLyjWDarhtT1ZdV7dn");
    project.write("a.py", &format!("STRIPE_SECRET_KEY = \"{token}\"\n"));
    let run = project.run(&["secrets", "--output-format", "concise"]);
    assert_eq!(run.stdout.matches("hardcoded-secret").count(), 1, "{run}");
    assert!(run.stdout.contains("Stripe live key"), "{run}");
}

#[test]
fn known_formats_are_found_by_check_as_well() {
    let project = Project::new();
    let token = format!("sk_{}_{}", "live", "4eC39HqLyjWDarhtT1ZdV7dn");
    project.write("a.py", &format!("# {token}\nrun(\"{token}\")\n"));
    project.write("b.py", "# sk_live_ is how these begin\n");
    let run = project.run(&["check", "--output-format", "concise"]);
    assert_eq!(run.stdout.matches("hardcoded-secret").count(), 2, "{run}");
    assert!(!run.stdout.contains("b.py"), "{run}");
}

#[test]
fn what_everybody_knows_is_not_shown_by_default() {
    for line in [
        "DEFAULT_PASSWORD = 'dreambox'",
        "connect(login='warehouse', password='warehouse')",
        "form(description_placeholders={'token': '0481effe8a5c6f757b455babb678dc0e764feae279'})",
        "URL = 'firebird://SYSDBA:masterkey@192.168.86.38:3050/x'",
        "connect(login='root', password='password1')",
    ] {
        let project = Project::new();
        project.write("a.py", &format!("{line}\n"));
        let run = project.run(&["check", "--select", "hardcoded-secrets"]);
        assert_eq!(run.code, 0, "{line}: {run}");
        let run = project.run(&["secrets", "--output-format", "json"]);
        assert!(
            run.stdout.contains("\"confidence\": \"low\""),
            "{line}: {run}"
        );
    }
    let project = Project::new();
    project.write("a.py", &format!("connect(password='{}')\n", value()));
    assert_eq!(project.run(&["check"]).code, 1);
}

#[test]
fn private_keys_have_a_rule_of_their_own() {
    let project = Project::new();
    project.write("server.key", &key());
    project.write("public.pem", &key().replace("PRIVATE", "PUBLIC"));
    let encoded = data(&key());
    project.write(
        "kubeconfig.yaml",
        &format!("users:\n- user:\n    client-key-data: {encoded}\n"),
    );
    let run = project.run(&["secrets", "--output-format", "concise"]);
    assert_eq!(
        run.stdout.matches("private-key-in-repository").count(),
        2,
        "{run}"
    );
    assert!(!run.stdout.contains("public.pem"), "{run}");
}

/// Base64.
fn data(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let mut bits = 0_u32;
        for index in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(index).copied().unwrap_or(0));
        }
        for index in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * index) & 63) as usize];
            encoded.push(if index > chunk.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    encoded
}

#[test]
fn files_that_are_no_text_are_not_searched_and_named() {
    let project = Project::new();
    fs::write(project.path().join("a.bin"), b"\x7fELF\0\0\0").expect("files can be written");
    let run = project.run(&["secrets"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("nothing was searched"), "{run}");
    assert!(
        run.stderr.contains("1 binary file was not searched"),
        "{run}"
    );
    let run = project.run(&["secrets", "--verbose"]);
    assert!(run.stderr.contains("binary, not searched: a.bin"), "{run}");
}

#[test]
fn hostile_files_do_no_harm() {
    let project = Project::new();
    fs::write(
        project.path().join("latin.txt"),
        b"password: \xff\xfe\xfd\n",
    )
    .expect("files can be written");
    fs::write(project.path().join("odd.env"), b"PASSWORD=").expect("files can be written");
    project.write(
        "long.json",
        &format!("{{\"token\": \"{}", "a".repeat(200_000)),
    );
    project.write("colons.yml", &"password:".repeat(20_000));
    project.write("quotes.js", &"\"token\":\"".repeat(20_000));
    project.write("slashes.txt", &"a://".repeat(50_000));
    let run = project.run(&["secrets"]);
    assert!(run.code == 0 || run.code == 1, "{run}");
}

#[test]
fn comments_silence_in_any_language() {
    let value = value();
    for (name, comment) in [
        (
            "a.yml",
            "# hognose: ignore[hardcoded-secret] reason=\"a demo\"",
        ),
        ("a.env", "# gitleaks:allow"),
        ("a.ini", "; pragma: allowlist secret"),
        ("a.js", "// hognose: ignore[hardcoded-secrets]"),
        ("a.py", "# pragma: allowlist secret"),
    ] {
        let line = match name {
            "a.js" | "a.py" => format!("password = \"{value}\"  {comment}\n"),
            "a.yml" => format!("password: {value}  {comment}\n"),
            _ => format!("password={value}  {comment}\n"),
        };
        let project = Project::new();
        project.write(name, &line);
        let run = project.run(&["secrets"]);
        assert_eq!(run.code, 0, "{name}: {run}");
        project.write(name, &line.replace(comment, ""));
        let run = project.run(&["secrets"]);
        assert_eq!(run.code, 1, "{name}: {run}");
    }
}

#[test]
fn lists_of_other_scanners_are_read() {
    let project = Project::new();
    project.write("a.env", &format!("DB_PASSWORD={}\n", value()));
    project.write(".gitleaks.toml", "[allowlist]\npaths = ['a\\.env']\n");
    let run = project.run(&["secrets", "a.env"]);
    assert_eq!(run.code, 0, "{run}");
    project.write(".gitleaks.toml", "[allowlist]\npaths = ['(']\n");
    let run = project.run(&["secrets", "a.env"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains(".gitleaks.toml"), "{run}");
}

#[test]
fn env_files_that_git_would_add() {
    let project = Project::new();
    project.directory(".git");
    project.write(".env", "DEBUG=1\n");
    project.write(".env.example", "DEBUG=\n");
    let run = project.run(&["secrets", "--output-format", "concise"]);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(
        run.stdout.matches("env-file-not-ignored").count(),
        1,
        "{run}"
    );
    project.write(".gitignore", ".env\n");
    let run = project.run(&["secrets"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn env_files_outside_of_a_repository_are_nobodys_business() {
    let project = Project::new();
    project.write(".env", "DEBUG=1\n");
    let run = project.run(&["secrets"]);
    assert_eq!(run.code, 0, "{run}");
}

#[test]
fn wrong_usage() {
    let project = Project::new();
    for arguments in [
        ["secrets", "missing.env"],
        ["secrets", "-"],
        ["secrets", "--select=no-such-rule"],
    ] {
        assert_eq!(project.run(&arguments).code, 2, "{arguments:?}");
    }
}
