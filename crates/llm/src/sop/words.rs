//! What words of operations people mean: verbs, hazards, headings, times.

use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

/// A regular expression that is part of the program.
pub(super) struct Pattern(LazyLock<Option<Regex>>);

impl Pattern {
    pub(super) const fn new(make: fn() -> Option<Regex>) -> Self {
        Self(LazyLock::new(make))
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<regex::Captures<'t>> {
        self.0.as_ref()?.captures(text)
    }

    pub(super) fn all<'t>(&'static self, text: &'t str) -> impl Iterator<Item = regex::Match<'t>> {
        self.0
            .as_ref()
            .into_iter()
            .flat_map(move |regex| regex.find_iter(text))
    }

    pub(super) fn find<'t>(&self, text: &'t str) -> Option<regex::Match<'t>> {
        self.0.as_ref()?.find(text)
    }
}

/// A pattern out of its text; the tests compile them all.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        pub(super) static $name: Pattern = Pattern::new(|| Regex::new($text).ok());
    };
}
pub(super) use pattern;

/// Verbs with which people tell each other what to do.
const VERBS: &str = "accept acknowledge activate add adjust advise agree align allow announce answer apply approve arrange ask assign \
     attach avoid await back backup begin blank block book boot brief bring build calibrate call cancel capture change charge \
     check clean clear click close collect compare complete configure confirm connect consult contact continue control copy correct \
     count cover create cue cut define delete deliver deploy describe detach determine disable disconnect discuss dispatch display document download \
     draft drag drive dry email empty enable end engage ensure enter erase escalate establish evacuate evaluate examine execute exit explain \
     export extend fade fetch file fill find finish fit fix flash follow format forward freeze gather get give go grab greet ground guide hand \
     hang have hold identify import inform initiate insert inspect install instruct inventory investigate invite isolate issue join keep label launch \
     lay lead leave let lift light limit link list load locate lock log look lower maintain make map mark measure meet mention mix monitor \
     mount move mute name note notify observe obtain offer open operate order organise organize park patch pause perform \
     phone photograph pick ping place plan play plug point post power prepare present press prevent print proceed provide publish pull \
     push put query raise ramp read reassign reboot recall receive recheck reconnect record recover reduce refresh register reinstall release reload \
     remind remove rename repair repeat replace reply report request reschedule reseat reserve reset resolve respond restart restore \
     resume retrieve retry return review revert rig roll rotate route run save scan schedule search secure see select send set setup share show shut \
     sign silence simulate sit sound speak stage stand start state stay step stop store strike submit swap switch \
     sync take talk tally tape tell terminate test thank tidy tie track train transfer trigger troubleshoot try turn type unblank unlock unmute unplug \
     untie update upgrade upload use validate verify view visit wait walk warn watch welcome wipe wire write zoom power-cycle re-seat re-check double-check";

/// States whether a word begins an instruction.
pub(crate) fn is_verb(word: &str) -> bool {
    VERBS
        .split_whitespace()
        .any(|verb| verb.eq_ignore_ascii_case(word))
}

pattern!(
    HAZARD,
    r"(?i)\b(restart\w*|re-?boot\w*|power[- ]?cycl\w*|power(ed|ing)? (off|down)|switch(ed|ing)? off the (power|mains|breaker)|shut(ting)? ?down|firmware|factory[- ]reset|hard reset|reset\w*|electric\w*|mains|breaker|voltage|ladder|scaffold\w*|rigging|live audience|on air|unplug\w*|disconnect\w* the (power|mains)|delete\w*|erase\w*|evacuat\w*|pyro\w*)\b"
);

pattern!(
    DURATION,
    r"(?i)\b(\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty-five|sixty)[ -]?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h)\b"
);

pattern!(
    LIMIT,
    r"(?i)\b(within|under|less than|no (?:more|longer) than|not (?:more|longer) than|at most|max(?:imum)?(?: of)?|up to|time ?limit|deadline|sla|target time|must be (?:done|completed|resolved) (?:in|within))\b[^.]{0,30}?(\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty-five|sixty)[ -]?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h)\b"
);

pattern!(
    WAITS,
    r"(?i)^(?:then |and )?(?:wait|allow|pause|give|hold|let)\b"
);

/// The first length of time in a text.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let found = DURATION.captures(text)?;
    length(found.get(1)?.as_str(), found.get(2)?.as_str())
}

/// The length of time that a text names as a limit. A wait is none.
pub(super) fn limit(text: &str) -> Option<Duration> {
    if WAITS.is_in(text) {
        return None;
    }
    let found = LIMIT.captures(text)?;
    length(found.get(2)?.as_str(), found.get(3)?.as_str())
}

