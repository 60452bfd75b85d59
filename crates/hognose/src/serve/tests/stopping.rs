//! A server with connections: slow clients, and the end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::super::listen::serve;
use super::super::{Limits, Server};
use super::server_with;

struct Running {
    server: Arc<Server>,
    port: u16,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(limits: Limits) -> Running {
    let server = server_with("127.0.0.1", None, limits);
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let (stop, stopped) = oneshot::channel::<()>();
    let own = Arc::clone(&server);
    let task = tokio::spawn(async move {
        serve(listener, &own, async {
            drop(stopped.await);
        })
        .await;
    });
    Running {
        server,
        port,
        stop,
        task,
    }
}

/// Sends `text` and reads until the server closes; off the threads of the runtime.
async fn talk(port: u16, text: &'static str) -> String {
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.write_all(text.as_bytes()).expect("it is read");
        let mut answer = String::new();
        drop(stream.read_to_string(&mut answer));
        answer
    });
    answer.await.expect("the client does not panic")
}

fn quick() -> Limits {
    Limits {
        lanes: 1,
        arrival_time: Duration::from_millis(200),
        ..Limits::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_dawdles_is_given_up() {
    let running = start(quick()).await;
    let start = Instant::now();
    let half = "POST /api/v1/analyze HTTP/1.1\r\nHost: loc";
    talk(running.port, half).await;
    let no_body = "POST /api/v1/analyze HTTP/1.1\r\nHost: localhost\r\n\
                   Content-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{";
    let answer = talk(running.port, no_body).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(5));
    let whole = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = talk(running.port, whole).await;
    assert!(answer.ends_with("ok\n"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_under_way_still_comes() {
    let running = start(Limits {
        lanes: 1,
        ..Limits::default()
    })
    .await;
    let (release, stuck) = std::sync::mpsc::channel::<()>();
    let slow = Arc::clone(&running.server);
    let slow = tokio::spawn(async move { slow.run(move || stuck.recv().is_ok()).await });
    while running.server.lanes.busy() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let waiting = tokio::spawn(talk(
        running.port,
        "POST /api/v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: 43\r\n\r\n{\"files\":[{\"path\":\"a.py\",\"content\":\"x=1\"}]}",
    ));
    while running.server.lanes.waiting() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    running.stop.send(()).expect("the server runs");
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!running.task.is_finished(), "somebody still waits");
    release.send(()).expect("the slow one waits");
    assert!(slow.await.expect("the task ends").is_ok());
    let answer = waiting.await.expect("the client ends");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    running.task.await.expect("the server ends");
    let refused = TcpStream::connect(("127.0.0.1", running.port));
    assert!(refused.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_does_not_wait_for_ever() {
    let running = start(Limits {
        lanes: 1,
        drain_time: Duration::from_millis(50),
        ..quick()
    })
    .await;
    let silent = TcpStream::connect(("127.0.0.1", running.port)).expect("the server listens");
    tokio::time::sleep(Duration::from_millis(20)).await;
    running.stop.send(()).expect("the server runs");
    let end = tokio::time::timeout(Duration::from_secs(5), running.task).await;
    assert!(end.is_ok_and(|end| end.is_ok()));
    drop(silent);
}
