//! Looks at an expression's text before anything parses it.
//!
//! The parser and the evaluator of the expression library recurse along operators and iterate over lazy
//! lists without counting; a few kilobytes could end the process. So length, nesting, operators and the
//! use of `*` are bounded here, on the bare tokens.

use super::SyntaxError;
use super::functions::{FILTERS, TESTS};
use crate::nearest::nearest;

/// Longest expression, in bytes.
pub(crate) const MAX_LENGTH: usize = 2048;
const MAX_NESTING: usize = 24;
const MAX_OPERATORS: usize = 128;
const MAX_UNARY_IN_A_ROW: usize = 8;
const MAX_MAKERS: usize = 16;

/// What an expression's text holds, as far as the bounds need to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// It multiplies, so it may hold numbers only.
    pub(crate) multiplies: bool,
}

/// Checks the bounds, and that every filter and test is one of the closed list; the error says what is wrong.
pub(crate) fn inspect(text: &str) -> Result<Shape, SyntaxError> {
    let mut scan = Scan::default();
    match scan.all(text) {
        Ok(()) => Ok(Shape {
            multiplies: scan.multiplies,
        }),
        Err(message) => Err(SyntaxError {
            message,
            help: scan.help,
        }),
    }
}

#[derive(Debug, Default)]
struct Scan {
    nesting: usize,
    operators: usize,
    unary_in_a_row: usize,
    /// What makes new texts and lists: the fuel of the evaluator does not see how large they are.
    makers: usize,
    multiplies: bool,
    holds_text_or_list: bool,
    before: Before,
    /// What the next word names.
    next: Names,
    help: Option<String>,
}

/// The token before.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Before {
    #[default]
    Operator,
    /// A sign is binary and a bracket is an index.
    Operand,
    /// The name of a filter or test: a bracket holds its arguments.
    Callable,
}

/// What a word stands for, by what stands before it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Names {
    #[default]
    Value,
    /// After `|`.
    Filter,
    /// After `is` or `is not`.
    Test,
}

