//! Tables in the forms that papers, pages and programs read.

use std::fmt::Write as _;

use crate::CompareError;
use crate::html::scrolling;
use crate::text::{csv_text, html, latex, markdown};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    /// A share from 0 to 1, and its deviation where there are several seeds. Shown in percent.
    Rate(f64, Option<f64>),
    /// A number and its decimals.
    Number(f64, usize),
    P(f64),
    /// Not known, or not applicable.
    Nothing,
}

/// A column: how it is called on paper, and in CSV files.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) key: String,
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// A cell per column, and whether it is the best of its column.
    pub(crate) cells: Vec<(Cell, bool)>,
    /// Further values of the row in CSV files, which have no footer.
    pub(crate) domain_statistics: Vec<(&'static str, String)>,
}

/// A table with its footer.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    pub(crate) notes: Vec<String>,
}

impl Column {
    pub(crate) fn new(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            key: key.into(),
        }
    }
}

impl Cell {
    pub(crate) fn maybe(value: Option<f64>, decimals: usize) -> Self {
        value.map_or(Self::Nothing, |value| Self::Number(value, decimals))
    }

    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Rate(mean, Some(deviation)) => format!("{:.1} ± {:.1}", 100.0 * mean, 100.0 * deviation),
            Self::Rate(mean, None) => format!("{:.1}", 100.0 * mean),
            Self::Number(value, decimals) => format!("{value:.decimals$}"),
            Self::P(p) if *p < 0.001 => "< 0.001".to_owned(),
            Self::P(p) => format!("{p:.3}"),
            Self::Nothing => "-".to_owned(),
        }
    }

    fn latex(&self, is_best: bool) -> String {
        let bold = |text: String| if is_best { format!("\\mathbf{{{text}}}") } else { text };
        match self {
            Self::Text(text) if is_best => format!("\\textbf{{{}}}", latex(text)),
            Self::Text(text) => latex(text),
            Self::Rate(mean, deviation) => {
                let deviation = deviation.map_or(String::new(), |d| format!(" \\pm {:.1}", 100.0 * d));
                format!("${}{deviation}$", bold(format!("{:.1}", 100.0 * mean)))
            }
            Self::P(p) if *p < 0.001 => "$< 0.001$".to_owned(),
            Self::Number(..) | Self::P(_) => format!("${}$", bold(self.plain())),
            Self::Nothing => "--".to_owned(),
        }
    }
}

