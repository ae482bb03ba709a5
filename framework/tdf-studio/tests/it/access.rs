//! Who is refused.

use serde_json::json;

use crate::http::Server;

#[test]
fn only_a_page_of_the_server_with_the_token_is_answered() {
    let server = Server::new();
    let (port, token) = (server.port, server.token.clone());
    let ask = |path: &str, headers: &[(&str, String)]| {
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        server.raw(&format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{lines}\r\n"), b"")
    };
    let host = ("Host", format!("127.0.0.1:{port}"));
    let cookie = ("Cookie", format!("tdf-studio-{port}={token}"));
    let all = [host.clone(), cookie.clone()];
    assert_eq!(ask("/api/subjects", &all).status, 200);
    let bearer = ("Authorization", format!("Bearer {token}"));
    assert_eq!(ask("/api/subjects", &[host.clone(), bearer]).status, 200);
    let own = ("Origin", format!("http://127.0.0.1:{port}"));
    assert_eq!(ask("/api/subjects", &[host.clone(), cookie.clone(), own]).status, 200);

    // Without the token, with a part of it, with another one, with that of another port.
    let wrong = ["", &token[1..], &"0".repeat(token.len())];
    for wrong in wrong {
        let cookie = ("Cookie", format!("tdf-studio-{port}={wrong}"));
        assert_eq!(ask("/api/subjects", &[host.clone(), cookie]).status, 401);
        assert_eq!(
            ask(&format!("/?token={wrong}"), std::slice::from_ref(&host)).status,
            401
        );
        let bearer = ("Authorization", format!("Bearer {wrong}"));
        assert_eq!(ask("/", &[host.clone(), bearer]).status, 401);
    }
    assert_eq!(ask("/", std::slice::from_ref(&host)).status, 401);
    assert_eq!(ask("/studio.css", std::slice::from_ref(&host)).status, 401);
    // The token in the query is for the first request alone.
    assert_eq!(
        ask(&format!("/api/subjects?token={token}"), std::slice::from_ref(&host)).status,
        401
    );
    // From a page of another origin, and by a name that somebody made to point here.
    for origin in [
        "http://example.org",
        "null",
        &format!("http://127.0.0.1:{}", port ^ 1),
        "",
    ] {
        let origin = ("Origin", (*origin).to_owned());
        assert_eq!(
            ask("/api/subjects", &[host.clone(), cookie.clone(), origin]).status,
            403
        );
    }
    let rebound = ("Host", format!("example.org:{port}"));
    assert_eq!(ask("/api/subjects", &[rebound, cookie.clone()]).status, 403);
    assert_eq!(ask("/api/subjects", &[cookie]).status, 403, "no host");

    // The first request gives the cookie, and takes the token out of the address.
    let first = ask(&format!("/?token={token}"), &[host]);
    assert_eq!(first.status, 303);
    let headers = first.headers.to_lowercase();
    assert!(headers.contains("location: /\r\n"), "{headers}");
    let set = format!("set-cookie: tdf-studio-{port}={token}; httponly; samesite=strict; path=/");
    assert!(headers.contains(&set), "{headers}");
}

#[test]
fn what_is_no_request_of_the_page_is_refused() {
    let server = Server::new();
    for path in [
        "/../Cargo.toml",
        "/js/../../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
        "/js/none.js",
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    // A gigabyte is refused for what it says of itself, and one that says nothing when it is too much.
    let head = server.head("POST", "/api/subjects/csg2d/image", 1 << 30);
    assert_eq!(server.raw(&head, &[0; 1 << 16]).status, 413);
    // A picture of 60,000 pixels a side in a few bytes: only its beginning is true.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0]);
    png.extend([0; 4]);
    let answer = server.post_bytes("/api/subjects/csg2d/image", &png);
    assert_eq!(answer.status, 422);
    assert!(!answer.error().is_empty());
    let refused = |path: &str, body: serde_json::Value, message: &str| {
        let answer = server.post(path, &body);
        assert!([404, 422].contains(&answer.status), "{path}: {}", answer.text());
        assert!(answer.error().contains(message), "{path}: {}", answer.error());
    };
    let target = json!({ "program": "(Circle 3 5 8)" });
    refused("/api/subjects/none/program", json!({ "program": "x" }), "no \"none\"");
    refused("/api/subjects/csg2d/program", json!({ "program": "(Circle 3 5" }), "");
    refused("/api/subjects/csg2d/program", json!({}), "missing field `program`");
    refused(
        "/api/subjects/csg2d/proposals",
        json!({ "program": "(Circle 3 5 8)", "target": target }),
        "no network",
    );
    refused("/api/subjects/formulas/image", json!({}), "inputs");
    let search = |more: serde_json::Value| {
        let mut all = json!({ "subject": "csg2d", "target": target });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    refused("/api/searches", search(json!({ "subject": "none" })), "no \"none\"");
    refused(
        "/api/searches",
        search(json!({ "method": "beam" })),
        "no method \"beam\"",
    );
    refused(
        "/api/searches",
        search(json!({ "seconds": -1 })),
        "seconds have to be above 0",
    );
    refused("/api/searches", search(json!({ "start": "(Circle" })), "");
    refused(
        "/api/searches",
        search(json!({ "method": "enumerate", "start": "(Circle 3 5 8)" })),
        "no initial programs",
    );
    refused("/api/searches", search(json!({ "criterion": "none" })), "none");
    refused(
        "/api/searches",
        search(json!({ "target": { "png": "???" } })),
        "base 64",
    );
    refused("/api/searches", search(json!({ "target": { "png": "AAAA" } })), "");
    refused(
        "/api/searches",
        search(json!({ "target": { "examples": { "format": "csv", "text": "a,b\n1,2" } } })),
        "",
    );
    refused("/api/searches/12345/stop", json!({}), "no search 12345");
    let answer = server.post_bytes("/api/searches", b"{");
    assert_eq!(answer.status, 422);
}

/// No other address of the machine is listened on.
#[test]
fn nothing_listens_beyond_the_loopback() {
    let server = Server::new();
    let listening = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let port = format!("{:04X}", server.port);
    let sockets: Vec<&str> = listening
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1))
        .filter(|local| local.ends_with(&format!(":{port}")))
        .collect();
    assert!(
        !sockets.is_empty() && sockets.iter().all(|local| local.starts_with("0100007F:")),
        "{sockets:?}"
    );
    let six = std::fs::read_to_string("/proc/net/tcp6").unwrap_or_default();
    let is_listening = |line: &str| {
        line.split_whitespace()
            .nth(1)
            .is_some_and(|local| local.ends_with(&format!(":{port}")))
    };
    assert!(!six.lines().any(is_listening));
}
