//! Task sets: what is in them, and what is said of files that are none.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use tdf_data::{Example, ExampleStream, Task, TaskOptions, make_tasks, read_tasks, write_tasks};

use crate::toy::{Fault, toy};
use crate::{options, rainbow};

fn tasks(count: usize, seed: u64) -> (TaskOptions, Vec<Task>) {
    let options = TaskOptions {
        count,
        sizes: 2..=4,
        seed,
        hard: None,
    };
    let tasks = make_tasks(&rainbow(), &options).unwrap();
    (options, tasks)
}

#[test]
fn images_are_distinct_and_show_something() {
    let domain = rainbow();
    let (options, tasks) = tasks(300, 5);
    assert_eq!(tasks.len(), 300);
    let images: BTreeSet<&[u8]> = tasks.iter().map(|t| &t.image[..]).collect();
    assert_eq!(images.len(), 300);
    for task in &tasks {
        assert!(
            options
                .sizes
                .contains(&domain.size().of(task.program.as_ref().unwrap().nodes()))
        );
        assert!(!domain.is_uninformative(&task.image));
        let mut image = vec![0; domain.observation_spec().bytes()];
        domain
            .render(task.program.as_ref().unwrap().nodes(), &mut image)
            .unwrap();
        assert_eq!(image, task.image);
    }
    // A larger set begins with the smaller one.
    assert_eq!(
        make_tasks(&domain, &TaskOptions { count: 20, ..options }).unwrap(),
        tasks[..20]
    );
}

#[test]
fn tasks_are_not_the_targets_of_the_same_seed() {
    let options = tdf_data::ExampleOptions {
        sizes: 8..=8,
        ..options()
    };
    let tasks = make_tasks(
        &rainbow(),
        &TaskOptions {
            count: 200,
            sizes: 8..=8,
            seed: 0,
            hard: None,
        },
    )
    .unwrap();
    let tasks: BTreeSet<_> = tasks.into_iter().map(|t| t.program).collect();
    let stream = ExampleStream::new(rainbow(), options, 0).unwrap();
    let mut example = Example::default();
    for index in 0..200 {
        stream.example(index, &mut example).unwrap();
        assert!(!tasks.contains(&Some(example.target.clone())));
    }
}

#[test]
fn what_is_written_can_be_read() {
    let domain = rainbow();
    let (options, tasks) = tasks(50, 6);
    let mut text = Vec::new();
    write_tasks(&domain, &options, &tasks, &[], &mut text).unwrap();
    assert_eq!(read_tasks(&domain, "tasks.jsonl", &text).unwrap(), tasks);
    // Lines written by hand, with blank lines and Windows line ends.
    let by_hand = "\r\n{\"program\": \"(Box   red)\", \"domain\": \"rainbow\", \"note\": 1}\r\n\r\n";
    let read = read_tasks(&domain, "tasks.jsonl", by_hand).unwrap();
    assert_eq!(
        domain.language().print(read[0].program.as_ref().unwrap().nodes()),
        "(Box red)"
    );
}

#[test]
fn too_many_tasks_are_refused() {
    // Seven shades show something: shade 0 is the background.
    let make = |count| {
        make_tasks(
            &toy(Fault::None),
            &TaskOptions {
                count,
                sizes: 1..=1,
                seed: 1,
                hard: None,
            },
        )
    };
    assert_eq!(make(7).unwrap().len(), 7);
    expect!["only 7 distinct images found for programs of sizes 1..=1 of toy where 8 are wanted: ask for fewer, or for larger programs"]
        .assert_eq(&make(8).unwrap_err().to_string());
    assert!(
        make_tasks(
            &toy(Fault::None),
            &TaskOptions {
                count: 1,
                sizes: 0..=0,
                seed: 1,
                hard: None,
            }
        )
        .is_err()
    );
}

fn check_error(text: &[u8], expect: &Expect) {
    let error = read_tasks(&toy(Fault::FailsOnDark), "tasks.jsonl", text)
        .unwrap_err()
        .to_string();
    expect.assert_eq(&error);
}

#[test]
fn files_that_are_no_task_sets_are_refused() {
    check_error(
        b"",
        &expect!["tasks.jsonl: no tasks in this file; `tdf tasks` makes some"],
    );
    check_error(
        b"\n \n",
        &expect!["tasks.jsonl: no tasks in this file; `tdf tasks` makes some"],
    );
    check_error(
        b"\x89PNG\r\n\x1a\n",
        &expect!["tasks.jsonl:1: not text: is this a task set?"],
    );
    check_error(b"\0\0\0\0", &expect!["tasks.jsonl:1: not text: is this a task set?"]);
    check_error(
        b"{\"domain\": \"toy\", \"program\": \"[1]\"}\n[1]\n",
        &expect!["tasks.jsonl:2: not a task, which is a JSON object with `domain` and `program`"],
    );
    check_error(
        b"{\"domain\": \"toy\"}",
        &expect!["tasks.jsonl:1: not a task: `program` is missing"],
    );
    check_error(
        b"{\"domain\": \"toy\", \"program\": \"[1]\"",
        &expect!["tasks.jsonl:1: not a task: EOF while parsing an object at column 34"],
    );
    check_error(
        b"\n{\"domain\": \"rainbow\", \"program\": \"(Box red)\"}",
        &expect![[r#"tasks.jsonl:2: a task of the domain "rainbow", not of "toy""#]],
    );
    check_error(
        b"{\"domain\": \"toy\", \"grammar\": \"00\", \"program\": \"[1]\"}",
        &expect![
            "tasks.jsonl:1: made with another grammar of toy (fingerprint 00, the grammar in use has 18e949a5cc56); make the tasks again"
        ],
    );
    check_error(
        b"{\"domain\": \"toy\", \"program\": \"(Join [1] [9])\"}",
        &expect![[
            r#"tasks.jsonl:1: the program "(Join [1] [9])" is not one of toy: column 12: found "9", expected r"[0-7]""#
        ]],
    );
    check_error(
        b"{\"domain\": \"toy\", \"program\": \"\"}",
        &expect![[
            r#"tasks.jsonl:1: the program "" is not one of toy: column 1: found the end of the program, expected "[" or "(""#
        ]],
    );
    check_error(
        b"{\"domain\": \"toy\", \"program\": \"[7]\"}",
        &expect!["tasks.jsonl:1: [7] cannot be rendered: too dark"],
    );
}