fn length(number: &str, unit: &str) -> Option<Duration> {
    let number = match number.to_lowercase().as_str() {
        "a" | "an" | "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty-five" => 45.0,
        "sixty" => 60.0,
        digits => digits.parse::<f64>().ok()?,
    };
    let seconds = match unit.to_lowercase().chars().next()? {
        's' => number,
        'm' => number * 60.0,
        _ => number * 3600.0,
    };
    // Longer than a day is no length of a step.
    (seconds > 0.0 && seconds <= 86_400.0).then(|| Duration::from_secs_f64(seconds))
}

/// A length of time as recipes write it.
pub(super) fn spelt(duration: Duration) -> String {
    let millis = duration.as_millis();
    if !millis.is_multiple_of(1000) {
        format!("{millis}ms")
    } else if !millis.is_multiple_of(60_000) {
        format!("{}s", millis / 1000)
    } else if !millis.is_multiple_of(3_600_000) {
        format!("{}m", millis / 60_000)
    } else {
        format!("{}h", millis / 3_600_000)
    }
}

/// Where lines under a heading belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Wherever their words say.
    Steps,
    /// What has to be known.
    Intake,
    /// Before anything is touched.
    Before,
    /// Proof that it worked.
    After,
    /// When it did not.
    Failure,
    /// About the document: nothing to do.
    Notes,
    /// What it is for.
    Purpose,
}

/// What a heading says about the lines under it.
pub(super) fn section(heading: &str) -> Section {
    let text = heading.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["purpose", "objective", "description", "summary", "goal"]) {
        Section::Purpose
    } else if has(&[
        "scope",
        "definition",
        "reference",
        "contact",
        "revision",
        "history",
        "notes",
        "background",
        "introduction",
        "overview",
        "audience",
        "responsib",
        "glossary",
        "document control",
        "when to use",
        "applicab",
        "appendix",
        "related",
        "attendees",
        "distribution",
    ]) {
        Section::Notes
    } else if has(&[
        "rollback",
        "roll back",
        "roll-back",
        "back-out",
        "backout",
        "back out",
        "if it fails",
        "if this fails",
        "if that fails",
        "on failure",
        "fallback",
        "contingency",
        "plan b",
        "escalat",
        "if unsuccessful",
    ]) {
        Section::Failure
    } else if has(&[
        "verif",
        "validat",
        "confirm",
        "acceptance",
        "closing check",
        "sign-off",
        "sign off",
        "success criteria",
        "done when",
        "after the",
        "post-",
        "proof",
        "test",
    ]) {
        Section::After
    } else if has(&[
        "input",
        "required information",
        "information needed",
        "information to",
        "intake",
        "gather",
        "you will need",
        "you need",
        "needed",
        "ask",
    ]) {
        Section::Intake
    } else if has(&[
        "pre-check",
        "precheck",
        "prerequisite",
        "before",
        "prepar",
        "preflight",
        "pre-flight",
        "safety",
        "precondition",
        "plan",
    ]) {
        Section::Before
    } else {
        Section::Steps
    }
}

/// A word form of a name: `Room number (4 digits)` becomes `room_number`.
pub(super) fn identifier(text: &str) -> String {
    let mut name = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.len() >= 40 {
            break;
        }
    }
    let name = name.trim_matches('_').to_owned();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("n{name}")
    } else {
        name
    }
}

/// A text in which nothing is evaluated: what looks like a template is taken apart.
pub(super) fn plain(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    clean
        .replace("{{", "{ {")
        .replace("}}", "} }")
        .replace("{%", "{ %")
        .replace("{#", "{ #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        for (text, expected) in [
            ("Wait 30 seconds", "30s"),
            ("wait 5 min", "5m"),
            ("allow two minutes", "2m"),
            ("after an hour", "1h"),
            ("wait 90s", "90s"),
        ] {
            assert_eq!(
                duration(text).map(spelt).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(duration("Wait for the room 204"), None);
        assert_eq!(
            limit("must be resolved within 15 minutes")
                .map(spelt)
                .as_deref(),
            Some("15m")
        );
        assert_eq!(limit("wait 15 minutes"), None);
    }

    #[test]
    fn names_of_inputs_are_identifiers() {
        assert_eq!(identifier("Room number (4 digits)"), "room_number_4_digits");
        assert_eq!(identifier("2nd contact"), "n2nd_contact");
        assert_eq!(identifier("—"), "");
    }

    #[test]
    fn hazards_are_seen_in_every_form() {
        for text in [
            "Reboot the codec",
            "power-cycle it",
            "Update the firmware",
            "resetting",
            "Unplug the PDU",
        ] {
            assert!(HAZARD.is_in(text), "{text}");
        }
        assert!(!HAZARD.is_in("Check the preset"));
    }
}
