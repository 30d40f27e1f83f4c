//! Conditions: `if … then … otherwise`, and what is done when it did not work.

use regex::Regex;

use super::super::calls::{Yaml, condition};
use super::super::lines::{Line, sentences};
use super::super::words::{Pattern, Section, pattern, plain};
use super::clauses::starts_with_verb;
use super::{Piece, Reader, Role};

pattern!(
    OPENS,
    r"(?i)^(?:if|when|whenever|in case|should|otherwise|else|if not|if so|if yes|if no)\b.*:\s*$"
);
pattern!(
    IF,
    r"(?i)^(?:if|when|whenever|in case(?: that| of)?|should|in the event(?: that| of)?)\s+(.+)$"
);
pattern!(
    LATER_IF,
    r"(?i)^(.{4,}?),?\s+(?:only )?(if|unless|in case)\s+(.+)$"
);
pattern!(
    ELSE,
    r"(?i)^(?:(?:otherwise|else|if not|if no)\b\s*(?:->|→|[,:–—-])?|no\s*(?:->|→|[,:–—-]))\s*(.*)$"
);
pattern!(
    YES,
    r"(?i)^(?:(?:if yes|if so)\b\s*(?:->|→|[,:–—-])?|yes\s*(?:->|→|[,:–—-]))\s*(.*)$"
);
pattern!(
    FAILED,
    r"(?i)\b(still|does(?:n't| not) (?:work|help|resolve|fix|recover|come back|respond)|did(?:n't| not) (?:work|help|resolve|fix|recover|come back)|persists?|persisting|is not (?:resolved|fixed|restored|solved)|isn't (?:resolved|fixed)|not (?:resolved|fixed|restored|solved)|unsuccessful|unresolved|(?:that|this|it|anything|any step|any of (?:these|the above)|the [\w -]{2,30}?) (?:fails|failed)|no (?:success|improvement|change)|remains)\b"
);
pattern!(
    OCCASION,
    r"(?i)^(?:an? |the |any )?(?:[\w-]+ )?[a-z-]+ (?:reports?|calls?|complains?|says?|asks?|comes? in|arrives?|is (?:received|raised|opened)|requests?|needs?|contacts?|opens?)\b"
);
pattern!(
    LOOKS,
    r"(?i)^(?:check|verify|confirm|see|test|look|make sure|ensure|find out)(?: whether| if| that)?\s+"
);
pattern!(
    STOP,
    r"(?i)^(?:stop|abort|end|do not (?:continue|proceed)|don't (?:continue|proceed)|no further action|nothing (?:more )?to do|exit|terminate|this (?:sop|procedure) does not apply)\b(?: here| there| now)?(?: (?:the )?(?:procedure|sop|run|process))?"
);
pattern!(
    INNER_ELSE,
    r"(?i)[,;.]\s*(?:otherwise|else|if not)\b[,:]?\s*"
);

/// States whether a line opens a block of lines under a condition.
pub(super) fn opens(text: &str) -> bool {
    OPENS.is_in(text)
}

/// States whether a text is a condition or an answer.
pub(super) fn is_condition(text: &str) -> bool {
    IF.is_in(text) || is_answer(text)
}

/// States whether a text answers the question before it.
pub(super) fn is_answer(text: &str) -> bool {
    YES.is_in(text) || ELSE.is_in(text)
}

/// States whether a text says that the run ends here.
pub(super) fn stops(text: &str) -> bool {
    STOP.is_in(text)
}

