//! Where analyses run: a fixed number of lanes, each with one thread of its own.
//!
//! ```text
//! lane 1  ▇▇▇▇▇▇▇▇▇▇▇▇▇ a hostile request
//! lane 2  ▇ ▇ ▇▇ ▇      everybody else
//! ```
//!
//! An analysis spreads its work over the pool it runs in. In one pool for all, a quick request would
//! pick up pieces of a slow one and wait for them; so each lane is a pool of one thread.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::threads::STACK_BYTES;

/// All lanes of a server.
pub struct Lanes {
    /// As many as the semaphore has permits.
    free: Mutex<Vec<Arc<ThreadPool>>>,
    permits: Arc<Semaphore>,
    count: usize,
    waiting: AtomicUsize,
    queue_max: usize,
}

/// Why a job has no result.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// Too many requests wait already.
    Full,
    /// The job panicked: a defect of ours.
    Panicked,
}

impl Lanes {
    pub fn new(count: usize, queue_max: usize) -> Result<Arc<Self>> {
        let lane = |index: usize| {
            ThreadPoolBuilder::new()
                .num_threads(1)
                .stack_size(STACK_BYTES)
                .thread_name(move |_| format!("hognose-lane-{index}"))
                .build()
                .map(Arc::new)
        };
        let free: Result<Vec<_>, _> = (0..count).map(lane).collect();
        Ok(Arc::new(Self {
            free: Mutex::new(free.context("cannot start the threads for analyses")?),
            permits: Arc::new(Semaphore::new(count)),
            count,
            waiting: AtomicUsize::new(0),
            queue_max,
        }))
    }

    /// Runs `job` on the next free lane. Who gives up waiting leaves the queue.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        let lane = Occupied::new(Arc::clone(self), permit);
        let (sender, receiver) = oneshot::channel();
        lane.spawn(job, sender);
        match receiver.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) | Err(_) => Err(Failure::Panicked),
        }
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let _place = Place::new(&self.waiting, self.queue_max).ok_or(Failure::Full)?;
        let permits = Arc::clone(&self.permits);
        let permit = permits.acquire_owned().await;
        Ok(permit.expect("the semaphore is never closed"))
    }

    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub fn busy(&self) -> usize {
        self.count - self.permits.available_permits()
    }
}

/// A place in the queue.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn new(waiting: &'a AtomicUsize, max: usize) -> Option<Self> {
        let place = Self(waiting);
        // Given back by `drop` also where there were too many.
        (waiting.fetch_add(1, Ordering::Relaxed) < max).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A lane in use; free again when it is dropped, which may be after the client has gone.
struct Occupied {
    lanes: Arc<Lanes>,
    pool: Arc<ThreadPool>,
    /// Dropped after the pool has been put back.
    _permit: OwnedSemaphorePermit,
}

impl Occupied {
    fn new(lanes: Arc<Lanes>, permit: OwnedSemaphorePermit) -> Self {
        let mut free = lanes.free.lock().expect(NO_PANIC);
        let pool = free.pop().expect("each permit stands for a free pool");
        drop(free);
        Self {
            lanes,
            pool,
            _permit: permit,
        }
    }

    fn spawn<T: Send + 'static>(
        self,
        job: impl FnOnce() -> T + Send + 'static,
        sender: oneshot::Sender<Result<T, Box<dyn Any + Send>>>,
    ) {
        let pool = Arc::clone(&self.pool);
        pool.spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            drop(self);
            // Nobody listens any more if the client has gone.
            drop(sender.send(result));
        });
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        let mut free = self.lanes.free.lock().expect(NO_PANIC);
        free.push(Arc::clone(&self.pool));
    }
}

const NO_PANIC: &str = "nobody panics while holding the list of lanes";

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::{Failure, Lanes};

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime can be built")
    }

    #[test]
    fn a_stuck_job_does_not_hold_up_the_next() {
        runtime().block_on(async {
            let lanes = Lanes::new(2, 4).expect("lanes can be made");
            let (release, stuck) = mpsc::channel::<()>();
            let slow = tokio::spawn({
                let lanes = Arc::clone(&lanes);
                async move { lanes.run(move || stuck.recv()).await }
            });
            while lanes.busy() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            for number in 0..20 {
                assert_eq!(lanes.run(move || number).await, Ok(number));
            }
            assert_eq!(lanes.busy(), 1, "the slow one still runs");
            release.send(()).expect("the slow one waits");
            assert!(slow.await.expect("the task ends").is_ok());
            assert_eq!(lanes.busy(), 0);
        });
    }

    #[test]
    fn a_full_queue_refuses_and_who_gives_up_leaves_it() {
        runtime().block_on(async {
            let lanes = Lanes::new(1, 1).expect("lanes can be made");
            let (release, stuck) = mpsc::channel::<()>();
            let slow = tokio::spawn({
                let lanes = Arc::clone(&lanes);
                async move { lanes.run(move || stuck.recv()).await }
            });
            while lanes.busy() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let waiting = tokio::spawn({
                let lanes = Arc::clone(&lanes);
                async move { lanes.run(|| ()).await }
            });
            while lanes.waiting() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(lanes.run(|| ()).await, Err(Failure::Full));
            waiting.abort();
            drop(waiting.await);
            assert_eq!(lanes.waiting(), 0);
            release.send(()).expect("the slow one waits");
            assert!(slow.await.expect("the task ends").is_ok());
            assert_eq!(lanes.run(|| 7).await, Ok(7));
        });
    }

    #[test]
    fn a_panic_costs_the_job_and_not_the_lane() {
        runtime().block_on(async {
            let lanes = Lanes::new(1, 1).expect("lanes can be made");
            let failed = lanes.run(|| -> () { panic!("a defect") }).await;
            assert_eq!(failed, Err(Failure::Panicked));
            assert_eq!(lanes.run(|| 7).await, Ok(7));
        });
    }
}
