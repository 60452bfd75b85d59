//! The clock, for reports that say when they were made.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use hognose_report::{Moment, RunTime};

static START: OnceLock<Moment> = OnceLock::new();

/// Remembers when the program was started.
pub fn start() {
    START.get_or_init(now);
}

/// From the start of the program to now.
pub fn run_time() -> RunTime {
    RunTime {
        start: *START.get_or_init(now),
        end: now(),
    }
}

pub fn now() -> Moment {
    // A clock before 1970 is not set; nothing depends on it.
    Moment(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs()),
    )
}
