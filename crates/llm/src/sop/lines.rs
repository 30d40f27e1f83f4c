//! The lines of a procedure: what each is, before anybody asks what it means.

use super::words::{Pattern, is_verb, pattern, section};
use super::{LONGEST_TEXT, MOST_LINES};
use regex::Regex;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    /// As it stands, without blanks around it.
    pub(super) text: String,
    /// What it is.
    pub(super) kind: LineKind,
    /// What it says, without number, bullet, box and time.
    pub(super) body: String,
    /// How far it is moved in.
    pub(super) indent: usize,
    /// The time of day that stands before it in a timetable.
    pub(super) clock: Option<String>,
    /// Who does it, in a table that says so.
    pub(super) owner: Option<String>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Nothing.
    Blank,
    /// Says what follows.
    Heading,
    /// A point of a list: something to do, unless its words say otherwise.
    Item,
    /// Running text: something to do only where its words say so.
    Prose,
    /// Greeting, signature, ruler, field of a letter's head.
    Noise,
}

pattern!(
    BULLET,
    r"^(?:[-*•‣▪◦–—+]|\[\s?[xX✓]?\s?\]|☐|☑|✅|□|(?i:step\s*)?\d{1,3}(?:\.\d{1,3})*\s?[.):\-–]|\(?[a-zA-Z\d]{1,2}\)|(?i:step)\s+\d{1,3}\b|(?i:q\d*)\s?[:.])\s*"
);
pattern!(
    CLOCK,
    r"^(T\s?[-+]\s?\d{1,3}(?:\s?(?:min|m|h))?|\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?)(?:\s?(?:-|–|to)\s?(?:\d{1,2}[:.]\d{2}(?:\s?[ap]m)?))?\s*[-–—:|]?\s+"
);
pattern!(RULER, r"^[-=_*~#|:+\s]{3,}$");
pattern!(
    MAIL_FIELD,
    r"(?i)^(from|to|cc|bcc|date|sent|reply-to|importance|attachments?)\s*:"
);
pattern!(
    META,
    r"(?i)^(version|author|owner|revision|last (?:updated|reviewed)|approved by|document (?:id|no\.?|number)|doc(?:ument)? ?(?:id|owner)|effective(?: date)?|review date|page \d+|status|classification|confidential\w*)\b\s*[:#\d-]"
);
pattern!(
    GREETING,
    r"(?i)^(hi|hello|hey|dear|good (morning|afternoon|evening)|hallo|bonjour|team|all)\b[^.!?:]{0,40}[,!–-]?$"
);
pattern!(
    SIGN_OFF,
    r"(?i)^(thanks|thank you|many thanks|best( regards| wishes)?|(kind|warm)( regards)?|regards|cheers|sincerely|yours|br|vg|mit freundlichen|viele grüße)\b.{0,30}$"
);
pattern!(
    TITLE,
    r"(?i)^(?:subject|title|sop(?:\s*(?:name|title|[-#]?\d+[\w.-]*))?|procedure|runbook|name)\s*[:–—-]\s*(.+)$"
);

/// The title that a line names, if it is such a line.
pub(super) fn title(text: &str) -> Option<&str> {
    let found = TITLE.captures(text)?.get(1)?.as_str().trim();
    let found = found
        .trim_start_matches("Re:")
        .trim_start_matches("Fwd:")
        .trim();
    (!found.is_empty() && found.chars().count() <= 100).then_some(found)
}

/// Reads a text into its lines. Lines after [`MOST_LINES`] are noise.
pub(super) fn read(text: &str) -> Vec<Line> {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut read = Vec::new();
    let mut table = Table::default();
    let mut signed = false;
    for (index, raw) in text.get(..end).unwrap_or_default().lines().enumerate() {
        let mut line = one(index + 1, raw, &mut table);
        if index >= MOST_LINES || (signed && line.kind != LineKind::Blank) {
            line.kind = LineKind::Noise;
        }
        signed |= line.kind != LineKind::Item && SIGN_OFF.is_in(&line.text);
        if signed && line.kind != LineKind::Blank {
            line.kind = LineKind::Noise;
        }
        read.push(line);
    }
    name_first(&mut read);
    read
}

/// A short first line with a blank one under it, or with a list under it, says what the procedure is called.
fn name_first(read: &mut [Line]) {
    let Some(first) = read
        .iter()
        .position(|line| !matches!(line.kind, LineKind::Blank | LineKind::Noise))
    else {
        return;
    };
    let next = read.get(first + 1).map(|line| line.kind);
    let alone = matches!(next, Some(LineKind::Blank));
    let plain = read
        .iter()
        .skip(first + 1)
        .any(|line| line.kind != LineKind::Blank);
    if let Some(line) = read.get_mut(first)
        && line.kind == LineKind::Prose
        && plain
        && line.text.split_whitespace().count() <= 9
        && !line.text.ends_with(['.', '?', '!', ':', ';'])
        && (alone || !line.text.split_whitespace().next().is_some_and(is_verb))
        && !line.text.to_lowercase().starts_with("if ")
        && title(&line.text).is_none()
    {
        line.kind = LineKind::Heading;
    }
}

