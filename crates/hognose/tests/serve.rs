//! `hognose serve` as a process: what it prints, what it answers, how it ends.

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use support::Project;

struct Serving {
    child: Child,
    /// `127.0.0.1:40123`
    address: String,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hognose"))
            .args(["serve", "--port", "0"])
            .args(arguments)
            .env_remove("HOGNOSE_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.as_mut().expect("it is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the address is printed");
        let address = line.trim().trim_start_matches("http://");
        Self {
            address: address.trim_end_matches('/').to_owned(),
            child,
        }
    }

    fn ask(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the program listens");
        let host = &self.address;
        let text = text.replace(
            "\r\n\r\n",
            &format!("\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        );
        stream.write_all(text.as_bytes()).expect("it is read");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is answered");
        answer
    }

    /// Sends a signal; the exit code and what was printed on standard error.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        let status = self.child.wait().expect("the program ends");
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().expect("it is piped");
        pipe.read_to_string(&mut stderr).expect("it is text");
        (status.code(), stderr)
    }
}

const ANALYZE: &str = "POST /api/v1/analyze HTTP/1.1\r\nContent-Type: application/json\r\n";

fn analyze(code: &str) -> String {
    let files = serde_json::json!({ "files": [{ "path": "secret_name.py", "content": code }] });
    let body = files.to_string();
    format!("{ANALYZE}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[cfg(unix)]
#[test]
fn it_answers_until_it_is_told_to_stop() {
    let serving = Serving::start(&[]);
    let answer = serving.ask(&analyze("import os\nos.system(input())\n"));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("\"rule\":\"command-injection\""),
        "{answer}"
    );
    let page = serving.ask("GET / HTTP/1.1\r\n\r\n");
    assert!(page.contains("<title>"), "{page}");
    let (code, _) = serving.stop("-TERM");
    assert_eq!(code, Some(0));
    let (code, _) = Serving::start(&[]).stop("-INT");
    assert_eq!(code, Some(0));
}

#[cfg(unix)]
#[test]
fn the_log_holds_no_code() {
    let serving = Serving::start(&["--verbose"]);
    serving.ask(&analyze("import os\nsecret_value = 1\n"));
    serving.ask("GET /secret?secret=1 HTTP/1.1\r\n\r\n");
    let (_, log) = serving.stop("-TERM");
    assert!(log.contains("POST /api/v1/analyze 200, "), "{log}");
    assert!(log.contains("GET other 404, "), "{log}");
    assert!(!log.contains("secret"), "{log}");
}

#[cfg(unix)]
#[test]
fn with_a_token_only_who_knows_it_is_answered() {
    let serving = Serving::start(&["--token", "0123456789abcdef"]);
    let answer = serving.ask("GET /api/v1/rules HTTP/1.1\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let with = "GET /metrics HTTP/1.1\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n";
    assert!(serving.ask(with).starts_with("HTTP/1.1 200 "));
    serving.stop("-TERM");
}

#[test]
fn what_cannot_be_served_is_said() {
    let project = Project::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    for (arguments, what) in [
        (
            &["serve", "--host", "0.0.0.0", "--port", "0"][..],
            "set a token",
        ),
        (&["serve", "--token", "short"], "at least 16"),
        (
            &["serve", "--host", "no such host", "--port", "0"],
            "no address",
        ),
        (&["serve", "--port", &port], "cannot listen on"),
    ] {
        let run = project.run(arguments);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.stderr.contains(what), "{run}");
        assert_eq!(run.stdout, "", "{run}");
    }
}