impl Reader<'_> {
    /// A condition with the lines moved in under it.
    pub(super) fn block(&mut self, line: &Line, under: &[Line]) {
        let head = line.body.trim_end_matches(':').trim().to_owned();
        self.read.used.insert(line.number);
        if ELSE
            .captures(&head)
            .is_some_and(|found| found[1].trim().is_empty())
        {
            let inner = self.inside(|reader| reader.lines(under));
            self.otherwise(inner);
            return;
        }
        if IF
            .captures(&head)
            .is_some_and(|found| OCCASION.is_in(&found[1]))
        {
            self.lines(under);
            return;
        }
        let text = if YES.is_in(&head) {
            self.asked.clone().unwrap_or(head)
        } else {
            head
        };
        let text = IF
            .captures(&text)
            .map_or(text.clone(), |found| found[1].to_owned());
        if FAILED.is_in(&text) {
            let inner = self.inside(|reader| {
                let section = std::mem::replace(&mut reader.section, Section::Steps);
                reader.lines(under);
                reader.section = section;
            });
            self.fail(inner);
            return;
        }
        let inner = self.inside(|reader| reader.lines(under));
        self.branch(&text, false, inner);
    }

    /// A sentence that is a condition; says whether it was one.
    pub(super) fn conditional(&mut self, sentence: &str, line: &Line) -> bool {
        let text = sentence.trim().trim_end_matches('.').trim();
        let said = super::clauses::bare(text);
        if let Some(found) = YES.captures(text)
            && let Some(question) = self.asked.clone()
        {
            let inner = self.side(&found[1], line);
            self.branch(&question, false, inner);
            return true;
        }
        if let Some(found) = ELSE.captures(text)
            && (self.asked.is_some() || self.looked.is_some() || self.last_is_branch())
        {
            let inner = self.side(&found[1], line);
            self.otherwise(inner);
            return true;
        }
        let (condition, deed, unless) = if let Some(found) = IF.captures(text) {
            match parted(&found[1]) {
                Some((condition, deed)) => (condition, deed, false),
                None => return false,
            }
        } else if let Some(found) = LATER_IF.captures(&said)
            && starts_with_verb(&found[1])
            && !found[1].to_lowercase().starts_with("ask")
            && !["check if", "see if", "verify if", "confirm if"]
                .iter()
                .any(|look| text.to_lowercase().contains(look))
        {
            (
                found[3].to_owned(),
                found[1].to_owned(),
                found[2].eq_ignore_ascii_case("unless"),
            )
        } else {
            return false;
        };
        let (deed, other) = match INNER_ELSE.find(&deed) {
            Some(found) => (
                deed[..found.start()].to_owned(),
                Some(deed[found.end()..].to_owned()),
            ),
            None => (deed, None),
        };
        if FAILED.is_in(&condition) {
            let inner = self.side(&deed, line);
            self.fail(inner);
            return true;
        }
        if OCCASION.is_in(&condition) {
            // That is when the procedure is used, not a choice within it.
            self.read.used.insert(line.number);
            self.sentence(&deed, line);
            return true;
        }
        let inner = self.side(&deed, line);
        self.branch(&condition, unless, inner);
        if let Some(other) = other {
            let inner = self.side(&other, line);
            self.attach_else(inner);
        }
        true
    }

    /// Steps that go elsewhere than to the text's own list.
    fn inside(&mut self, fill: impl FnOnce(&mut Self)) -> Vec<Piece> {
        let outer = std::mem::take(&mut self.out);
        fill(self);
        std::mem::replace(&mut self.out, outer)
    }

    /// The steps of one side, which is a sentence or several.
    fn side(&mut self, text: &str, line: &Line) -> Vec<Piece> {
        let known = self.scene.known.clone();
        let inner = self.inside(|reader| {
            for sentence in sentences(text) {
                if stops(&sentence) {
                    let reason = plain(line.body.trim_end_matches('.'));
                    reader.push(Role::Look, &sentence, vec![("stop", Yaml::Text(reason))]);
                } else {
                    reader.plain_sentence(&sentence, true);
                }
            }
        });
        // What only one side binds is not known after it.
        self.scene.known = known;
        inner
    }

    /// Adds `if`, with the reads or the question that its condition needs.
    fn branch(&mut self, text: &str, negated: bool, inner: Vec<Piece>) {
        if inner.is_empty() {
            return;
        }
        let text = text.trim().trim_end_matches(['?', '.', ',', ':']).trim();
        let text = LOOKS
            .find(text)
            .map_or(text, |found| text[found.end()..].trim());
        let expression = if let Some(found) = condition(text, &mut self.scene) {
            for call in found.calls {
                self.call(text, call, None);
            }
            found.check.unwrap_or_else(|| "true".to_owned())
        } else {
            self.conditions += 1;
            let name = format!("holds_{}", self.conditions);
            let question = format!("Look and answer yes or no in the note: {}?", plain(text));
            self.push(
                Role::Look,
                text,
                vec![
                    ("manual", Yaml::Text(question)),
                    ("as", Yaml::Text(name.clone())),
                ],
            );
            format!("(({name}.note or '') | lower | trim) in ['yes', 'y', 'true', 'ok']")
        };
        let expression = if negated {
            format!("not ({expression})")
        } else {
            expression
        };
        let role = if inner.iter().any(|piece| piece.role == Role::Do) {
            Role::Do
        } else {
            Role::Look
        };
        let step = vec![("if", Yaml::Text(expression)), ("then", steps(inner))];
        self.push(role, text, step);
    }

    /// The other side of the branch before; without one, of the question or the look before.
    fn otherwise(&mut self, inner: Vec<Piece>) {
        if self.attach_else(inner.clone()) {
            return;
        }
        if let Some(question) = self.asked.clone() {
            self.branch(&question, true, inner);
        } else if let Some(look) = self.looked.take() {
            self.branch(&look, true, inner);
        } else {
            self.out.extend(inner);
        }
    }

    fn last_is_branch(&self) -> bool {
        self.out.last().is_some_and(is_branch)
    }

    /// Adds the other side to the branch before; says whether there was one without.
    fn attach_else(&mut self, inner: Vec<Piece>) -> bool {
        let Some(branch) = self
            .out
            .last_mut()
            .filter(|piece| is_branch(piece) && !piece.step.iter().any(|(key, _)| key == "else"))
        else {
            return false;
        };
        if inner.is_empty() {
            return true;
        }
        if inner.iter().any(|piece| piece.role == Role::Do) {
            branch.role = Role::Do;
            self.acted = true;
        }
        let at = branch
            .step
            .iter()
            .position(|(key, _)| key == "then")
            .map_or(branch.step.len(), |at| at + 1);
        branch.step.insert(at, ("else".to_owned(), steps(inner)));
        true
    }

    /// What is done when it did not work.
    pub(super) fn fail(&mut self, inner: Vec<Piece>) {
        for piece in inner {
            let allowed = ["action", "notify", "manual"];
            let fits = piece
                .step
                .first()
                .is_some_and(|(verb, _)| allowed.contains(&verb.as_str()));
            if fits {
                self.read.failure.push(piece);
            } else if !piece.step.iter().any(|(key, _)| key == "approve") {
                let text = plain(&piece.text);
                self.read.failure.push(Piece {
                    step: vec![("manual".to_owned(), Yaml::Text(text))],
                    ..piece
                });
            }
        }
    }
}

