//! `hognose serve`: the web page and the interface behind it.

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use hognose_check::{Input, Settings, check};

use crate::arguments::{CommonArguments, ServeArguments};
use crate::exit::Exit;
use crate::output;
use crate::serve::{self, Access, Limits, Reach, Server, TOKEN_CHARACTERS_MIN, is_usable_token};
use crate::terminal::{self, Verbosity};

pub fn run(arguments: ServeArguments, common: &CommonArguments) -> Result<Exit> {
    let ServeArguments {
        host,
        port,
        token,
        allow_host,
        open,
    } = arguments;
    let token = token.filter(|token| !token.is_empty());
    if token.as_deref().is_some_and(|it| !is_usable_token(it)) {
        bail!(
            "--token: at least {TOKEN_CHARACTERS_MIN} letters, digits, `-`, `_`, `.` or `~` are \
             needed"
        );
    }
    let address = resolve(&host, port)?;
    let has_token = token.is_some();
    let mut names = allow_host;
    if host.parse::<IpAddr>().is_err() {
        names.push(host.clone());
    }
    let listener = TcpListener::bind(address).with_context(|| {
        format!("cannot listen on {address}; is another program there? (`--port` takes another)")
    })?;
    let address = listener.local_addr().context("cannot find the port")?;
    let access = Access::new(address.ip(), address.port(), names, token);
    if access.reach == Reach::Network && !has_token {
        bail!(
            "others could connect to {host}: set a token, such as HOGNOSE_TOKEN=$(openssl rand \
             -hex 16)"
        );
    }
    let verbosity = common.verbosity();
    let page = page_address(address);
    serve::run(
        listener,
        || Server::new(access, Limits::default(), verbosity),
        || {
            announce(&page, verbosity);
            // The first request is as quick as the others.
            rayon::spawn(warm_up);
            if open {
                open_page(&page);
            }
        },
    )?;
    Ok(Exit::Clean)
}

fn resolve(host: &str, port: u16) -> Result<SocketAddr> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut addresses = (bare, port)
        .to_socket_addrs()
        .with_context(|| format!("--host: `{host}` is no address of this machine"))?;
    let address = addresses.next();
    address.with_context(|| format!("--host: `{host}` has no address"))
}

/// What a browser on this machine has to be given.
fn page_address(address: SocketAddr) -> String {
    let port = address.port();
    match address.ip() {
        ip if ip.is_unspecified() => format!("http://localhost:{port}/"),
        IpAddr::V4(ip) => format!("http://{ip}:{port}/"),
        IpAddr::V6(ip) => format!("http://[{ip}]:{port}/"),
    }
}

fn announce(page: &str, verbosity: Verbosity) {
    // The address is what a caller waits for, also with --quiet.
    drop(output::to_stdout(&format!("{page}\n")));
    if verbosity != Verbosity::Quiet {
        terminal::note("the page stays on this machine; Ctrl-C stops it");
    }
}

/// Reads the models and compiles the patterns.
fn warm_up() {
    let input = Input {
        path: "warm.py".to_owned(),
        bytes: b"import os\n\n\ndef run(name):\n    os.system(name)\n".to_vec(),
    };
    drop(check(vec![input], &Settings::default()));
}

fn open_page(page: &str) {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(first)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        terminal::warning(&format!("cannot open a browser; the page is at {page}"));
    }
}
