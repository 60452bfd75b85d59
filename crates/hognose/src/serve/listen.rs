//! Connections: accepting them, giving up on those that dawdle, and stopping without cutting off an
//! answer.
//!
//! ```text
//! Ctrl-C   no new connections; running requests get some seconds; then the program ends
//! ```

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::{Peer, Server, router};
use crate::terminal;

/// After a failure to accept, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Answers requests on `listener` until the program is told to stop.
pub fn run(
    listener: std::net::TcpListener,
    build: impl FnOnce() -> Result<Arc<Server>>,
    ready: impl FnOnce(),
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("hognose-serve")
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let stop = stop()?;
        let server = build()?;
        ready();
        serve(listener, &server, stop).await;
        Ok(())
    })
}

/// Ends when the program is told to stop.
pub fn stop() -> Result<impl Future<Output = ()>> {
    let what = "cannot listen for signals";
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context(what)?;
        let mut interrupt = signal(SignalKind::interrupt()).context(what)?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c().context(what)?;
        Ok(async move {
            interrupt.recv().await;
        })
    }
}

/// Accepts connections until `stop`, then lets those that are open finish.
pub async fn serve(listener: TcpListener, server: &Arc<Server>, stop: impl Future<Output = ()>) {
    let router = router(server);
    let connections = Arc::new(Semaphore::new(server.limits.connections));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let permit = Arc::clone(&connections).acquire_owned();
        let accepted = async {
            let permit = permit.await.expect("the semaphore is never closed");
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let arrival_time = server.limits.arrival_time;
                let watcher = graceful.watcher();
                let connection = converse(stream, peer, router.clone(), arrival_time, watcher);
                tokio::spawn(async move {
                    connection.await;
                    drop(permit);
                });
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    let drain_time = server.limits.drain_time;
    if tokio::time::timeout(drain_time, graceful.shutdown())
        .await
        .is_err()
    {
        terminal::warning("some requests were still running");
    }
}

/// One connection, from its first request to its last.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    arrival_time: Duration,
    watcher: Watcher,
) {
    // Answers are small; waiting to fill packets only delays them.
    drop(stream.set_nodelay(true));
    let service = service_fn(|request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(arrival_time)
        .serve_connection(TokioIo::new(stream), service);
    // What ends a connection is the client's affair.
    drop(watcher.watch(connection).await);
}