fn is_branch(piece: &Piece) -> bool {
    piece.step.first().is_some_and(|(key, _)| key == "if")
}

/// The steps of a side as a list, each with the line it came from.
fn steps(pieces: Vec<Piece>) -> Yaml {
    Yaml::List(
        pieces
            .into_iter()
            .map(|piece| Yaml::Map(with_source(piece)))
            .collect(),
    )
}

/// The keys of a step with where it came from.
pub(in crate::sop) fn with_source(piece: Piece) -> Vec<(String, Yaml)> {
    let mut step = piece.step;
    let line = i64::try_from(piece.line).unwrap_or(i64::MAX);
    step.push((
        "source".to_owned(),
        Yaml::Map(vec![
            ("line".to_owned(), Yaml::Whole(line)),
            ("text".to_owned(), Yaml::Text(plain(&piece.text))),
        ]),
    ));
    step
}

/// Condition and deed of what stands behind `if`.
fn parted(text: &str) -> Option<(String, String)> {
    let mut from = 0;
    let mut first = None;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| rest.find([',', ':']))
        .map(|at| at + from)
    {
        let deed = text[at + 1..].trim().trim_start_matches("then ").trim();
        if starts_with_verb(deed) || stops(deed) {
            return Some((text[..at].to_owned(), deed.to_owned()));
        }
        first = first.or(Some((text[..at].to_owned(), deed.to_owned())));
        from = at + 1;
    }
    if let Some(at) = text.find(" then ") {
        return Some((text[..at].to_owned(), text[at + 6..].to_owned()));
    }
    first.filter(|(_, deed)| !deed.is_empty())
}