/// The columns of the table that is being read.
#[derive(Default)]
struct Table {
    what: Option<usize>,
    clock: Option<usize>,
    columns: usize,
}

fn one(number: usize, raw: &str, table: &mut Table) -> Line {
    let text = raw.trim().trim_start_matches('\u{feff}').to_owned();
    let indent = raw
        .chars()
        .take_while(|c| c.is_whitespace())
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum();
    let mut line = Line {
        number,
        body: text.trim_start_matches('>').trim().to_owned(),
        text,
        kind: LineKind::Prose,
        indent,
        clock: None,
        owner: None,
    };
    if line.text.is_empty() {
        line.kind = LineKind::Blank;
        *table = Table::default();
        return line;
    }
    if is_noise(&line.text) {
        line.kind = LineKind::Noise;
        return line;
    }
    if line.text.starts_with('|')
        || line.text.matches(" | ").count() + line.text.matches('\t').count() >= 1
    {
        row(&mut line, table);
        return line;
    }
    if let Some(heading) = heading(&line.text) {
        line.kind = LineKind::Heading;
        line.body = heading;
        return line;
    }
    loop {
        if let Some(clock) = CLOCK.find(&line.body) {
            let rest = line.body[clock.end()..].trim().to_owned();
            line.clock = Some(
                clock
                    .as_str()
                    .trim()
                    .trim_end_matches(['-', '–', '—', ':', '|'])
                    .trim()
                    .to_owned(),
            );
            line.body = rest;
            line.kind = LineKind::Item;
        } else if let Some(bullet) = BULLET
            .find(&line.body)
            .filter(|found| found.end() < line.body.len())
        {
            let rest = line.body[bullet.end()..].trim().to_owned();
            line.body = rest;
            line.kind = LineKind::Item;
        } else {
            break;
        }
    }
    line.body = line
        .body
        .trim_matches(['*', '_', '`'])
        .replace("**", "")
        .replace('`', "");
    if line.clock.is_none() && is_section_item(&line.body) {
        line.kind = LineKind::Heading;
    }
    line
}

fn is_noise(text: &str) -> bool {
    RULER.is_in(text)
        || MAIL_FIELD.is_in(text)
        || META.is_in(text)
        || GREETING.is_in(text)
        || text.starts_with("/sop")
        || text.starts_with("```")
}

/// A line that says what follows: `Steps:`, `## Verify`, `**Safety**`, `PROCEDURE`.
fn heading(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('#')
        && rest.trim_start_matches('#').starts_with(' ')
    {
        return Some(
            rest.trim_start_matches('#')
                .trim()
                .trim_end_matches(':')
                .to_owned(),
        );
    }
    if let Some(bold) = text
        .strip_prefix("**")
        .and_then(|rest| rest.trim_end_matches(':').strip_suffix("**"))
    {
        return Some(bold.trim_end_matches(':').to_owned());
    }
    let words = text.split_whitespace().count();
    if let Some(before) = text.strip_suffix(':') {
        let conditional = ["if ", "when ", "otherwise", "else", "in case "]
            .iter()
            .any(|word| before.to_lowercase().starts_with(word));
        let plain = before.trim_start_matches(|c: char| c.is_ascii_digit() || ".) ".contains(c));
        return (words <= 8 && !conditional && !before.starts_with(['-', '*', '•']))
            .then(|| plain.to_owned());
    }
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let shouted = letters.len() >= 4 && letters.iter().all(|c| c.is_uppercase());
    (shouted && words <= 6).then(|| text.to_owned())
}

/// A numbered heading: `1. Purpose`, `3) Verification`.
fn is_section_item(body: &str) -> bool {
    let words: Vec<&str> = body.trim_end_matches(':').split_whitespace().collect();
    let named = section(body) != super::words::Section::Steps
        || ["steps", "procedure", "process", "instructions"]
            .iter()
            .any(|word| body.eq_ignore_ascii_case(word));
    words.len() <= 3
        && named
        && !body.ends_with(['.', '?', '!'])
        && words.first().is_some_and(|word| !is_verb(word))
}

