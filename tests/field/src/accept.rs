//! What a real parser of the language says of sampled programs.

use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

/// Seconds for a program.
const SECONDS: u64 = 20;

/// Refused programs that are kept.
const KEPT: usize = 3;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Accepted {
    pub accepted: usize,
    pub of: usize,
    /// The shortest of the others.
    pub refused: Vec<String>,
}

/// How a parser is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parser {
    /// A process for each program, which gets it on its standard input and succeeds if it accepts it.
    Each(String),
    /// One process for all, which gets each as a line of JSON and answers each with a line, `1` if it accepts it.
    Lines(String),
}

/// Asks about each program.
///
/// # Errors
/// Of the system: there is no shell.
pub fn ask(parser: &Parser, programs: &[String]) -> io::Result<Accepted> {
    let answers = match parser {
        Parser::Each(command) => programs
            .iter()
            .map(|p| accepts(command, p))
            .collect::<io::Result<Vec<bool>>>()?,
        Parser::Lines(command) => lines(command, programs)?,
    };
    let refused = programs.iter().zip(&answers).filter(|(_, accepted)| !**accepted);
    let mut refused: Vec<String> = refused.map(|(program, _)| program.clone()).collect();
    refused.sort_by_key(String::len);
    refused.truncate(KEPT);
    Ok(Accepted {
        accepted: answers.iter().filter(|accepted| **accepted).count(),
        of: programs.len(),
        refused,
    })
}

/// The answers of one process. What it does not answer it does not accept.
fn lines(command: &str, programs: &[String]) -> io::Result<Vec<bool>> {
    let mut child = shell(command).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("it is piped");
    let questions: Vec<String> = programs.iter().map(|p| format!("{}\n", serde_json::json!(p))).collect();
    let writer = thread::spawn(move || drop(stdin.write_all(questions.concat().as_bytes())));
    let mut stdout = child.stdout.take().expect("it is piped");
    let reader = thread::spawn(move || {
        let mut answers = String::new();
        let _ = stdout.read_to_string(&mut answers);
        answers
    });
    wait(&mut child, Duration::from_secs(SECONDS * programs.len() as u64))?;
    let _ = writer.join();
    let answers = reader.join().unwrap_or_default();
    let mut answers: Vec<bool> = answers.lines().map(|line| line.trim() == "1").collect();
    answers.resize(programs.len(), false);
    Ok(answers)
}

fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell
}

/// Whether a process succeeds in time.
fn wait(child: &mut Child, time: Duration) -> io::Result<bool> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if begun.elapsed() > time {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn accepts(command: &str, program: &str) -> io::Result<bool> {
    let mut child = shell(command).spawn()?;
    let mut stdin = child.stdin.take().expect("it is piped");
    let text = program.to_owned();
    // A parser that stops early does not read to the end.
    let writer = thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
    let accepted = wait(&mut child, Duration::from_secs(SECONDS))?;
    let _ = writer.join();
    Ok(accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_tells_programs_apart() {
        let programs = ["yes".to_owned(), "no".to_owned(), "yes yes".to_owned()];
        let answer = ask(&Parser::Each("grep -q yes".to_owned()), &programs).unwrap();
        assert_eq!((answer.accepted, answer.of), (2, 3));
        assert_eq!(answer.refused, ["no"]);
        let command = "sed -e 's/.*yes.*/1/' -e 's/.*no.*/0/'";
        assert_eq!(ask(&Parser::Lines(command.to_owned()), &programs).unwrap(), answer);
    }

    #[test]
    fn a_parser_that_stops_accepts_nothing_more() {
        let programs = ["a".to_owned(), "b".to_owned()];
        let answer = ask(&Parser::Lines("echo 1".to_owned()), &programs).unwrap();
        assert_eq!((answer.accepted, answer.refused), (1, vec!["b".to_owned()]));
    }
}
