//! Sentences taken apart into instructions, each beginning with its verb.

use regex::Regex;

use crate::sop::words::{Pattern, is_verb, pattern};

pattern!(
    POLITE,
    r"(?i)^(?:please|kindly|now|first(?:ly)?|second(?:ly)?|third(?:ly)?|next|then|finally|lastly|also|afterwards|after that|immediately|always|again|once done|when done|if possible|as a first step|in the end|at the end|at the start|to begin|make sure you|make sure to|be sure to|remember to|don't forget to|do not forget to|you (?:can|should|must|need to|have to)|we (?:should|must|need to|have to|will)|i(?:'d| would) like you to|it is important to)[,:]?\s+"
);
pattern!(
    SUBJECT,
    r"(?i)^(?:the |an? |each |all )?(?:[\w/'-]+ ){0,4}?[\w/'-]+ (?:should|must|shall|needs? to|has to|have to|is to|are to|will)\s+(?:then |also |first |always |immediately )?([a-z-]+)\b"
);
pattern!(WHO, r"^(?:[A-Z][\w/ ]{1,24}|AV ?[Oo]ps|[A-Z]{2,6}): +");
pattern!(
    JOINT,
    r"(?i)(,\s+and\s+then\s+|,?\s+and\s+then\s+|,\s+then\s+|\s+then\s+|,\s+and\s+|\s+and\s+|,\s+|\s*;\s*|\s+->\s+|\s+→\s+)([a-z][a-z-]*)(\s+[a-z#']+)?"
);

pattern!(
    THIRD,
    r"(?i)^(?:the |an? |our |your )?(?:av |on-call |support |duty |room |event |lead |second |monitoring |help ?desk |operations )*(?:technician|operator|engineer|desk|team|staff|agent|producer|crew|ops|user|host|moderator|manager|somebody|someone|one) (?:then |first |also |now |always |immediately )*([a-z-]+?)(?:es|s)\b"
);
pattern!(TICKETS, r"(?i)^(?:tkt|ticket|incident)\b");

/// Words that are things as often as they are deeds.
const THINGS: &[&str] = &[
    "email", "name", "phone", "time", "date", "note", "test", "report", "record", "power", "light",
    "sound", "display", "control", "label", "photo", "view", "stage", "charge", "book", "file",
    "tie", "mute", "lock", "map", "link", "mark", "sign", "order", "point", "contact", "place",
    "plan", "process", "project", "request", "schedule", "review", "track", "train", "watch",
    "zoom", "monitor", "screen", "type", "tape", "document", "format", "level", "set", "state",
    "access", "cover", "step", "start", "stop", "end", "exit", "network", "image", "issue",
    "repair", "return", "share", "limit", "present", "query", "reset", "restart", "search",
    "support", "update", "change", "copy", "cut", "cue", "walk", "talk",
];

/// Takes away how it is said: `Please make sure to restart …` is `restart …`.
pub(super) fn bare(text: &str) -> String {
    let mut text = text.trim().trim_matches('*').trim().to_owned();
    let inner = text
        .strip_prefix(['"', '“'])
        .and_then(|rest| rest.strip_suffix(['"', '”']));
    if let Some(inner) = inner.filter(|inner| !inner.contains(['"', '“'])) {
        text = inner.to_owned();
    }
    loop {
        let before = text.len();
        if let Some(found) = POLITE.find(&text) {
            text = text[found.end()..].to_owned();
        }
        if let Some(found) = WHO.find(&text)
            && starts_with_verb(&text[found.end()..])
        {
            text = text[found.end()..].to_owned();
        }
        if let Some(found) = SUBJECT.captures(&text)
            && !starts_with_verb(&text)
            && found.get(1).is_some_and(|verb| is_verb(verb.as_str()))
            && let Some(verb) = found.get(1)
        {
            text = text[verb.start()..].to_owned();
        }
        if let Some((verb, rest)) = third_person(&text) {
            text = format!("{verb}{}", plain_form(rest));
            break;
        }
        if TICKETS.is_in(&text) {
            text = format!("Open a {}", text.replacen("tkt", "ticket", 1));
        }
        if text.len() == before {
            break;
        }
    }
    capital(text.trim())
}

