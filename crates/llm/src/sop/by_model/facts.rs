//! What the procedure says of numbers, names and addresses, to tell what a model made up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use avops_recipe::Vocabulary;
use regex::Regex;

use crate::sop::lines::Line;
use crate::sop::words::{Pattern, duration, pattern};

pattern!(NUMBER, r"\d+(?:[.,:]\d+)*");
pattern!(
    ADDRESS,
    r"(?i)\b[a-z][a-z0-9+.-]*://[^\s]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#[a-z0-9][\w-]+|\b(?:[a-z0-9-]+\.)+(?:[a-z]{2,})\b"
);
pattern!(TEMPLATE, r"\{\{[^}]*\}\}");
pattern!(NAME, r"\b[A-Z][\p{L}\d'-]+");
pattern!(
    NUMBER_WORD,
    r"(?i)\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|both|twice|once)\b"
);

/// Longest text that is one value rather than a sentence, in words.
const VALUE: usize = 3;

/// What is known from the procedure and from people.
pub(super) struct Known {
    text: String,
    numbers: BTreeSet<String>,
    words: BTreeSet<String>,
    /// Words of the trade: titles and names of tools. They are no facts about a place or a person.
    trade: BTreeSet<String>,
}

/// Something that stands in a draft and not in the procedure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Invented {
    pub(super) what: String,
    /// Whether something could be sent there.
    pub(super) is_address: bool,
}

impl Known {
    pub(super) fn new(
        lines: &[Line],
        name: Option<&str>,
        answers: &BTreeMap<String, String>,
        vocabulary: &Vocabulary,
    ) -> Self {
        let mut text = String::new();
        let said = lines.iter().map(|line| line.text.as_str());
        for part in said.chain(answers.values().map(String::as_str)).chain(name) {
            text.push_str(&part.to_lowercase());
            text.push('\n');
        }
        let mut numbers: BTreeSet<String> = all(&NUMBER, &text).map(str::to_owned).collect();
        numbers.extend(all(&NUMBER_WORD, &text).filter_map(|word| digits(word).map(str::to_owned)));
        let sentences = text.split(['\n', '.', ';', ',']);
        for length in sentences.filter_map(duration) {
            numbers.extend(in_units(length));
        }
        let trade = vocabulary.tools.values().flat_map(|tool| {
            let actions = tool.actions.values();
            let titles =
                actions.flat_map(|action| words(&action.title).chain(words(&action.description)));
            words(&tool.name).chain(titles).collect::<Vec<_>>()
        });
        Self {
            numbers,
            words: words(&text).collect(),
            trade: trade.collect(),
            text,
        }
    }

    /// What a sentence of a draft holds that nobody said.
    pub(super) fn in_sentence(&self, text: &str) -> Vec<Invented> {
        let text = without_templates(text);
        let mut found: Vec<Invented> = self.addresses(&text);
        found.extend(self.numbers_in(&text));
        for name in NAME.all(&text) {
            let begins = text
                .get(..name.start())
                .map(|before| before.trim_end().trim_end_matches(['"', '\'', '(']))
                .is_none_or(|before| {
                    before.is_empty() || before.ends_with(['.', '!', '?', ':', '-', '–'])
                });
            let lower = name.as_str().to_lowercase();
            let is_known =
                words(&lower).all(|word| self.words.contains(&word) || self.trade.contains(&word));
            if !begins && !is_known && !self.text.contains(&lower) {
                found.push(Invented::thing(name.as_str()));
            }
        }
        unique(found)
    }

    /// What a value of a draft holds that nobody said: short texts must stand in the procedure as they are.
    pub(super) fn in_value(&self, text: &str) -> Vec<Invented> {
        let bare = without_templates(text);
        let bare = bare.trim();
        let mut found = self.in_sentence(text);
        let short = bare.split_whitespace().count() <= VALUE;
        let is_word = bare.chars().any(char::is_alphabetic);
        if found.is_empty() && short && is_word && bare == text.trim() && !self.says(bare) {
            found.push(Invented::thing(bare));
        }
        found
    }

    /// What a condition of a draft holds that nobody said. Words in it are what systems answer, and so no facts of the
    /// procedure; nothing and one are how things are counted.
    pub(super) fn in_condition(&self, text: &str) -> Vec<Invented> {
        let found = self.numbers_in(text);
        unique(
            found
                .into_iter()
                .filter(|found| !["0", "1"].contains(&found.what.as_str()))
                .collect(),
        )
    }

