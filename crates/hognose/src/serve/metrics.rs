//! Counters in the text format of Prometheus. They hold sizes and times, never code or names.
//!
//! ```text
//! hognose_requests_total{route="/api/v1/analyze",status="200"} 17
//! hognose_analysis_seconds_bucket{le="0.05"} 16
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::lanes::Lanes;

/// Upper bounds of the buckets, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Default)]
pub struct Metrics {
    /// By route (one of ours, so there are few) and status.
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    buckets: [AtomicU64; BOUNDS.len()],
    analyses: AtomicU64,
    microseconds: AtomicU64,
    lines: AtomicU64,
    findings: AtomicU64,
}

impl Metrics {
    pub fn count_request(&self, route: &'static str, status: u16) {
        let mut requests = self.requests.lock().expect("nobody panics with the map");
        *requests.entry((route, status)).or_default() += 1;
    }

    pub fn count_analysis(&self, time: Duration, lines: usize, findings: usize) {
        let add = |counter: &AtomicU64, count: u64| counter.fetch_add(count, Ordering::Relaxed);
        let seconds = time.as_secs_f64();
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            if seconds <= bound {
                add(bucket, 1);
            }
        }
        add(&self.analyses, 1);
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        add(&self.microseconds, microseconds);
        add(&self.lines, lines as u64);
        add(&self.findings, findings as u64);
    }

    pub fn text(&self, lanes: &Lanes) -> String {
        let mut text = String::new();
        self.write(&mut text, lanes)
            .expect("writing to a String cannot fail");
        text
    }

    fn write(&self, text: &mut String, lanes: &Lanes) -> std::fmt::Result {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        head(
            text,
            "requests_total",
            "counter",
            "Requests by route and status.",
        )?;
        let requests = self.requests.lock().expect("nobody panics with the map");
        for ((route, status), count) in &*requests {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            writeln!(text, "hognose_requests_total{{{labels}}} {count}")?;
        }
        drop(requests);
        let what = "How long analyses took.";
        head(text, "analysis_seconds", "histogram", what)?;
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            let count = get(bucket);
            writeln!(
                text,
                "hognose_analysis_seconds_bucket{{le=\"{bound}\"}} {count}"
            )?;
        }
        let count = get(&self.analyses);
        writeln!(
            text,
            "hognose_analysis_seconds_bucket{{le=\"+Inf\"}} {count}"
        )?;
        let seconds = Duration::from_micros(get(&self.microseconds)).as_secs_f64();
        writeln!(text, "hognose_analysis_seconds_sum {seconds}")?;
        writeln!(text, "hognose_analysis_seconds_count {count}")?;
        for (name, kind, what, value) in [
            (
                "analysed_lines_total",
                "counter",
                "Lines that were analysed.",
                get(&self.lines),
            ),
            (
                "findings_total",
                "counter",
                "Findings that were reported.",
                get(&self.findings),
            ),
            (
                "lanes_busy",
                "gauge",
                "Analyses that run now.",
                lanes.busy() as u64,
            ),
            (
                "queue_length",
                "gauge",
                "Requests that wait for a lane.",
                lanes.waiting() as u64,
            ),
        ] {
            head(text, name, kind, what)?;
            writeln!(text, "hognose_{name} {value}")?;
        }
        Ok(())
    }
}

fn head(text: &mut String, name: &str, kind: &str, what: &str) -> std::fmt::Result {
    writeln!(text, "# HELP hognose_{name} {what}")?;
    writeln!(text, "# TYPE hognose_{name} {kind}")
}