impl Table {
    /// A column of rates becomes two, of fractions; the domain_statistics follow.
    pub(crate) fn csv(&self) -> Result<Vec<u8>, CompareError> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let is_rate = |column: usize| {
            self.rows
                .iter()
                .any(|row| matches!(row.cells[column].0, Cell::Rate(..)))
        };
        let mut header = Vec::new();
        for (number, column) in self.columns.iter().enumerate() {
            header.push(column.key.clone());
            if is_rate(number) {
                header.push(format!("{}_deviation", column.key));
            }
        }
        // What has a column is not said twice.
        let is_column = |name: &str| self.columns.iter().any(|column| column.key == name);
        let domain_statistics = |row: &Row| {
            row.domain_statistics
                .iter()
                .filter(|(name, _)| !is_column(name))
                .cloned()
                .collect::<Vec<_>>()
        };
        let names = self.rows.first().map(domain_statistics).unwrap_or_default();
        header.extend(names.into_iter().map(|(name, _)| name.to_owned()));
        let written = |e: csv::Error| CompareError(format!("a table cannot be written: {e}"));
        out.write_record(&header).map_err(written)?;
        for row in &self.rows {
            let mut record = Vec::new();
            for (number, (cell, _)) in row.cells.iter().enumerate() {
                let (value, deviation) = match cell {
                    Cell::Text(text) => (csv_text(text), None),
                    Cell::Rate(mean, deviation) => (mean.to_string(), *deviation),
                    Cell::Number(value, _) | Cell::P(value) => (value.to_string(), None),
                    Cell::Nothing => (String::new(), None),
                };
                record.push(value);
                if is_rate(number) {
                    record.push(deviation.map_or(String::new(), |d| d.to_string()));
                }
            }
            record.extend(domain_statistics(row).into_iter().map(|(_, value)| csv_text(&value)));
            out.write_record(&record).map_err(written)?;
        }
        out.into_inner()
            .map_err(|e| CompareError(format!("a table cannot be written: {e}")))
    }

    pub(crate) fn markdown(&self) -> String {
        let cell = |content: &Cell| match content {
            Cell::Text(text) => markdown(text),
            own => own.plain(),
        };
        let mut out = format!("**{}**\n\n|", markdown(&self.caption));
        for column in &self.columns {
            let _ = write!(out, " {} |", markdown(&column.name));
        }
        out.push_str("\n|");
        for number in 0..self.columns.len() {
            out.push_str(if number == 0 { " --- |" } else { " ---: |" });
        }
        out.push('\n');
        for row in &self.rows {
            out.push('|');
            for (content, is_best) in &row.cells {
                let mark = if *is_best { "**" } else { "" };
                let _ = write!(out, " {mark}{}{mark} |", cell(content));
            }
            out.push('\n');
        }
        for note in &self.notes {
            let _ = write!(out, "\n{}\n", markdown(note));
        }
        out
    }

    /// Needs the packages booktabs and graphicx. What is wider than the text is scaled down to it.
    pub(crate) fn latex(&self) -> String {
        let mut out = String::from("% \\usepackage{booktabs,graphicx}\n\\begin{table}\n  \\centering\n");
        let right = "r".repeat(self.columns.len().saturating_sub(1));
        let _ = writeln!(out, "  \\caption{{{}}}", latex(&self.caption));
        out.push_str("  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n");
        let _ = writeln!(out, "  \\begin{{tabular}}{{l{right}}}\n    \\toprule");
        let header: Vec<String> = self.columns.iter().map(|column| latex(&column.name)).collect();
        let _ = writeln!(out, "    {} \\\\\n    \\midrule", header.join(" & "));
        for row in &self.rows {
            let cells: Vec<String> = row.cells.iter().map(|(cell, best)| cell.latex(*best)).collect();
            let _ = writeln!(out, "    {} \\\\", cells.join(" & "));
        }
        out.push_str("    \\bottomrule\n  \\end{tabular}}\n");
        for note in &self.notes {
            let _ = writeln!(
                out,
                "  \\par\\smallskip{{\\footnotesize\\raggedright {}\\par}}",
                latex(note)
            );
        }
        out.push_str("\\end{table}\n");
        out
    }

    pub(crate) fn html(&self) -> String {
        let mut table = String::from("<table>\n<tr>");
        let class = |cell: &Cell| {
            if matches!(cell, Cell::Text(_)) {
                " class=\"text\""
            } else {
                ""
            }
        };
        for (number, column) in self.columns.iter().enumerate() {
            let class = self.rows.first().map_or("", |row| class(&row.cells[number].0));
            let _ = write!(table, "<th scope=\"col\"{class}>{}</th>", html(&column.name));
        }
        table.push_str("</tr>\n");
        for row in &self.rows {
            table.push_str("<tr>");
            for (cell, is_best) in &row.cells {
                let (text, class) = (html(&cell.plain()), class(cell));
                let _ = match is_best {
                    true => write!(table, "<td{class}><b>{text}</b></td>"),
                    false => write!(table, "<td{class}>{text}</td>"),
                };
            }
            table.push_str("</tr>\n");
        }
        table.push_str("</table>");
        // A caption within the table would be as wide as the table, and scroll with it.
        let mut out = format!("<p class=\"caption\">{}</p>\n", html(&self.caption));
        out.push_str(&scrolling(&self.caption, &table));
        for note in &self.notes {
            let _ = writeln!(out, "<p class=\"note\">{}</p>", html(note));
        }
        out
    }
}
