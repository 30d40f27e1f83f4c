//! What travels to an Extron switcher: short commands, and lines that answer them (SIS).
//!
//! Source: Extron, user guides of DTP `CrossPoint` 84, IN1808, MTPX, IPL T and FOX.

use bytes::{Buf as _, BytesMut};

/// Begins the commands that end with CR.
pub(super) const ESC: char = '\u{1b}';

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// A whole line.
    Line(String),
    /// It asks for a password; no end of line follows.
    Prompt,
}

/// What a tie carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    All,
    Video,
    Audio,
}

/// A tie: which input an output shows. A switcher with a single output names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tie {
    pub(super) output: Option<u32>,
    pub(super) input: u32,
    pub(super) signal: Signal,
}

impl Signal {
    /// The letter that ties it.
    pub(super) fn letter(self) -> char {
        match self {
            Self::All => '!',
            Self::Video => '%',
            Self::Audio => '$',
        }
    }
}

/// Takes the next thing said out of what was heard, without Telnet's own negotiation.
pub(super) fn take(heard: &mut BytesMut) -> Option<Said> {
    drop_negotiation(heard);
    loop {
        let begins = heard
            .iter()
            .position(|byte| !matches!(byte, b'\r' | b'\n'))?;
        heard.advance(begins);
        if heard.starts_with(b"Password:") {
            heard.advance("Password:".len());
            return Some(Said::Prompt);
        }
        let end = heard.iter().position(|byte| *byte == b'\n')?;
        let line = heard.split_to(end);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            return Some(Said::Line(text.to_owned()));
        }
    }
}

/// Drops Telnet commands: 255, what it is, and for four of them the option. One that is not whole yet stays.
fn drop_negotiation(heard: &mut BytesMut) {
    const COMMAND: u8 = 255;
    while let Some(at) = heard.iter().position(|byte| *byte == COMMAND) {
        let length = match heard.get(at + 1) {
            None => return,
            Some(251..=254) => 3,
            Some(_) => 2,
        };
        if heard.len() < at + length {
            return;
        }
        let mut after = heard.split_off(at);
        after.advance(length);
        heard.extend_from_slice(&after);
    }
}

/// The number of an error: `E13`.
pub(super) fn error(line: &str) -> Option<u8> {
    let number = line.strip_prefix('E')?;
    if number.len() == 2 {
        number.parse().ok()
    } else {
        None
    }
}

/// A tie: `Out03 In02 All`, or `In02 All` of a single output.
pub(super) fn tie(line: &str) -> Option<Tie> {
    let mut words = line.split_whitespace();
    let mut word = words.next()?;
    let mut output = None;
    if let Some(number) = tagged_number(word, "Out") {
        output = Some(number);
        word = words.next()?;
    }
    let input = tagged_number(word, "In")?;
    let signal = match words.next()? {
        "All" => Signal::All,
        "Vid" | "RGB" => Signal::Video,
        "Aud" => Signal::Audio,
        _ => return None,
    };
    Some(Tie {
        output,
        input,
        signal,
    })
}

/// A mute: `Vmt03*1`, `Amt3 1`, or `Vmt1` of a single output. Gives output and value.
pub(super) fn mute(line: &str, tag: &str) -> Option<(Option<u32>, u32)> {
    let rest = line.strip_prefix(tag)?;
    match rest.split_once(['*', ' ']) {
        Some((output, value)) => Some((Some(output.parse().ok()?), value.trim().parse().ok()?)),
        None => Some((None, rest.parse().ok()?)),
    }
}

