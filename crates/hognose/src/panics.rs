//! What a person sees of a defect of ours: one explanation, not one trace per file.
//!
//! The analysis catches a panic of a single file and reports that file as incomplete; the default
//! hook would still print each of them. So panics are remembered, and only one that ends the
//! program is shown.

use std::panic::{self, PanicHookInfo};
use std::sync::Mutex;

use crate::terminal;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Replaces the default hook. With `RUST_BACKTRACE` set, every panic is printed as usual.
pub fn install() {
    let verbose = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        remember(info);
        if verbose {
            default(info);
        }
    }));
}

fn remember(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let place = info
        .location()
        .map_or_else(String::new, |place| format!(" ({place})"));
    if let Ok(mut last) = LAST.lock() {
        *last = Some(format!("{message}{place}"));
    }
}

/// Explains the panic that ended the program.
pub fn report() {
    let last = LAST.lock().ok().and_then(|mut last| last.take());
    let what = last.unwrap_or_else(|| "unknown".to_owned());
    terminal::error(&format!("internal defect: {what}"));
    terminal::note(
        "this is a mistake in Hognose, not in the analysed code; run again with \
         RUST_BACKTRACE=1 for a trace to report",
    );
}
