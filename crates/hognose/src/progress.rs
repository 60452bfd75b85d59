//! A spinner on standard error, for runs that take longer than a second.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter runs show nothing.
const DELAY: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Whether progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    Visible,
    Hidden,
}

/// Shows what the run is doing until it is dropped.
pub struct Progress {
    running: Option<(Sender<String>, JoinHandle<()>)>,
}

impl Progress {
    pub fn start(visibility: Visibility) -> Self {
        if visibility == Visibility::Hidden {
            return Self { running: None };
        }
        let (sender, receiver) = mpsc::channel::<String>();
        let thread = thread::spawn(move || {
            let mut stage = String::new();
            let started = std::time::Instant::now();
            loop {
                match receiver.recv_timeout(DELAY.saturating_sub(started.elapsed())) {
                    Ok(next) => stage = next,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let bar = spinner(stage);
            for next in receiver {
                bar.set_message(next);
            }
            bar.finish_and_clear();
        });
        Self {
            running: Some((sender, thread)),
        }
    }

    /// What is done from now on: "Reading 12 files".
    pub fn stage(&self, text: String) {
        if let Some((sender, _)) = &self.running {
            // The other end lives until this one is dropped.
            drop(sender.send(text));
        }
    }
}

fn spinner(stage: String) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})")
        .expect("the template is a constant");
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(stage);
    bar.enable_steady_tick(TICK);
    bar
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            // A panic of the spinner must not hide the result.
            drop(thread.join());
        }
    }
}
