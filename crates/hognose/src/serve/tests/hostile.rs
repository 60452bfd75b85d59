//! Input that is made to break something.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::super::Limits;
use super::{VULNERABLE, analyze, get, post_text, server, server_with};

#[tokio::test]
async fn deep_json_is_refused() {
    let server = server();
    for text in [
        "[".repeat(10_000),
        "{\"files\":".repeat(10_000),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{{\"files\":{}", "[".repeat(100_000)),
    ] {
        let answer = post_text(&server, "/api/v1/analyze", text).await;
        assert!(matches!(answer.status, 400 | 422), "{}", answer.text);
        answer.problem();
    }
}

#[tokio::test]
async fn deep_python_is_analysed_as_far_as_it_goes() {
    let server = server();
    for code in [
        format!("x = {}1{}\n", "(".repeat(10_000), ")".repeat(10_000)),
        "[".repeat(10_000),
        format!("x = {}1\n", "-".repeat(10_000)),
        format!("x = a{}\n", ".b".repeat(10_000)),
        (0..500)
            .map(|depth| {
                " ".repeat(depth)
                    + "if x:
"
            })
            .collect(),
    ] {
        let answer = analyze(&server, "a.py", &code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.json()["findings"].is_array());
    }
}

#[tokio::test]
async fn text_that_is_no_unicode_is_refused() {
    let server = server();
    for text in [
        r#"{"files":[{"path":"a.py","content":"x = '\ud800'"}]}"#,
        r#"{"files":[{"path":"a.py","content":"x = '\udc00\ud800'"}]}"#,
        r#"{"files":[{"path":"\ud800.py","content":""}]}"#,
    ] {
        let answer = post_text(&server, "/api/v1/analyze", text).await;
        assert_eq!((answer.status, &*answer.problem()), (400, "malformed-json"));
    }
    let bytes = b"{\"files\":[{\"path\":\"a.py\",\"content\":\"\xff\xfe\"}]}".to_vec();
    assert_eq!(
        post_text(&server, "/api/v1/analyze", bytes).await.status,
        400
    );
    let pair = r#"{"files":[{"path":"a.py","content":"x = '\ud83d\udc0d'"}]}"#;
    assert_eq!(
        post_text(&server, "/api/v1/analyze", pair).await.status,
        200
    );
}

#[tokio::test]
async fn odd_texts_are_answered() {
    let server = server();
    for code in [
        "",
        "\u{feff}x = 1\r\ny = 2\rz = 3\n",
        "\u{0}\u{0}\u{0}\u{0}",
        "x = '\u{202e}'\n",
        "<script>alert(1)</script>",
        "# -*- coding: rot13 -*-\nx = 1\n",
    ] {
        let answer = analyze(&server, "a.py", code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let answer = analyze(&server, "a.ipynb", "{\"cells\": 3}").await;
    assert_eq!(answer.status, 200);
    assert!(
        !answer.json()["incomplete"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
}

#[tokio::test]
async fn a_refusal_repeats_only_the_beginning_of_what_was_sent() {
    let server = server();
    let long = "x".repeat(100_000);
    let text = json!({ "files": long }).to_string();
    let answer = post_text(&server, "/api/v1/analyze", text).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.len() < 1000, "{}", answer.text.len());
}

/// Both lanes but one are stuck; who comes later is answered at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_requests_do_not_hold_up_others() {
    let limits = Limits {
        lanes: 3,
        ..Limits::default()
    };
    let server = server_with("127.0.0.1", None, limits);
    let mut stuck = Vec::new();
    for _ in 0..2 {
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let slow = Arc::clone(&server);
        let slow = tokio::spawn(async move { slow.run(move || wait.recv().is_ok()).await });
        stuck.push((release, slow));
    }
    while server.lanes.busy() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for _ in 0..10 {
        let answer = analyze(&server, "a.py", VULNERABLE).await;
        assert!(answer.text.contains("\"rule\":\"command-injection\""));
        assert_eq!(get(&server, "/healthz").await.status, 200);
    }
    assert_eq!(server.lanes.busy(), 2);
    for (release, slow) in stuck {
        release.send(()).expect("the slow one waits");
        assert!(slow.await.expect("the task ends").is_ok());
    }
}