/// A row of a table: its header says which column tells what is to be done.
fn row(line: &mut Line, table: &mut Table) {
    let cells: Vec<String> = line
        .text
        .trim_matches('|')
        .split(['|', '\t'])
        .map(|cell| cell.trim().replace("**", ""))
        .collect();
    let find = |words: &[&str]| {
        cells.iter().position(|cell| {
            let cell = cell.to_lowercase();
            words
                .iter()
                .any(|word| cell == *word || cell.starts_with(&format!("{word} ")))
        })
    };
    let what = find(&[
        "what",
        "task",
        "action",
        "step",
        "activity",
        "instruction",
        "description",
        "cue",
        "item",
        "check",
        "do",
    ]);
    if table.columns == 0
        && what.is_some()
        && cells
            .iter()
            .all(|cell| cell.split_whitespace().count() <= 3)
    {
        table.columns = cells.len();
        let words = ["time", "when", "start", "clock", "t"];
        table.clock = find(&words);
        // A column of numbers is often called "step" as well: the last of them tells more.
        table.what = cells
            .iter()
            .rposition(|cell| {
                let cell = cell.to_lowercase();
                [
                    "what",
                    "task",
                    "action",
                    "activity",
                    "instruction",
                    "description",
                    "cue",
                    "check",
                    "step",
                    "item",
                ]
                .contains(&cell.as_str())
            })
            .or(what);
        line.kind = LineKind::Heading;
        line.body = cells.join(" ");
        return;
    }
    let longest = (0..cells.len())
        .max_by_key(|index| cells[*index].len())
        .unwrap_or(0);
    let what = table
        .what
        .filter(|index| cells.get(*index).is_some_and(|cell| !cell.is_empty()))
        .unwrap_or(longest);
    let clock = table.clock.or_else(|| {
        cells
            .iter()
            .position(|cell| CLOCK.is_in(&format!("{cell} ")))
    });
    line.clock = clock
        .filter(|index| *index != what)
        .and_then(|index| cells.get(index))
        .filter(|cell| !cell.is_empty())
        .cloned();
    let rest: Vec<&str> = cells
        .iter()
        .enumerate()
        .filter(|(index, cell)| {
            *index != what
                && Some(*index) != clock
                && !cell.is_empty()
                && !cell.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
        .map(|(_, cell)| cell.as_str())
        .collect();
    let body = cells.get(what).cloned().unwrap_or_default();
    line.body = body;
    line.owner = (!rest.is_empty()).then(|| rest.join(", "));
    line.kind = LineKind::Item;
}

/// The sentences of a body.
pub(super) fn sentences(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let chars: Vec<char> = body.chars().collect();
    for (index, c) in chars.iter().enumerate() {
        current.push(*c);
        let ends = matches!(c, '.' | '!' | '?' | ';');
        let blank = chars.get(index + 1).is_none_or(|next| next.is_whitespace());
        let begins = chars[index + 1..]
            .iter()
            .find(|c| !c.is_whitespace())
            .is_none_or(|next| next.is_uppercase() || *next == '"' || *c == ';');
        let word = current
            .split_whitespace()
            .last()
            .unwrap_or_default()
            .to_lowercase();
        let short = [
            "e.g.", "i.e.", "approx.", "no.", "min.", "max.", "dr.", "mr.", "ms.", "etc.", "vs.",
            "incl.", "ca.",
        ]
        .contains(&word.as_str());
        if ends && blank && begins && !short {
            push(&mut found, &current);
            current.clear();
        }
    }
    push(&mut found, &current);
    found
}

fn push(found: &mut Vec<String>, sentence: &str) {
    let sentence = sentence.trim();
    if sentence.chars().any(char::is_alphanumeric) {
        found.push(sentence.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::LineKind::{Blank, Noise, Prose};
    use super::*;

    fn kinds(text: &str) -> Vec<LineKind> {
        read(text).into_iter().map(|line| line.kind).collect()
    }

    #[test]
    fn lists_of_every_kind_are_read_without_their_marks() {
        let text = "1. One\n2) Two\n- Three\n* Four\n[ ] Five\n☐ Six\n  a) Seven\nStep 8: Eight\n- [x] Nine";
        let bodies: Vec<String> = read(text).into_iter().map(|line| line.body).collect();
        assert_eq!(
            bodies,
            [
                "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"
            ]
        );
        assert!(kinds(text).iter().all(|kind| *kind == LineKind::Item));
    }

    #[test]
    fn a_letter_is_more_than_its_instructions() {
        let text =
            "From: Kim\nSubject: Reset\nHi team,\n\nPlease restart it.\n\nThanks,\nKim\nAV Ops";
        assert_eq!(
            kinds(text),
            [
                Noise, Prose, Noise, Blank, Prose, Blank, Noise, Noise, Noise
            ]
        );
    }

    #[test]
    fn a_timetable_keeps_its_times() {
        let read = read(
            "09:00 Doors open\n| Time | Who | Action |\n|---|---|---|\n| 10:15 | Ops | Start the stream |",
        );
        assert_eq!(read[0].clock.as_deref(), Some("09:00"));
        assert_eq!(read[0].body, "Doors open");
        assert_eq!(read[1].kind, LineKind::Heading);
        assert_eq!(read[3].clock.as_deref(), Some("10:15"));
        assert_eq!(read[3].body, "Start the stream");
        assert_eq!(read[3].owner.as_deref(), Some("Ops"));
    }

    #[test]
    fn headings_are_seen_in_every_form() {
        for text in [
            "Steps:",
            "## Verify",
            "**Safety**",
            "PROCEDURE",
            "1. Purpose",
        ] {
            assert_eq!(kinds(text), [LineKind::Heading], "{text}");
        }
        assert_eq!(kinds("If the room is black:"), [LineKind::Prose]);
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(
            sentences("Check it, e.g. the lamp. Then wait."),
            ["Check it, e.g. the lamp.", "Then wait."]
        );
    }
}
