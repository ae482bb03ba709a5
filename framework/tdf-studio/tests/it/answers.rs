//! What the page is told.

use serde_json::{Value as Json, json};

use crate::http::Server;

const BEFORE: &str = "(+ (Circle 3 5 8) (Quad 4 10 2 6 0))";

#[test]
fn subjects_say_what_the_page_needs() {
    let server = Server::new();
    let subjects = server.get("/api/subjects").json();
    let [rainbow, csg2d, formulas] = [0, 1, 2].map(|at| &subjects[at]);
    assert_eq!(
        (&rainbow["kind"], &rainbow["canvas"]["width"]),
        (&json!("image"), &json!(64))
    );
    assert_eq!(csg2d["canvas"]["channels"], 1);
    assert_eq!(
        (&formulas["kind"], &formulas["canvas"]),
        (&json!("values"), &Json::Null)
    );
    let methods: Vec<&str> = csg2d["methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["name"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["anneal", "enumerate", "random"]);
    for subject in [rainbow, csg2d, formulas] {
        // The example is a program.
        let path = format!("/api/subjects/{}/program", subject["id"].as_str().unwrap());
        let answer = server.post(&path, &json!({ "program": subject["example"] }));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[test]
fn programs_are_rendered_with_their_trees() {
    let server = Server::new();
    let ask = |program: &str, target: &str| {
        let target = json!({ "program": target });
        server
            .post(
                "/api/subjects/csg2d/program",
                &json!({ "program": program, "target": target }),
            )
            .json()
    };
    let same = ask(BEFORE, BEFORE);
    assert_eq!((&same["solved"], &same["difference"]), (&json!(true), &json!(0.0)));
    assert!(same["image"].as_str().unwrap().starts_with("data:image/png;base64,"));
    let other = ask("(Circle 3 5 8)", BEFORE);
    assert_eq!(other["solved"], false);
    assert!(other["nearness"].as_f64().unwrap() < 0.9 && other["measure"].as_str().unwrap().starts_with("IoU"));
    // Each node of the tree names its part of the text, inside that of its parent.
    fn check(node: &Json, program: &str) -> usize {
        let place = |name: &str| node[name].as_u64().unwrap() as usize;
        let (start, end) = (place("start"), place("end"));
        let label = node["label"].as_str().unwrap();
        let known = ["Combine", "Add", "Circle", "Quad"].contains(&label);
        assert!(known || label == &program[start..end], "{node}");
        let children = node["children"].as_array().unwrap();
        for child in children {
            let inside = child["start"].as_u64() >= Some(start as u64) && child["end"].as_u64() <= Some(end as u64);
            assert!(inside, "{node}");
        }
        1 + children.iter().map(|child| check(child, program)).sum::<usize>()
    }
    assert_eq!(check(&same["tree"], BEFORE), 12);
    // The place of an error.
    let wrong = server.post("/api/subjects/csg2d/program", &json!({ "program": "(Circle 3 x 8)" }));
    assert_eq!((wrong.status, &wrong.json()["error"]["at"]), (422, &json!(10)));
}

#[test]
fn tokens_that_may_come_next_are_offered() {
    let server = Server::new();
    let ask = |prefix: &str| {
        server
            .post("/api/subjects/csg2d/complete", &json!({ "prefix": prefix }))
            .json()
    };
    let first = ask("");
    assert_eq!((&first["end"], &first["tokens"]), (&json!(false), &json!(["("])));
    let tokens = ask("( ")["tokens"].clone();
    assert!(tokens.as_array().unwrap().contains(&json!("Circle")), "{tokens}");
    assert_eq!(ask("(Circle 3 5 8)")["end"], true);
    assert_eq!(ask("(Circle Circle")["error"]["at"], 8);
    // Every token that is offered is taken.
    for token in tokens.as_array().unwrap() {
        let next = ask(&format!("( {}", token.as_str().unwrap()));
        assert_eq!(next["error"], Json::Null, "{token}");
    }
}

#[test]
fn a_search_is_told_from_beginning_to_end() {
    let server = Server::new();
    let surprise = server
        .post("/api/subjects/rainbow/surprise", &json!({ "seed": 3 }))
        .json();
    let image = surprise["image"].as_str().unwrap();
    let request = json!({
        "subject": "rainbow", "target": { "png": image }, "method": "anneal", "seconds": 60, "seed": 5,
    });
    let answer = server.post("/api/searches", &request).json();
    let command = "tdf search --domain rainbow --target target.png --method anneal --seed 5 --seconds 60";
    assert_eq!(answer["command"], command);
    let (id, mut end) = (answer["id"].as_u64().unwrap(), Json::Null);
    server.events(id, |name, data| {
        assert_ne!(name, "failure", "{data}");
        end = data.clone();
        name == "end"
    });
    assert_eq!((&end["reason"], &end["solved"]), (&json!("solved"), &json!(true)));
    assert!(end["renders"].as_u64().unwrap() > 0);
    let steps = end["path"]["steps"].as_array().unwrap();
    assert_eq!(
        (&steps[steps.len() - 1]["program"], &end["path"]["kind"]),
        (&end["program"], &json!("improvements"))
    );
    // What changed is named, and outside it the program is as before, where a subtree was replaced.
    for pair in steps.windows(2) {
        let (after, place) = (pair[1]["program"].as_str().unwrap(), |name: &str| {
            pair[1][name].as_u64().unwrap() as usize
        });
        let before = pair[0]["program"].as_str().unwrap();
        assert!(
            before.starts_with(&after[..place("start")]) && before.ends_with(&after[place("end")..]),
            "{before} {after}"
        );
    }
    let gif = server.get(&format!("/api/searches/{id}/path.gif"));
    assert!(gif.body.windows(6).any(|six| six == b"GIF89a"));
    // A page that is loaded again sees the end.
    server.events(id, |name, data| name == "end" && data["program"] == end["program"]);
}

#[test]
fn a_search_begins_at_a_given_program_and_stops() {
    let server = Server::new();
    let target = "(+ (+ (Circle 3 5 8) (Quad 4 10 2 6 0)) (- (Quad 9 9 7 7 0) (Circle 2 11 3)))";
    let request = json!({
        "subject": "csg2d", "target": { "program": target }, "method": "anneal", "seconds": 3000, "criterion": "exact",
        "start": "(Circle 2 2 2)",
    });
    let id = server.search(&request);
    let mut first = String::new();
    server.events(id, |_, data| {
        first = data["program"].as_str().unwrap_or_default().to_owned();
        !first.is_empty()
    });
    let control = |what: &str| {
        let answer = server.post(&format!("/api/searches/{id}/{what}"), &json!({}));
        assert_eq!(answer.status, 204, "{}", answer.text());
    };
    control("pause");
    let mut spent = Json::Null;
    server.events(id, |name, data| {
        spent = data["renders"].clone();
        name == "end" || data["state"] == "paused"
    });
    if server
        .post("/api/subjects/csg2d/program", &json!({ "program": first }))
        .status
        == 200
    {
        control("resume");
        server.events(id, |name, data| {
            name == "end" || data["renders"].as_u64() > spent.as_u64()
        });
        control("stop");
    }
    server.events(id, |name, data| {
        assert!(
            name != "end" || ["solved", "stopped"].contains(&data["reason"].as_str().unwrap()),
            "{data}"
        );
        name == "end"
    });
}

#[test]
fn tables_of_examples_are_answered() {
    let server = Server::new();
    let table = "name,greeting\nAda,Hi Ada\nAlan,Hi Alan\nGrace,";
    let target = json!({ "examples": { "format": "csv", "text": table } });
    let id = server.search(&json!({ "subject": "formulas", "target": target, "seconds": 100 }));
    server.events(id, |name, data| {
        assert_ne!(name, "failure", "{data}");
        if name == "end" {
            let rows = data["result"]["rows"].as_array().unwrap();
            assert_eq!(
                rows[2],
                json!({ "inputs": ["Grace"], "output": "Hi Grace", "expected": null })
            );
            assert!(data["result"]["shown"].as_str().unwrap().starts_with('='));
        }
        name == "end"
    });
}