    /// Whether a length of time is one that the procedure names.
    pub(super) fn names(&self, length: Duration) -> bool {
        in_units(length)
            .iter()
            .any(|number| self.numbers.contains(number))
    }

    fn says(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        self.text.contains(&lower) || words(&lower).all(|word| self.words.contains(&word))
    }

    fn numbers_in(&self, text: &str) -> Vec<Invented> {
        all_whole_numbers(text)
            .filter(|number| !self.numbers.contains(*number))
            .map(Invented::thing)
            .collect()
    }

    fn addresses(&self, text: &str) -> Vec<Invented> {
        all(&ADDRESS, text)
            .map(|found| found.trim_end_matches(['.', ',', ')', ']', '"', '\'']))
            .filter(|found| !self.text.contains(&found.to_lowercase()))
            .map(|found| Invented {
                what: found.to_owned(),
                is_address: true,
            })
            .collect()
    }
}

impl Invented {
    fn thing(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            is_address: false,
        }
    }
}

fn unique(found: Vec<Invented>) -> Vec<Invented> {
    let found: BTreeSet<Invented> = found.into_iter().collect();
    found.into_iter().collect()
}

fn all<'t>(pattern: &'static Pattern, text: &'t str) -> impl Iterator<Item = &'t str> {
    pattern.all(text).map(|found| found.as_str())
}

/// Numbers that are no part of a word: `2` of `input 2`, not of `input_2` or `h264`.
fn all_whole_numbers(text: &str) -> impl Iterator<Item = &str> {
    NUMBER.all(text).filter_map(|found| {
        let before = text.get(..found.start())?.chars().next_back();
        let is_part = before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '#');
        (!is_part).then(|| found.as_str())
    })
}

fn without_templates(text: &str) -> String {
    let mut bare = String::new();
    let mut from = 0;
    for found in TEMPLATE.all(text) {
        bare.push_str(text.get(from..found.start()).unwrap_or_default());
        bare.push(' ');
        from = found.end();
    }
    bare.push_str(text.get(from..).unwrap_or_default());
    bare
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// A length of time as people may write it: in seconds, minutes and hours.
fn in_units(length: Duration) -> Vec<String> {
    let seconds = length.as_secs();
    [1, 60, 3600]
        .into_iter()
        .filter(|unit| seconds > 0 && seconds.is_multiple_of(*unit))
        .map(|unit| (seconds / unit).to_string())
        .collect()
}

fn digits(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "one" | "once" => "1",
        "two" | "both" | "twice" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "ten" => "10",
        "eleven" => "11",
        "twelve" => "12",
        "fifteen" => "15",
        "twenty" => "20",
        "thirty" => "30",
        "forty" => "40",
        "fifty" => "50",
        "sixty" => "60",
        "hundred" => "100",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sop::lines;

    fn known(text: &str) -> Known {
        Known::new(
            &lines::read(text),
            None,
            &BTreeMap::new(),
            &Vocabulary::default(),
        )
    }

    fn made_up(found: &[Invented]) -> Vec<&str> {
        found.iter().map(|found| found.what.as_str()).collect()
    }

    #[test]
    fn numbers_names_and_addresses_that_nobody_said_are_seen() {
        let known = known("Wait two minutes, then select input 3 in Boardroom 4 and tell #av-ops.");
        for (text, expected) in [
            ("Select input 3 in Boardroom 4", vec![]),
            ("Select input 5", vec!["5"]),
            ("Tell #av-ops and Dana", vec!["Dana"]),
            ("Send it to #everyone", vec!["#everyone"]),
            (
                "Look at https://evil.example/x",
                vec!["https://evil.example/x"],
            ),
            ("Ask dana@site.example", vec!["dana@site.example"]),
            ("Room {{ intake.room7 }} waits 120 seconds", vec![]),
        ] {
            assert_eq!(made_up(&known.in_sentence(text)), expected, "{text}");
        }
        assert!(known.names(Duration::from_mins(2)));
        assert!(!known.names(Duration::from_secs(90)));
        assert_eq!(made_up(&known.in_condition("lamp.hours < 2000")), ["2000"]);
        assert!(known.in_condition("rooms | length > 0").is_empty());
    }

    #[test]
    fn a_short_value_must_stand_in_the_procedure() {
        let known = known("Recall the preset morning in Boardroom 4");
        assert!(known.in_value("Boardroom 4").is_empty());
        assert!(known.in_value("{{ intake.room }}").is_empty());
        assert_eq!(made_up(&known.in_value("evening")), ["evening"]);
        assert!(
            known
                .in_value("the picture has gone from the big screen")
                .is_empty()
        );
    }
}
