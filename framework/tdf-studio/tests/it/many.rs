//! Many pages at once.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Events, Server};

/// A search that does not end by itself.
fn endless(seed: u64) -> serde_json::Value {
    let target = "(+ (+ (Circle 3 5 8) (Quad 4 10 2 6 0)) (- (Quad 9 9 7 7 0) (Circle 2 11 3)))";
    json!({
        "subject": "csg2d", "target": { "program": target }, "method": "random", "seconds": 3000, "criterion": "exact", "seed": seed,
    })
}

#[test]
fn fifty_searches_all_come_on() {
    let server = Server::new();
    let ids: Vec<u64> = (0..50).map(|seed| server.search(&endless(seed))).collect();
    std::thread::scope(|scope| {
        for &id in &ids {
            let server = &server;
            scope.spawn(move || {
                let mut events = Events::of(server, id);
                // It comes on twice: the others do not keep it from going on.
                let mut seen = Vec::new();
                events.until(|_, data| {
                    let renders = data["renders"].as_u64().unwrap_or(0);
                    if renders > 0 && !seen.contains(&renders) {
                        seen.push(renders);
                    }
                    seen.len() == 2
                });
                server.post(&format!("/api/searches/{id}/stop"), &json!({}));
                events.until(|name, data| {
                    assert_ne!(name, "failure", "{data}");
                    name == "end"
                });
            });
        }
    });
}

#[test]
fn a_page_that_closes_frees_its_search_and_too_many_are_refused() {
    let server = Server::new();
    let ids: Vec<u64> = (0..64).map(|seed| server.search(&endless(seed))).collect();
    // One page stays open.
    let mut kept = Events::of(&server, ids[0]);
    let refused = server.post("/api/searches", &endless(99));
    assert_eq!(refused.status, 429);
    assert!(
        refused.error().contains("64 searches are under way"),
        "{}",
        refused.error()
    );
    // The others were never looked at: they end, and there is room again.
    let (begun, end) = (Instant::now(), Duration::from_secs(100));
    while server.post("/api/searches", &endless(99)).status == 429 {
        assert!(begun.elapsed() < end, "no search was freed");
        std::thread::sleep(Duration::from_millis(200));
    }
    kept.until(|name, data| {
        assert_eq!(name, "progress", "{data}");
        data["renders"].as_u64() > Some(0)
    });
    server.post(&format!("/api/searches/{}/stop", ids[0]), &json!({}));
    kept.until(|name, _| name == "end");
}
