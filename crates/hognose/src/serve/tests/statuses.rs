//! Each answer and each refusal, with its headers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::super::{Limits, Peer, Server};
use super::{VULNERABLE, analyze, get, post, post_text, send, server, server_with};

#[tokio::test]
async fn what_is_wrong_is_found_and_what_is_right_is_not() {
    let server = server();
    let answer = analyze(&server, "snippet.py", VULNERABLE).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    let report = answer.json();
    let injections = |report: &Value| -> Vec<Value> {
        let findings = report["findings"].as_array().expect("it is a list").iter();
        let own = findings.filter(|finding| finding["class"] == "command-injection");
        own.map(|finding| finding["location"]["line"].clone())
            .collect()
    };
    assert_eq!(injections(&report), [6]);
    assert_eq!(report["syntax_errors"], json!([]));
    let rows = report["summary"].as_array().expect("it is a list");
    let row = rows.iter().find(|row| row["class"] == "command-injection");
    assert_eq!(row.expect("the class is listed")["state"], "unsafe");
    let secure = include_str!("python/secure.py");
    let answer = analyze(&server, "snippet.py", secure).await;
    assert_eq!(injections(&answer.json()), [0; 0]);
}

#[tokio::test]
async fn files_of_a_request_are_one_program() {
    let files = json!([
        { "path": "app/run.py", "content": "import os\n\n\ndef run(name):\n    os.system(\"ls \" + name)\n" },
        { "path": "app/views.py", "content": include_str!("python/views.py") },
    ]);
    let wish = json!({ "files": files, "mode": "project" });
    let report = post(&server(), "/api/v1/analyze", &wish).await.json();
    let trace = report["findings"][0]["trace"].as_array();
    let trace = trace.expect("the finding has a trace");
    assert_eq!(trace[0]["location"]["path"], "app/views.py");
}

#[tokio::test]
async fn rules_and_confidence_can_be_chosen() {
    let server = server();
    let files = json!([{ "path": "a.py", "content": VULNERABLE }]);
    let with = |more: Value| {
        let mut wish = json!({ "files": files });
        wish.as_object_mut()
            .expect("it is an object")
            .extend(more.as_object().expect("it is an object").clone());
        wish
    };
    let uri = "/api/v1/analyze";
    let other = post(&server, uri, &with(json!({ "select": ["sql-injection"] }))).await;
    assert_eq!(other.json()["findings"], json!([]));
    let own = post(
        &server,
        uri,
        &with(json!({ "select": ["command-injection"] })),
    )
    .await;
    assert!(own.text.contains("\"rule\":\"command-injection\""));
    let none = post(&server, uri, &with(json!({ "select": null }))).await;
    assert_eq!(none.status, 200);
    let unknown = post(&server, uri, &with(json!({ "select": ["sql-injektion"] }))).await;
    assert_eq!((unknown.status, &*unknown.problem()), (422, "unknown-rule"));
    assert!(unknown.text.contains("did you mean"), "{}", unknown.text);
    let level = post(&server, uri, &with(json!({ "min_confidence": "certain" }))).await;
    assert_eq!((level.status, &*level.problem()), (422, "wrong-shape"));
}

#[tokio::test]
async fn broken_code_says_where() {
    let code = "def f(:\n    pass\n\nimport os\nos.system(input())\n";
    let report = analyze(&server(), "a.py", code).await.json();
    let error = &report["syntax_errors"][0];
    assert_eq!(error["path"], "a.py");
    assert_eq!(error["line"], 1);
    assert!(error["column"].as_u64() > Some(1));
    assert!(!report["incomplete"][0]["reason"].to_string().is_empty());
    let findings = report["findings"].to_string();
    assert!(findings.contains("\"command-injection\""), "{findings}");
}

#[tokio::test]
async fn every_format_can_be_downloaded() {
    let server = server();
    for format in hognose_report::Format::ALL {
        let wish = json!({
            "files": [{ "path": "a.py", "content": VULNERABLE }],
            "format": format.name(),
        });
        let answer = post(&server, "/api/v1/report", &wish).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), format.media_type());
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
        assert!(answer.text.contains("command-injection"), "{}", answer.text);
    }
    let wish = json!({ "files": [{ "path": "a.py", "content": "" }], "format": "docx" });
    let answer = post(&server, "/api/v1/report", &wish).await;
    assert_eq!((answer.status, &*answer.problem()), (422, "unknown-format"));
}

