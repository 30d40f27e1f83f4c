//! What travels between a controller and a projector: lines, passwords, and what codes mean.
//!
//! Source: JBMIA, PJLink Specifications, Class 1 v1.04 and Class 2 v2.10.

use bytes::{Buf as _, BytesMut};
use md5::Md5;
use sha2::{Digest as _, Sha256};

/// What a projector says to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// `OK`, or the value that was asked for.
    Value(String),
    /// `ERR1`: it does not know the command.
    Undefined,
    /// `ERR2`: it does not have that value.
    OutOfRange,
    /// `ERR3`: not at present, for example in standby or while it warms up.
    Unavailable,
    /// `ERR4`: the projector itself has failed.
    Failed,
}

/// Takes the next line out of what was heard, without the NUL and LF bytes that some projectors add.
pub(super) fn take_line(heard: &mut BytesMut) -> Option<String> {
    loop {
        let end = heard.iter().position(|byte| *byte == b'\r')?;
        let line = heard.split_to(end);
        heard.advance(1);
        let text: Vec<u8> = line
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\0' | b'\n'))
            .collect();
        if !text.is_empty() {
            return Some(String::from_utf8_lossy(&text).into_owned());
        }
    }
}

/// A command line. A projector takes CR and nothing else for its end.
pub(super) fn command(prefix: &str, class: char, body: &str, parameter: &str) -> String {
    format!("{prefix}%{class}{body} {parameter}\r")
}

/// Reads the answer to one command; `None` for every other line, such as an echo.
pub(super) fn reply(line: &str, class: char, body: &str) -> Option<Reply> {
    let head = format!("%{class}{body}=");
    let found = line.get(..head.len())?;
    if !found.eq_ignore_ascii_case(&head) {
        return None;
    }
    let value = line.get(head.len()..)?;
    Some(match value.to_ascii_uppercase().as_str() {
        "ERR1" => Reply::Undefined,
        "ERR2" => Reply::OutOfRange,
        "ERR3" => Reply::Unavailable,
        "ERR4" => Reply::Failed,
        _ => Reply::Value(value.to_owned()),
    })
}

/// What goes before the first command of a projector that greets with `PJLINK 1 RANDOM`: the MD5
/// of the greeting's text and the password.
pub(super) fn md5_prefix(random: &str, password: &str) -> String {
    hex::encode(Md5::digest(format!("{random}{password}")))
}

/// What goes before the first command of a projector that answers `PJLINK 2 RANDOM`: our own random
/// bytes, and the SHA-256 of both sides' bytes and the password.
pub(super) fn sha256_prefix(projector: [u8; 16], controller: [u8; 16], password: &str) -> String {
    let mut mixed = projector;
    for (byte, ours) in mixed.iter_mut().zip(controller) {
        *byte ^= ours;
    }
    let digest = Sha256::digest(format!("{}{password}", hex::encode(mixed)));
    format!("{}{}", hex::encode(controller), hex::encode(digest))
}

/// Kinds of inputs, by the first character of their code.
const KINDS: [(char, &str); 6] = [
    ('1', "rgb"),
    ('2', "video"),
    ('3', "digital"),
    ('4', "storage"),
    ('5', "network"),
    ('6', "internal"),
];

/// The code of an input that is written as one (`31`) or in words (`digital 1`).
pub(super) fn input_code(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (kind, number) = match text.split_once(' ') {
        Some((word, number)) => (
            KINDS.iter().find(|(_, name)| *name == word)?.0,
            number.trim(),
        ),
        None => (text.chars().next()?, text.get(1..)?),
    };
    let mut characters = number.chars();
    let number = characters.next()?.to_ascii_uppercase();
    let fits = matches!(number, '1'..='9' | 'A'..='Z') && characters.next().is_none();
    let known = KINDS.iter().any(|(code, _)| *code == kind);
    (fits && known).then(|| format!("{kind}{number}"))
}

/// An input's code in words.
pub(super) fn input_words(code: &str) -> String {
    let mut characters = code.chars();
    let kind = characters.next();
    let word = KINDS.iter().find(|(code, _)| Some(*code) == kind);
    match word {
        Some((_, word)) => format!("{word} {}", characters.as_str()),
        None => code.to_owned(),
    }
}

/// The class that has an input: the second added the numbers from A on, and what is built in.
pub(super) fn input_class(code: &str) -> char {
    let of_first = code.starts_with(|kind| matches!(kind, '1'..='5'))
        && code.ends_with(|number: char| number.is_ascii_digit());
    if of_first { '1' } else { '2' }
}

/// The state that `POWR` names.
pub(super) fn power_words(value: &str) -> &'static str {
    match value {
        "0" => "off",
        "1" => "on",
        "2" => "cooling",
        "3" => "warming",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_digested_as_the_specification_computes_them() {
        assert_eq!(
            md5_prefix("498e4a67", "JBMIAProjectorLink"),
            "5d8409bc1c3fa39749434aa3a5c38682"
        );
        let bytes = |text: &str| {
            let decoded = hex::decode(text).expect("hexadecimal digits");
            <[u8; 16]>::try_from(decoded).expect("sixteen bytes")
        };
        let prefix = sha256_prefix(
            bytes("00112233445566778899aabbccddeeff"),
            bytes("0f0e0d0c0b0a09080706050403020100"),
            "avops-pass",
        );
        assert_eq!(
            prefix,
            "0f0e0d0c0b0a09080706050403020100279a58c31f847c0efdb2cbce6f08a63c3038b76dbfff06b01759ef15d4e00924"
        );
    }

    #[test]
    fn lines_come_whole_and_without_what_some_projectors_add() {
        let mut heard = BytesMut::from(&b"\n%1POWR=1\0\r\n\r%1INPT"[..]);
        assert_eq!(take_line(&mut heard).as_deref(), Some("%1POWR=1"));
        assert_eq!(take_line(&mut heard), None);
        heard.extend_from_slice(b"=31\r");
        assert_eq!(take_line(&mut heard).as_deref(), Some("%1INPT=31"));
    }

    #[test]
    fn only_the_answer_to_the_command_is_taken_for_it() {
        assert_eq!(
            reply("%1powr=ok", '1', "POWR"),
            Some(Reply::Value("ok".to_owned()))
        );
        assert_eq!(reply("%1POWR=err3", '1', "POWR"), Some(Reply::Unavailable));
        for other in [
            "%1POWR 1",
            "%1INPT=31",
            "%2POWR=1",
            "PJLINK ERRA",
            "%1é",
            "",
        ] {
            assert_eq!(reply(other, '1', "POWR"), None, "{other}");
        }
    }

    #[test]
    fn inputs_are_named_by_code_or_in_words() {
        for (text, code) in [("31", "31"), ("Digital 1", "31"), ("internal a", "6A")] {
            assert_eq!(input_code(text).as_deref(), Some(code), "{text}");
        }
        for text in ["", "7", "71", "30", "3é", "HDMI 1", "digital 12", "é1"] {
            assert_eq!(input_code(text), None, "{text}");
        }
        assert_eq!(input_words("6A"), "internal A");
        assert_eq!((input_class("31"), input_class("3A")), ('1', '2'));
    }
}
