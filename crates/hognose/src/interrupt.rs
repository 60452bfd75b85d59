//! Ctrl-C ends the program with code 130 on every platform, also for a caller that looks at the
//! code and not at the signal.

use crate::exit::Exit;

/// Installs the handler; without one the platform's default ends the program as well.
pub fn install() {
    // It fails only where the platform has no such signals.
    drop(ctrlc::set_handler(exit));
}

#[expect(
    clippy::exit,
    reason = "the handler runs beside the work, which has nothing to clean up"
)]
fn exit() {
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
