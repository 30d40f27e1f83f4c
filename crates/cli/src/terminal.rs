//! How answers look: data on stdout as text or JSON, everything else on stderr.

use std::fmt::Display;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use owo_colors::{OwoColorize as _, Stream, Style};
use serde_json::Value;

use crate::error::Error;

/// Where a command prints.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Whether data is printed as JSON.
    pub(crate) json: bool,
}

/// What a colour means. It is never the only sign: a mark or a word stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Well.
    Good,
    /// Not well.
    Bad,
    /// Waits for somebody or something.
    Waiting,
    /// Less important.
    Faint,
    /// A heading.
    Strong,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Good => Style::new().green(),
            Self::Bad => Style::new().red(),
            Self::Waiting => Style::new().yellow(),
            Self::Faint => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }
}

/// Colours a text for stdout, where stdout shows colours.
pub(crate) fn toned(text: impl Display, tone: Tone) -> String {
    text.if_supports_color(Stream::Stdout, |text| text.style(tone.style()))
        .to_string()
}

#[expect(
    clippy::unused_self,
    reason = "commands print through what they were given, whatever it needs to know"
)]
impl Terminal {
    /// Prints one line of data.
    pub(crate) fn line(self, text: impl Display) -> Result<(), Error> {
        Ok(writeln!(io::stdout().lock(), "{text}")?)
    }

    /// Prints a value as JSON.
    pub(crate) fn value(self, value: &Value) -> Result<(), Error> {
        self.line(format_args!("{value:#}"))
    }

    /// Prints rows under headings, or `none` when there are no rows.
    pub(crate) fn table(
        self,
        headings: &[&str],
        rows: Vec<Vec<String>>,
        none: &str,
    ) -> Result<(), Error> {
        if rows.is_empty() {
            return self.note(none);
        }
        let headings = headings
            .iter()
            .map(|heading| toned(heading.to_uppercase(), Tone::Faint))
            .collect();
        for line in aligned(&[vec![headings], rows].concat()) {
            self.line(line)?;
        }
        Ok(())
    }

    /// Prints what something is, a fact a line.
    pub(crate) fn pairs(self, rows: &[[String; 2]]) -> Result<(), Error> {
        let width = rows
            .iter()
            .map(|[name, _]| name.chars().count())
            .max()
            .unwrap_or_default();
        for [name, value] in rows {
            self.line(format_args!(
                "{}  {value}",
                toned(format_args!("{name:width$}"), Tone::Faint)
            ))?;
        }
        Ok(())
    }

    /// Says something beside the data; an empty text is not worth a line.
    pub(crate) fn note(self, text: impl Display) -> Result<(), Error> {
        let text = text.to_string();
        if text.is_empty() {
            return Ok(());
        }
        Ok(writeln!(io::stderr().lock(), "{}", text.trim_end())?)
    }

    /// States whether a person sits at the keyboard.
    pub(crate) fn can_ask(self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks the person a question and gives the answer without white space around it.
    ///
    /// # Errors
    /// When the input ended instead.
    pub(crate) fn ask(self, question: &str) -> Result<String, Error> {
        let mut err = io::stderr().lock();
        write!(err, "{question} ")?;
        err.flush()?;
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer)? == 0 {
            return Err(Error::call(
                "the input ended before the question was answered",
            ));
        }
        Ok(answer.trim().to_owned())
    }
}

/// Sets rows under each other, two spaces between columns.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| visible(cell))
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or_default())
        .collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let gap = " ".repeat(width.saturating_sub(visible(cell)) + 2);
                format!("{cell}{gap}")
            });
            cells.collect::<String>().trim_end().to_owned()
        })
        .collect()
}

/// How many characters of a cell can be seen: those of a colour cannot.
fn visible(cell: &str) -> usize {
    let mut parts = cell.split('\u{1b}');
    let plain = parts.next().unwrap_or_default().chars().count();
    plain
        + parts
            .map(|part| {
                part.split_once('m')
                    .map_or(0, |(_, text)| text.chars().count())
            })
            .sum::<usize>()
}

/// Prints a refusal to stderr, with what to do about it.
pub(crate) fn refuse(error: &Error) {
    let mark = "error:"
        .if_supports_color(Stream::Stderr, |text| text.style(Style::new().red().bold()))
        .to_string();
    let hint = error.hint.as_ref().map(|hint| {
        let mark = "hint:"
            .if_supports_color(Stream::Stderr, |text| text.style(Style::new().cyan()))
            .to_string();
        format!(" {mark} {hint}\n")
    });
    let lines = format!("{mark} {}\n{}", error.message, hint.unwrap_or_default());
    // Nobody reads stderr any more: there is nowhere left to say so.
    io::stderr().write_all(lines.as_bytes()).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_in_colour_too() {
        let rows = [["a", "b"], ["\u{1b}[32mlong\u{1b}[0m", "c"]]
            .map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), ["a     b", "\u{1b}[32mlong\u{1b}[0m  c"]);
    }
}