/// A number behind a tag: `Rpr05`.
pub(super) fn tagged_number(text: &str, tag: &str) -> Option<u32> {
    let digits = text.strip_prefix(tag)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// A number and nothing else, as some units answer a question.
pub(super) fn bare_number(line: &str) -> Option<u32> {
    tagged_number(line, "")
}

/// A firmware version: `Ver01*1.02`, or bare.
pub(super) fn version(line: &str) -> Option<String> {
    let version = line.strip_prefix("Ver01*").unwrap_or(line);
    let parts: Vec<&str> = version.split('.').collect();
    let is_version = parts.len() >= 2 && parts.iter().all(|part| bare_number(part).is_some());
    is_version.then(|| version.to_owned())
}

/// A part number: `Pno60-1381-01`, or bare.
pub(super) fn part_number(line: &str) -> Option<String> {
    let number = line.strip_prefix("Pno").unwrap_or(line).trim();
    let parts: Vec<&str> = number.split('-').collect();
    let is_number = parts.len() == 3 && parts.first().is_some_and(|p| bare_number(p).is_some());
    is_number.then(|| number.to_owned())
}

/// A model's name: `Inf01*IN1808`. Where answers carry no tags, the whole line.
pub(super) fn model(line: &str, is_tagged: bool) -> Option<String> {
    match line.strip_prefix("Inf01*") {
        Some(model) => Some(model.to_owned()),
        None if is_tagged => None,
        None => Some(line.to_owned()),
    }
}

/// Which inputs have a signal, one digit each: `1001`, `1*0*0*1`, `Sig 1 0 0 1`.
pub(super) fn signals(line: &str) -> Option<Vec<bool>> {
    let digits = line.strip_prefix("Sig").unwrap_or(line);
    let mut found = Vec::new();
    for character in digits.chars() {
        match character {
            '0' => found.push(false),
            '1' => found.push(true),
            '*' | ' ' => {}
            _ => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> (Vec<Said>, usize) {
        let mut heard = BytesMut::from(bytes);
        let mut said = Vec::new();
        while let Some(next) = take(&mut heard) {
            said.push(next);
        }
        (said, heard.len())
    }

    #[test]
    fn a_prompt_needs_no_end_of_line_and_negotiation_is_no_text() {
        let (said, left) = all(b"\xff\xfb\x01(c) Extron\r\n\xff\xf1Mon\r\n\r\nPassword:\xff\xfd");
        let expected = [
            Said::Line("(c) Extron".to_owned()),
            Said::Line("Mon".to_owned()),
            Said::Prompt,
        ];
        assert_eq!((said, left), (expected.into(), 2));
        assert_eq!(all(b"Out03 In0").0, []);
    }

    #[test]
    fn lines_are_read_by_what_they_say_not_by_how_many_digits() {
        let tied = |output, input, signal| {
            Some(Tie {
                output,
                input,
                signal,
            })
        };
        assert_eq!(tie("Out03 In02 All"), tied(Some(3), 2, Signal::All));
        assert_eq!(tie("Out3 In12 Vid"), tied(Some(3), 12, Signal::Video));
        assert_eq!(tie("In002 Aud"), tied(None, 2, Signal::Audio));
        for other in [
            "Out03",
            "In03 Aud-3",
            "Out02 Vol45",
            "Rpr05",
            "Out03 In0x All",
            "",
        ] {
            assert_eq!(tie(other), None, "{other}");
        }
        assert_eq!(mute("Vmt03*1", "Vmt"), Some((Some(3), 1)));
        assert_eq!(mute("Amt3 0", "Amt"), Some((Some(3), 0)));
        assert_eq!(mute("Vmt2", "Vmt"), Some((None, 2)));
        assert_eq!(mute("Vmtx", "Vmt"), None);
        assert_eq!(version("Ver01*1.02.0003").as_deref(), Some("1.02.0003"));
        assert_eq!((version("102"), version("Out03 In01 All")), (None, None));
        assert_eq!(part_number("60-1381-01").as_deref(), Some("60-1381-01"));
        assert_eq!(part_number("In03 Aud-3"), None);
        assert_eq!(
            (error("E13"), error("E1"), error("Exe1")),
            (Some(13), None, None)
        );
        assert_eq!(signals("1*0*1"), Some(vec![true, false, true]));
        assert_eq!(signals("Sig 0 1"), Some(vec![false, true]));
        assert_eq!(
            (signals("Vmt1"), signals("1.02"), signals("")),
            (None, None, None)
        );
    }
}
