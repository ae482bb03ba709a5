//! The table in Markdown, and the sums.

use crate::row::{Row, Verdict};
use crate::stock::Stock;

/// Characters of a message in the table.
const MAX_MESSAGE: usize = 100;

/// The table: a line for each grammar.
pub fn table(rows: &[Row]) -> String {
    let mut text =
        "| Grammar | Verdict | Its own tool | ms | MB | Programs | Tokens with equal masks | Real parser |\n"
            .to_owned();
    text += "|---|---|---|---|---|---|---|---|\n";
    for row in rows {
        let accepted = row
            .accepted
            .as_ref()
            .map_or("-".to_owned(), |a| format!("{} of {}", a.accepted, a.of));
        let cells = [
            format!("`{}`", row.name),
            verdict(row),
            stock(row).to_owned(),
            row.read_ms.to_string(),
            row.peak_mb.max(row.read_mb).to_string(),
            if row.programs > 0 {
                row.programs.to_string()
            } else {
                "-".to_owned()
            },
            if row.mask_tokens > 0 {
                row.mask_tokens.to_string()
            } else {
                "-".to_owned()
            },
            accepted,
        ];
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

fn verdict(row: &Row) -> String {
    let message = cell(&row.short_message());
    match row.verdict {
        Verdict::Accepted => match &row.no_masks {
            Some(reason) => format!("read; no masks: {}", cell(reason)),
            None => "read".to_owned(),
        },
        Verdict::Refused => format!("refused: {message}"),
        Verdict::Fault(kind) => format!("**{kind:?}**: {message}"),
    }
}

fn stock(row: &Row) -> &'static str {
    match row.stock {
        None => "-",
        Some(Stock::Taken) => "takes it",
        Some(Stock::Refused(_)) => "refuses it",
        Some(Stock::Failed(_)) => "fails",
    }
}

/// A text that a cell of a table can hold.
fn cell(text: &str) -> String {
    let short: String = text.chars().take(MAX_MESSAGE).collect();
    let more = if short.len() < text.len() { "..." } else { "" };
    format!("{}{more}", short.replace('|', "\\|"))
}

/// The sums, in one paragraph.
pub fn sums(rows: &[Row]) -> String {
    let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    let tokens: u64 = rows.iter().map(|row| row.mask_tokens).sum();
    let programs: usize = rows.iter().map(|row| row.programs + row.mutations).sum();
    let refused = count(&|row| row.verdict == Verdict::Refused);
    let mut text = format!(
        "{} grammars: {} read, {refused} refused, {} faults.",
        rows.len(),
        count(&|row| row.verdict == Verdict::Accepted),
        count(&Row::is_fault)
    );
    if rows.iter().any(|row| row.stock.is_some()) {
        let alone = count(&Row::is_refused_alone);
        let too = count(&|row| {
            row.verdict == Verdict::Refused && matches!(row.stock, Some(Stock::Refused(_) | Stock::Failed(_)))
        });
        text += &format!(" Of the refused, their own tools refuse {too} too and take {alone}.");
    }
    text += &format!(
        " {programs} programs and mutations came back from their texts. Masks were compared at {tokens} tokens."
    );
    text
}