impl Scan {
    fn all(&mut self, text: &str) -> Result<(), String> {
        if text.len() > MAX_LENGTH {
            return Err(format!(
                "the expression is {} bytes long; at most {MAX_LENGTH} are allowed",
                text.len()
            ));
        }
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            rest = match character {
                '\'' | '"' => self.text(rest, character)?,
                '(' | '[' | '{' => self.open(rest)?,
                ')' | ']' | '}' => self.close(rest),
                _ if character.is_alphabetic() || character == '_' => self.word(rest)?,
                _ if character.is_ascii_digit() => self.number(rest),
                _ => self.sign(rest, character)?,
            };
        }
        if self.multiplies && self.holds_text_or_list {
            return Err(
                "`*` multiplies numbers; texts and lists cannot stand in the same expression"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn operator(&mut self) -> Result<(), String> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            return Err(format!(
                "the expression has more than {MAX_OPERATORS} operators; split it with `set`"
            ));
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<(), String> {
        self.unary_in_a_row += 1;
        if self.unary_in_a_row > MAX_UNARY_IN_A_ROW {
            return Err(format!(
                "more than {MAX_UNARY_IN_A_ROW} signs or `not` in a row"
            ));
        }
        self.operator()
    }

    fn operand(&mut self) {
        self.next = Names::Value;
        self.before = Before::Operand;
        self.unary_in_a_row = 0;
    }

    fn text<'a>(&mut self, rest: &'a str, quote: char) -> Result<&'a str, String> {
        let mut characters = rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            if character == '\\' {
                characters.next();
            } else if character == quote {
                self.holds_text_or_list = true;
                self.operand();
                return Ok(&rest[at + 1..]);
            }
        }
        Err(format!("a text that starts with {quote} does not end"))
    }

    fn open<'a>(&mut self, rest: &'a str) -> Result<&'a str, String> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(format!("brackets are nested deeper than {MAX_NESTING}"));
        }
        if rest.starts_with('(') && self.before == Before::Operand {
            self.help = Some("there are filters: `name | upper`, not `name.upper()`".to_owned());
            return Err("values cannot be called".to_owned());
        }
        if rest.starts_with('{') || (rest.starts_with('[') && self.before == Before::Operator) {
            self.holds_text_or_list = true;
        }
        self.operator()?;
        self.before = Before::Operator;
        Ok(&rest[1..])
    }

    fn close<'a>(&mut self, rest: &'a str) -> &'a str {
        self.nesting = self.nesting.saturating_sub(1);
        self.operand();
        &rest[1..]
    }

    fn word<'a>(&mut self, rest: &'a str) -> Result<&'a str, String> {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let word = &rest[..end];
        match (self.next, word) {
            (Names::Filter, _) => self.known("filter", word, FILTERS)?,
            // `is not defined` is one operator.
            (Names::Test, "not") => return Ok(&rest[end..]),
            (Names::Test, _) => self.known("test", word, TESTS)?,
            (Names::Value, _) => self.value_word(word)?,
        }
        Ok(&rest[end..])
    }

    fn known(&mut self, what: &str, word: &str, names: &[&str]) -> Result<(), String> {
        self.operand();
        self.before = Before::Callable;
        if names.contains(&word) {
            return Ok(());
        }
        let help = nearest(word, names.iter().copied()).map_or_else(
            || format!("there are: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.help = Some(help);
        Err(format!("there is no {what} `{word}`"))
    }

    fn value_word(&mut self, word: &str) -> Result<(), String> {
        match word {
            "not" => {
                self.unary()?;
                self.before = Before::Operator;
            }
            "and" | "or" | "in" | "is" | "if" | "else" => {
                self.operator()?;
                self.before = Before::Operator;
                self.unary_in_a_row = 0;
                if word == "is" {
                    self.next = Names::Test;
                }
            }
            _ => self.operand(),
        }
        Ok(())
    }

    fn number<'a>(&mut self, rest: &'a str) -> &'a str {
        self.operand();
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[end..]
    }

    fn sign<'a>(&mut self, rest: &'a str, character: char) -> Result<&'a str, String> {
        let next = &rest[character.len_utf8()..];
        if character.is_whitespace() || character == ',' || character == ':' {
            if character == ',' || character == ':' {
                self.before = Before::Operator;
                self.unary_in_a_row = 0;
            }
            return Ok(next);
        }
        if matches!(character, '-' | '+') && self.before == Before::Operator {
            self.unary()?;
            return Ok(next);
        }
        self.operator()?;
        self.multiplies |= character == '*';
        if matches!(character, '+' | '~' | '|') {
            self.makers += 1;
            if self.makers > MAX_MAKERS {
                return Err(format!(
                    "more than {MAX_MAKERS} `+`, `~` or `|`; split it with `set`"
                ));
            }
        }
        self.next = if character == '|' {
            Names::Filter
        } else {
            Names::Value
        };
        self.before = Before::Operator;
        self.unary_in_a_row = 0;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::inspect;

    #[test]
    fn everyday_expressions_pass() {
        for text in [
            "zoom_room.status == 'online'",
            "rooms | length > 3 and not (a in ['x', 'y'])",
            "-1 + 2 * n",
            "rooms[0].name ~ ' is ' ~ rooms[0].status",
            "a if b else c",
            "a is not defined and (b is defined or c is not none)",
            "not (a) and a in (b)",
            "a | default('x') | replace('x', 'y') | length > (3)",
            "a is startingwith('x')",
            "{'a': (1)}",
        ] {
            assert!(inspect(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn bombs_are_refused_before_anything_parses_them() {
        for text in [
            "-".repeat(2000) + "1",
            "not ".repeat(400) + "true",
            "a.".repeat(1000) + "a",
            "1+".repeat(900) + "1",
            "(".repeat(100) + "1" + &")".repeat(100),
            "[1] * 1000000000".to_owned(),
            "'x' * 1000000000".to_owned(),
            "x".repeat(5000),
            "'open".to_owned(),
            "a | indent(1000000000)".to_owned(),
            "'%1000000000d' | format(1)".to_owned(),
            "range(1000000000)".to_owned(),
            "a.b.items()".to_owned(),
            "(a)(b)".to_owned(),
            "a is callable".to_owned(),
            "[".to_owned() + &"a|split,".repeat(100) + "a]",
        ] {
            assert!(inspect(&text).is_err(), "{}", &text[..20.min(text.len())]);
        }
    }
}
