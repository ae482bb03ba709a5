//! Programs as DeepCoder writes them: a line for each call of a function.

use std::fmt::Write as _;

use crate::ast::{Function, List, Number, Operator, Program, Test};
use crate::evaluate::digit;

/// The lines of `program`. `None` if the last line cannot be the result: it is an argument, and lines stand before it.
pub fn lines(program: &Program) -> Option<String> {
    let mut lines = Lines {
        arguments: arguments(program),
        lines: Vec::new(),
        lists: Vec::new(),
        numbers: Vec::new(),
    };
    let mut rest = program;
    let result = loop {
        match rest {
            Program::List { list } => break lines.list(list)?,
            Program::Number { number } => break lines.number(number)?,
            Program::NameList {
                name,
                value,
                rest: inner,
            } => {
                let line = lines.list(value)?;
                bind(&mut lines.lists, digit(name.0), line);
                rest = inner;
            }
            Program::NameNumber {
                name,
                value,
                rest: inner,
            } => {
                let line = lines.number(value)?;
                bind(&mut lines.numbers, digit(name.0), line);
                rest = inner;
            }
        }
    };
    let last = lines.arguments + lines.lines.len() - 1;
    if result != last {
        // A line of a name that the result does not need is behind it: the result is said once more.
        let again = lines.lines.get(result.checked_sub(lines.arguments)?)?.clone();
        lines.lines.push(again);
    }
    let inputs = (0..lines.arguments).map(|_| "INPUT");
    let mut text = String::new();
    for (number, line) in inputs.chain(lines.lines.iter().map(String::as_str)).enumerate() {
        let separator = if number == 0 { "" } else { " | " };
        let _ = write!(text, "{separator}x{number} = {line}");
    }
    Some(text)
}

struct Lines {
    /// Number of arguments.
    arguments: usize,
    /// What is right of the equals signs, behind the arguments.
    lines: Vec<String>,
    /// The lines of the names in scope: pairs of a name and a line.
    lists: Vec<(usize, usize)>,
    numbers: Vec<(usize, usize)>,
}

impl Lines {
    /// The line that has the value of `list`.
    fn list(&mut self, list: &List) -> Option<usize> {
        let text = match list {
            List::First => return Some(0),
            List::Argument(name) => return Some(digit(name)),
            List::Name(name) => return bound(&self.lists, digit(name.0)),
            List::Take { count, list } => format!("Take x{} x{}", self.number(count)?, self.list(list)?),
            List::Drop { count, list } => format!("Drop x{} x{}", self.number(count)?, self.list(list)?),
            List::Reverse { list } => format!("Reverse x{}", self.list(list)?),
            List::Sort { list } => format!("Sort x{}", self.list(list)?),
            List::Map { function, list } => format!("Map {} x{}", function_text(function), self.list(list)?),
            List::Filter { test, list } => format!("Filter {} x{}", test_text(test), self.list(list)?),
            List::ZipWith { operator, left, right } => {
                format!(
                    "ZipWith {} x{} x{}",
                    operator_text(operator),
                    self.list(left)?,
                    self.list(right)?
                )
            }
            List::Scan { operator, list } => format!("Scanl1 {} x{}", operator_text(operator), self.list(list)?),
        };
        Some(self.line(text))
    }

    /// The line that has the value of `number`.
    fn number(&mut self, number: &Number) -> Option<usize> {
        let text = match number {
            Number::Argument(name) => return Some(digit(name)),
            Number::Name(name) => return bound(&self.numbers, digit(name.0)),
            Number::Head { list } => format!("Head x{}", self.list(list)?),
            Number::Last { list } => format!("Last x{}", self.list(list)?),
            Number::Access { index, list } => format!("Access x{} x{}", self.number(index)?, self.list(list)?),
            Number::Minimum { list } => format!("Minimum x{}", self.list(list)?),
            Number::Maximum { list } => format!("Maximum x{}", self.list(list)?),
            Number::Sum { list } => format!("Sum x{}", self.list(list)?),
            Number::Count { test, list } => format!("Count {} x{}", test_text(test), self.list(list)?),
        };
        Some(self.line(text))
    }

    /// The line that calls `text`.
    fn line(&mut self, text: String) -> usize {
        let known = self.lines.iter().position(|line| *line == text);
        let number = known.unwrap_or_else(|| {
            self.lines.push(text);
            self.lines.len() - 1
        });
        self.arguments + number
    }
}

fn bind(names: &mut Vec<(usize, usize)>, name: usize, line: usize) {
    names.push((name, line));
}

/// The line of the name that was bound last.
fn bound(names: &[(usize, usize)], name: usize) -> Option<usize> {
    names.iter().rfind(|(bound, _)| *bound == name).map(|(_, line)| *line)
}

/// One more than the greatest number of an argument in `program`, at least 1.
fn arguments(program: &Program) -> usize {
    match program {
        Program::List { list } => of_list(list),
        Program::Number { number } => of_number(number),
        Program::NameList { value, rest, .. } => of_list(value).max(arguments(rest)),
        Program::NameNumber { value, rest, .. } => of_number(value).max(arguments(rest)),
    }
}

fn of_list(list: &List) -> usize {
    match list {
        List::First | List::Name(_) => 1,
        List::Argument(name) => digit(name).saturating_add(1),
        List::Take { count, list } | List::Drop { count, list } => of_number(count).max(of_list(list)),
        List::ZipWith { left, right, .. } => of_list(left).max(of_list(right)),
        List::Reverse { list }
        | List::Sort { list }
        | List::Map { list, .. }
        | List::Filter { list, .. }
        | List::Scan { list, .. } => of_list(list),
    }
}

fn of_number(number: &Number) -> usize {
    match number {
        Number::Argument(name) => digit(name).saturating_add(1),
        Number::Name(_) => 1,
        Number::Access { index, list } => of_number(index).max(of_list(list)),
        Number::Head { list }
        | Number::Last { list }
        | Number::Minimum { list }
        | Number::Maximum { list }
        | Number::Sum { list }
        | Number::Count { list, .. } => of_list(list),
    }
}

fn function_text(function: &Function) -> &'static str {
    match function {
        Function::Increment => "(+1)",
        Function::Decrement => "(-1)",
        Function::Double => "(*2)",
        Function::Half => "(/2)",
        Function::Negate => "(*(-1))",
        Function::Square => "(**2)",
        Function::Triple => "(*3)",
        Function::Third => "(/3)",
        Function::Quadruple => "(*4)",
        Function::Quarter => "(/4)",
    }
}

fn test_text(test: &Test) -> &'static str {
    match test {
        Test::Positive => "(>0)",
        Test::Negative => "(<0)",
        Test::Even => "(%2==0)",
        Test::Odd => "(%2==1)",
    }
}

fn operator_text(operator: &Operator) -> &'static str {
    match operator {
        Operator::Add => "(+)",
        Operator::Subtract => "(-)",
        Operator::Multiply => "(*)",
        Operator::Min => "(min)",
        Operator::Max => "(max)",
    }
}
