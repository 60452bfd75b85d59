//! What a request may ask for. A limit that is hit ends the request with an answer that says so; it
//! never thins the result.
//!
//! ```text
//! 65 files          413, "65 files; at most 64 are analysed at once"
//! a slow analysis   504 after `work` evaluations, at the latest after `time`
//! ```

use std::time::Duration;

/// All limits of a server; the tests use smaller ones.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Of a request's body, in bytes.
    pub body_bytes: usize,
    pub files: usize,
    /// Over all files of a request.
    pub lines: usize,
    /// Of one path, in bytes.
    pub path_bytes: usize,
    /// Names in `select`, fingerprints in a wish for fixes.
    pub names: usize,
    /// Analyses at the same time; each has a thread of its own.
    pub lanes: usize,
    /// Requests that wait for a lane.
    pub queue: usize,
    pub connections: usize,
    /// From the first byte of a request to the end of its headers, and again to the end of its body.
    pub arrival_time: Duration,
    /// From the complete request to the answer. Results do not depend on it: whoever hits it gets
    /// none.
    pub answer_time: Duration,
    /// How long requests may still run when the server is told to stop.
    pub drain_time: Duration,
    /// Requests with a body per minute and address, where others than this machine can connect.
    pub rate_per_minute: u32,
    /// Of these, how many may come at once.
    pub rate_burst: u32,
    /// Addresses whose rate is remembered.
    pub addresses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            body_bytes: 1024 * 1024,
            files: 64,
            lines: 20_000,
            path_bytes: 512,
            names: 256,
            // More than processors, so that a few slow requests leave lanes for quick ones.
            lanes: (processors * 2).clamp(4, 64),
            queue: 64,
            connections: 512,
            arrival_time: Duration::from_secs(10),
            answer_time: Duration::from_secs(30),
            drain_time: Duration::from_secs(10),
            // The page asks while somebody types.
            rate_per_minute: 240,
            rate_burst: 60,
            addresses: 4096,
        }
    }
}