/// The plain form of a verb in the third person, if it is one: `verifies` is `verify`.
fn stem(form: &str) -> Option<String> {
    let plain = form.strip_suffix("ies").map(|stem| format!("{stem}y"));
    [form.strip_suffix('s'), form.strip_suffix("es")]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(plain)
        .find(|verb| is_verb(verb))
}

/// The verbs that follow in the third person, in their plain form: `, restarts the …` is `, restart the …`.
fn plain_form(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for index in 1..words.len() {
        let joined =
            words[index - 1].ends_with(',') || ["and", "then"].contains(&words[index - 1].as_str());
        let followed = words.get(index + 1).is_some_and(|next| {
            [
                "the", "a", "an", "it", "that", "all", "whether", "them", "for",
            ]
            .contains(&next.as_str())
                || next.starts_with('#')
        });
        let form = words[index].clone();
        let verb = stem(&form);
        if joined
            && followed
            && let Some(verb) = verb
        {
            words[index] = verb;
        }
    }
    words.join(" ")
}

/// `The technician checks …` is `check …`.
fn third_person(text: &str) -> Option<(String, &str)> {
    let found = THIRD.captures(text)?;
    let begins = found.get(1)?.start();
    let whole = found.get(0)?.end();
    let form = text.get(begins..whole)?;
    Some((stem(form)?, text.get(whole..)?))
}

/// Splits a sentence into instructions: only before words that are verbs here, and only where it began with one.
pub(super) fn split(sentence: &str) -> Vec<String> {
    let sentence = bare(sentence);
    if !starts_with_verb(&sentence) {
        return vec![sentence];
    }
    let mut parts = Vec::new();
    let mut rest = sentence.as_str();
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|text| JOINT.captures(text)) {
        let (Some(joint), Some(verb)) = (found.get(1), found.get(2)) else {
            break;
        };
        let article = found.get(3).is_some_and(|word| {
            [
                "the", "a", "an", "it", "all", "each", "any", "that", "them", "your", "our",
                "this", "these", "everyone", "people", "for", "up", "in", "on", "off",
            ]
            .contains(&word.as_str().trim())
                || word.as_str().trim().starts_with('#')
        });
        let ends = rest
            .get(from + verb.end()..)
            .is_none_or(|after| after.trim_matches(['.', ' ']).is_empty());
        let thing = THINGS.contains(&verb.as_str().to_lowercase().as_str())
            && !(ends && verb.as_str().eq_ignore_ascii_case("stop"));
        if is_verb(verb.as_str()) && (article || !thing) {
            let at = from + joint.start();
            parts.push(rest[..at].trim().to_owned());
            rest = &rest[from + verb.start()..];
            from = 0;
        } else {
            from += verb.end();
        }
    }
    parts.push(rest.trim().to_owned());
    parts
        .into_iter()
        .map(|part| bare(&part))
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect()
}

/// States whether a text begins with an instruction.
pub(super) fn starts_with_verb(text: &str) -> bool {
    let mut words = text
        .trim_start_matches(['"', '“', '*', '('])
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    // `Display is on` tells, and `Zoom Room` is a thing.
    let tells = words.next().is_some_and(|second| {
        [
            "is", "are", "was", "has", "have", "shows", "room", "rooms", "works",
        ]
        .iter()
        .any(|word| second.eq_ignore_ascii_case(word))
    });
    is_verb(first) && !(tells && THINGS.contains(&first.to_lowercase().as_str()))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_it_is_said_does_not_matter() {
        for text in [
            "Please restart the room.",
            "The technician must restart the room.",
            "Then, make sure to restart the room.",
            "AV Ops: restart the room.",
            "You should then restart the room.",
        ] {
            assert_eq!(bare(text), "Restart the room.", "{text}");
        }
    }

    #[test]
    fn instructions_in_one_sentence_are_told_apart_and_things_are_not() {
        assert_eq!(
            split("Open a ticket, notify the channel and then restart the room"),
            ["Open a ticket", "Notify the channel", "Restart the room"]
        );
        assert_eq!(
            split("Gather the name and email of the caller"),
            ["Gather the name and email of the caller"]
        );
        assert_eq!(
            split("Check power and network cables"),
            ["Check power and network cables"]
        );
    }
}