#[tokio::test]
async fn what_was_found_is_repaired_and_what_is_unknown_is_refused() {
    let server = server();
    let files = json!([{ "path": "a.py", "content": include_str!("python/query.py") }]);
    let found = json!({ "files": files, "select": ["sql-injection"] });
    let report = post(&server, "/api/v1/analyze", &found).await.json();
    let fingerprint = &report["findings"][0]["fingerprint"];
    assert_eq!(report["findings"][0]["fix"]["level"], "verified");
    let wish = json!({ "files": files, "fingerprints": [fingerprint, "0123"], "select": ["sql-injection"] });
    let answer = post(&server, "/api/v1/fix", &wish).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["applied"], json!([fingerprint]));
    assert_eq!(answer["refused"][0]["fingerprint"], "0123");
    assert_eq!(answer["report"]["findings"], json!([]));
    let content = answer["files"][0]["content"]
        .as_str()
        .expect("it is a text");
    assert!(content.contains("(name,)"), "{content}");
    let other = json!({ "files": files, "fingerprints": [], "select": ["sql-injection"] });
    let other = post(&server, "/api/v1/fix", &other).await.json();
    assert_eq!(
        (&other["files"], &other["applied"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(other["refused"], json!([]));
}

#[tokio::test]
async fn lists_and_pages() {
    let server = server();
    let rules = get(&server, "/api/v1/rules").await.json();
    let rules = rules.as_array().expect("it is a list");
    assert_eq!(rules.len(), hognose_check::rules().len());
    assert!(
        rules
            .iter()
            .any(|rule| rule["id"] == "sql-injection" && rule["group"] == "security")
    );
    let guides = get(&server, "/api/v1/guides").await.json();
    assert!(guides.as_array().is_some_and(|guides| guides.len() > 20));
    let guide = get(&server, "/api/v1/guides/path-traversal").await.json();
    assert_eq!(guide["id"], "path-traversal");
    let missing = get(&server, "/api/v1/guides/nothing").await;
    assert_eq!((missing.status, &*missing.problem()), (404, "not-found"));
    assert_eq!(get(&server, "/healthz").await.text, "ok\n");
    assert_eq!(
        get(&server, "/openapi.json").await.json()["openapi"],
        "3.1.0"
    );
}

#[tokio::test]
async fn metrics_count_and_hold_no_code() {
    let server = server();
    analyze(&server, "secret_name.py", VULNERABLE).await;
    get(&server, "/nowhere/secret").await;
    let text = get(&server, "/metrics").await.text;
    for line in [
        "hognose_requests_total{route=\"/api/v1/analyze\",status=\"200\"} 1",
        "hognose_requests_total{route=\"other\",status=\"404\"} 1",
        "hognose_analysis_seconds_count 1",
        "hognose_analysed_lines_total 7",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let server = server();
    for uri in ["/", "/api/v1/rules", "/nowhere", "/api/v1/analyze"] {
        let answer = get(&server, uri).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{uri}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{uri}: {policy}");
        for loose in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
            assert!(!policy.contains(loose), "{uri}: {policy}");
        }
        assert!(policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
    let page = get(&server, "/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.contains("require-trusted-types-for 'script'"));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(policy.contains("style-src 'self';"), "{policy}");
    let again = get(&server, "/index.html").await;
    assert_eq!(policy, again.header("content-security-policy"));
}

#[tokio::test]
async fn the_bundle_is_compressed_for_those_who_take_it() {
    let server = server();
    let with = async |name: &str, value: &str| {
        let request = Request::builder()
            .uri("/page.js")
            .header("host", "localhost:8787")
            .header(name, value);
        let request = request.body(Body::empty()).expect("it is a request");
        send(&server, request).await
    };
    for value in ["gzip", "br, GZIP;q=0.5", "deflate,gzip"] {
        let answer = with("accept-encoding", value).await;
        assert_eq!(answer.header("content-encoding"), "gzip", "{value}");
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(
            answer.header("content-type"),
            "text/javascript; charset=utf-8"
        );
    }
    for value in ["", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"] {
        let answer = with("accept-encoding", value).await;
        assert_eq!(answer.header("content-encoding"), "", "{value}");
        assert!(answer.text.contains("import"), "{value}");
    }
    let plain = with("accept-encoding", "br").await;
    let compressed = with("accept-encoding", "gzip").await;
    assert_ne!(plain.header("etag"), compressed.header("etag"));
    let known = with("if-none-match", plain.header("etag")).await;
    assert_eq!(known.status, 304);
    let other = with("if-none-match", compressed.header("etag")).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = server();
    let uri = "/api/v1/analyze";
    for text in ["", "{", "{\"files\": [", "no", "{\"files\": []} more"] {
        let answer = post_text(&server, uri, text).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (400, "malformed-json"),
            "{text}"
        );
    }
    for wish in [
        json!([]),
        json!(null),
        json!({}),
        json!({ "files": 3 }),
        json!({ "files": [3] }),
        json!({ "files": [{ "path": "a.py" }] }),
        json!({ "files": [{ "path": "a.py", "content": 3 }] }),
        json!({ "files": [{ "path": "a.py", "content": "", "more": 1 }] }),
        json!({ "files": [{ "path": "a.py", "content": "" }], "mode": "other" }),
        json!({ "files": [{ "path": "a.py", "content": "" }], "more": 1 }),
    ] {
        let answer = post(&server, uri, &wish).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (422, "wrong-shape"),
            "{wish}"
        );
    }
    let answer = post(&server, uri, &json!({ "files": [] })).await;
    assert_eq!((answer.status, &*answer.problem()), (422, "no-files"));
    let wish = json!({ "files": [], "fingerprints": "some" });
    let answer = post(&server, "/api/v1/fix", &wish).await;
    assert_eq!((answer.status, &*answer.problem()), (422, "wrong-shape"));
}

#[tokio::test]
async fn only_json_is_read() {
    let server = server();
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
    ] {
        let request = Request::post("/api/v1/analyze")
            .header("host", "localhost")
            .header("content-type", kind)
            .body(Body::from("{}"))
            .expect("it is a request");
        let answer = send(&server, request).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (415, "not-json"),
            "{kind}"
        );
    }
    let request = Request::post("/api/v1/analyze")
        .header("host", "localhost")
        .header("content-type", "Application/JSON; charset=utf-8")
        .body(Body::from("{}"))
        .expect("it is a request");
    assert_eq!(send(&server, request).await.status, 422);
}

#[tokio::test]
async fn methods_are_told_apart() {
    let server = server();
    let with = async |method: &str, uri: &str| {
        let request = Request::builder().method(method).uri(uri);
        let request = request.header("host", "localhost").body(Body::empty());
        send(&server, request.expect("it is a request")).await
    };
    for (method, uri, allowed) in [
        ("GET", "/api/v1/analyze", "POST"),
        ("PUT", "/api/v1/fix", "POST"),
        ("DELETE", "/api/v1/report", "POST"),
        ("POST", "/api/v1/rules", "GET, HEAD"),
        ("OPTIONS", "/api/v1/rules", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/api/v1/guides/x", "GET, HEAD"),
    ] {
        let answer = with(method, uri).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (405, "wrong-method"),
            "{method} {uri}"
        );
        assert!(
            answer.header("allow").starts_with(&allowed[..3]),
            "{method} {uri}"
        );
    }
    assert_eq!(with("POST", "/nowhere").await.status, 404);
    let head = with("HEAD", "/api/v1/rules").await;
    assert_eq!((head.status, &*head.text), (200, ""));
}

#[tokio::test]
async fn large_requests_are_refused() {
    let limits = Limits {
        body_bytes: 4096,
        files: 2,
        lines: 100,
        names: 3,
        lanes: 1,
        ..Limits::default()
    };
    let server = server_with("127.0.0.1", None, limits);
    let uri = "/api/v1/analyze";
    let answer = post_text(&server, uri, " ".repeat(5000)).await;
    assert_eq!((answer.status, &*answer.problem()), (413, "body-too-large"));
    let announced = Request::post(uri)
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("content-length", "99999999999")
        .body(Body::empty())
        .expect("it is a request");
    assert_eq!(send(&server, announced).await.status, 413);
    let file = |name: &str| json!({ "path": name, "content": "" });
    let wish = json!({ "files": [file("a.py"), file("b.py"), file("c.py")] });
    let answer = post(&server, uri, &wish).await;
    assert_eq!((answer.status, &*answer.problem()), (413, "too-many-files"));
    let answer = analyze(&server, "a.py", &"\n".repeat(100)).await;
    assert_eq!((answer.status, &*answer.problem()), (413, "too-many-lines"));
    let wish = json!({ "files": [file("a.py")], "select": ["B", "B", "B", "B"] });
    let answer = post(&server, uri, &wish).await;
    assert_eq!((answer.status, &*answer.problem()), (413, "too-many-names"));
    assert_eq!(analyze(&server, "a.py", &"\n".repeat(99)).await.status, 200);
}

#[tokio::test]
async fn paths_are_names_and_lead_nowhere() {
    let server = server();
    let long = format!("{}.py", "a".repeat(600));
    for path in [
        "../secret.py",
        "a/../../b.py",
        "/etc/passwd.py",
        "./a.py",
        "a//b.py",
        "a/",
        "",
        "C:\\a.py",
        "C:/a.py",
        "a\\b.py",
        "a\nb.py",
        "a\u{0}.py",
        "notes.txt",
        ".env",
        &long,
    ] {
        let answer = analyze(&server, path, "x = 1\n").await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (422, "bad-path"),
            "{path:?}"
        );
    }
    for path in [
        "a.py",
        "pkg/sub/a.pyi",
        "größe.py",
        "script",
        "a b.py",
        "x.ipynb",
        "..a.py",
    ] {
        let answer = analyze(&server, path, "").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    let file = json!({ "path": "a.py", "content": "" });
    let answer = post(
        &server,
        "/api/v1/analyze",
        &json!({ "files": [file, file] }),
    )
    .await;
    assert_eq!((answer.status, &*answer.problem()), (422, "same-path"));
}

#[tokio::test]
async fn foreign_pages_and_hosts_are_refused() {
    let server = server();
    for (name, value, code) in [
        ("origin", "http://evil.example", "foreign-origin"),
        ("sec-fetch-site", "cross-site", "foreign-origin"),
        ("x-none", "", "wrong-host"),
    ] {
        let host = if code == "wrong-host" {
            "evil.example"
        } else {
            "localhost"
        };
        let request = Request::post("/api/v1/analyze")
            .header("host", host)
            .header("content-type", "application/json")
            .header(name, value)
            .body(Body::from("{}"))
            .expect("it is a request");
        let answer = send(&server, request).await;
        assert_eq!((answer.status, &*answer.problem()), (403, code));
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

const TOKEN: &str = "a-token-of-the-test";

async fn from(server: &Arc<Server>, peer: [u8; 4], token: &str) -> super::Answer {
    let mut request = Request::post("/api/v1/analyze")
        .header("host", "192.0.2.1:8787")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from("{}"))
        .expect("it is a request");
    request.extensions_mut().insert(Peer((peer, 1000).into()));
    send(server, request).await
}

#[tokio::test]
async fn beyond_loopback_a_token_is_needed_and_there_is_a_rate() {
    let limits = Limits {
        rate_per_minute: 60,
        rate_burst: 2,
        lanes: 1,
        ..Limits::default()
    };
    let server = server_with("0.0.0.0", Some(TOKEN), limits);
    let answer = from(&server, [192, 0, 2, 7], "a-wrong-token-of-it").await;
    assert_eq!((answer.status, &*answer.problem()), (401, "token-required"));
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"hognose\""
    );
    for _ in 0..2 {
        assert_eq!(from(&server, [192, 0, 2, 7], TOKEN).await.status, 422);
    }
    let answer = from(&server, [192, 0, 2, 7], TOKEN).await;
    assert_eq!((answer.status, &*answer.problem()), (429, "too-often"));
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(from(&server, [192, 0, 2, 8], TOKEN).await.status, 422);
}

#[tokio::test]
async fn the_address_with_the_token_opens_the_page() {
    let server = server_with("0.0.0.0", Some(TOKEN), Limits::default());
    let open = async |uri: &str, cookie: &str| {
        let request = Request::get(uri)
            .header("host", "192.0.2.1:8787")
            .header("cookie", cookie)
            .body(Body::empty());
        send(&server, request.expect("it is a request")).await
    };
    assert_eq!(open("/", "").await.status, 401);
    let login = open("/?token=a-token-of-the-test", "").await;
    assert_eq!((login.status, login.header("location")), (303, "/"));
    let cookie = login.header("set-cookie");
    let cookie = cookie.split(';').next().expect("there is a first part");
    assert_eq!(open("/", cookie).await.status, 200);
}

#[tokio::test]
async fn whoever_waits_too_long_gets_no_answer_and_a_full_queue_refuses() {
    let limits = Limits {
        lanes: 1,
        queue: 0,
        answer_time: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = server_with("127.0.0.1", None, limits);
    let (release, stuck) = std::sync::mpsc::channel::<()>();
    let slow = server.run(move || stuck.recv().is_ok());
    let quick = async {
        // The slow one has the lane before this is polled.
        analyze(&server, "a.py", "x = 1\n").await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!((quick.status, &*quick.problem()), (429, "busy"));
    assert_eq!(quick.header("retry-after"), "1");
    let slow = slow.expect_err("nobody released it");
    let slow = axum::response::IntoResponse::into_response(slow);
    assert_eq!(slow.status().as_u16(), 504);
    assert!(slow.headers().contains_key("retry-after"));
    release.send(()).expect("the slow one waits");
}
