//! A command as words, `key=value` pairs and their places. Quotes of every kind are understood here.

use std::ops::Range;

use serde_json::Value;

use super::mistake::{Mistake, replaced};

/// Quotes that people type or paste in place of `"`.
const DOUBLE: [char; 7] = ['"', '“', '”', '„', '‟', '«', '»'];
/// Quotes that people type or paste in place of `'`.
const SINGLE: [char; 5] = ['\'', '‘', '’', '‚', '‛'];

/// A value with its place in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arg {
    pub(super) value: String,
    /// Bytes of the message, quotes included.
    pub(super) span: Range<usize>,
    pub(super) quoted: bool,
}

/// A part of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word by itself.
    Word(Arg),
    /// `key=value`; the key in lower case, with its place.
    Pair(String, Range<usize>, Arg),
}

/// Reads a message from left to right.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    /// Whether a typographic quote was read as a plain one.
    pub(super) typographic: bool,
}

impl<'a> Lexer<'a> {
    /// Reads these bytes of `text`.
    pub(super) fn new(text: &'a str, bytes: Range<usize>) -> Self {
        Self {
            text,
            at: bytes.start,
            end: bytes.end,
            typographic: false,
        }
    }

    /// Where it stands.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.at += c.len_utf8();
        }
    }

    /// Every part up to the end.
    pub(super) fn tokens(&mut self) -> Result<Vec<Token>, Mistake> {
        let mut tokens = Vec::new();
        while let Some(token) = self.token()? {
            tokens.push(token);
        }
        Ok(tokens)
    }

    /// The next part.
    pub(super) fn token(&mut self) -> Result<Option<Token>, Mistake> {
        self.skip_blanks();
        let start = self.at;
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        if is_quote(first) {
            return Ok(Some(Token::Word(self.quoted()?)));
        }
        if matches!(first, '{' | '[') {
            return Ok(Some(Token::Word(self.json()?)));
        }
        let word = self.bare(&['=']);
        if self.peek() != Some('=') && !self.is_equals_next() {
            return Ok(Some(Token::Word(self.checked(word, start)?)));
        }
        self.skip_blanks();
        self.at += '='.len_utf8();
        let key = word.trim_start_matches("--").to_lowercase();
        if key.is_empty()
            || !key
                .chars()
                .all(|c| c.is_alphanumeric() || "_-.".contains(c))
        {
            return Err(
                Mistake::at(self.text, start..self.at, "there is no name before the `=`")
                    .help("pairs are written name=value, for example agent=Support"),
            );
        }
        let key_span = start..start + word.len();
        self.skip_blanks_of_a_line();
        let value = self.value(&key)?;
        Ok(Some(Token::Pair(key, key_span, value)))
    }

    /// States whether an `=` stands after blanks, as in `name = "x"`.
    fn is_equals_next(&self) -> bool {
        let rest = self.rest().trim_start_matches([' ', '\t']);
        rest.len() < self.rest().len() && rest.starts_with('=')
    }

    fn skip_blanks_of_a_line(&mut self) {
        while let Some(c) = self.peek().filter(|c| matches!(c, ' ' | '\t')) {
            self.at += c.len_utf8();
        }
    }

    fn value(&mut self, key: &str) -> Result<Arg, Mistake> {
        let start = self.at;
        match self.peek() {
            None | Some('\n' | '\r') => Err(Mistake::at(
                self.text,
                start.saturating_sub(1)..start,
                format!("`{key}=` has no value"),
            )
            .help(format!(
                "write {key}=NAME, or {key}=\"NAME OF SEVERAL WORDS\""
            ))),
            Some(c) if is_quote(c) => self.quoted(),
            Some('{' | '[') => self.json(),
            Some(_) => {
                let word = self.bare(&[]);
                self.checked(word, start)
            }
        }
    }

    /// Everything up to a blank or one of `stops`.
    fn bare(&mut self, stops: &[char]) -> &'a str {
        let rest = self.rest();
        let length = rest
            .find(|c: char| c.is_whitespace() || stops.contains(&c))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A bare word, unless a quote stands within it.
    fn checked(&self, word: &str, start: usize) -> Result<Arg, Mistake> {
        let span = start..start + word.len();
        if let Some((at, quote)) = word.char_indices().find(|(_, c)| DOUBLE.contains(c)) {
            let place = start + at..start + at + quote.len_utf8();
            let mended = if at + quote.len_utf8() == word.len() {
                // The opening quote is what is missing.
                let name = word.get(..at).unwrap_or_default();
                replaced(self.text, span, &quote_name(name))
            } else {
                replaced(self.text, place.clone(), &format!(" {quote}"))
            };
            return Err(
                Mistake::at(self.text, place, "a quote stands in the middle of a word")
                    .help("quotes stand around a whole name: \"Projector Reset\"")
                    .corrected(mended),
            );
        }
        Ok(Arg {
            value: word.to_owned(),
            span,
            quoted: false,
        })
    }

    fn quoted(&mut self) -> Result<Arg, Mistake> {
        let start = self.at;
        let opening = self.peek().unwrap_or('"');
        self.at += opening.len_utf8();
        let is_single = SINGLE.contains(&opening);
        let closing: &[char] = if is_single { &SINGLE } else { &DOUBLE };
        // Plain quotes close plain ones where there are any, so that typographic ones can be part of a name.
        let found = (opening == '"')
            .then(|| self.closed_by(&['"'], is_single))
            .flatten()
            .or_else(|| self.closed_by(closing, is_single));
        let Some((value, end, quote)) = found else {
            return Err(self.unclosed(start, opening));
        };
        if let Some(swallowed) = swallowed_pair(&value) {
            // `"Support recipe="Projector …`: this quote closed where another should have opened.
            let inner = self
                .text
                .get(start + opening.len_utf8()..end)
                .unwrap_or_default();
            let name = inner.get(..swallowed).unwrap_or_default();
            let at = start + opening.len_utf8() + name.len();
            return Err(
                Mistake::at(self.text, start..at, "this quote is never closed")
                    .help("close it right behind the name")
                    .corrected(replaced(
                        self.text,
                        start..at,
                        &format!("{} ", quote_name(name.trim_end())),
                    )),
            );
        }
        self.typographic |= !matches!(opening, '"' | '\'') || !matches!(quote, '"' | '\'');
        self.at = end + quote.len_utf8();
        if let Some(c) = self.peek().filter(|c| !c.is_whitespace()) {
            let place = self.at..self.at + c.len_utf8();
            let mended = replaced(self.text, self.at..self.at, " ");
            return Err(Mistake::at(
                self.text,
                place,
                "there is no blank behind the closing quote",
            )
            .corrected(mended));
        }
        Ok(Arg {
            value,
            span: start..self.at,
            quoted: true,
        })
    }

    /// What stands before the next of these quotes, where that quote is, and which.
    fn closed_by(&self, closing: &[char], is_single: bool) -> Option<(String, usize, char)> {
        let mut value = String::new();
        let mut letters = self.rest().char_indices().peekable();
        while let Some((at, c)) = letters.next() {
            let next = letters.peek().map(|(_, c)| *c);
            if c == '\\' && next.is_some_and(|c| c == '\\' || closing.contains(&c)) {
                value.extend(next);
                letters.next();
            } else if closing.contains(&c)
                // An apostrophe within a name closes nothing.
                && (!is_single || next.is_none_or(char::is_whitespace))
            {
                return Some((value, self.at + at, c));
            } else {
                value.push(c);
            }
        }
        None
    }

    fn unclosed(&self, start: usize, opening: char) -> Mistake {
        let inner = self.rest();
        let line = inner.lines().next().unwrap_or_default();
        // What follows may be the next pair: the name ends before it.
        let name = match pair_within(line) {
            Some(at) => line.get(..at).unwrap_or_default(),
            None => line,
        };
        let end = start + opening.len_utf8() + name.len();
        Mistake::at(
            self.text,
            start..start + opening.len_utf8(),
            "this quote is never closed",
        )
        .help("close it right behind the name")
        .corrected(replaced(
            self.text,
            start..end,
            &quote_name(name.trim_end()),
        ))
    }

    /// A JSON value as it stands.
    fn json(&mut self) -> Result<Arg, Mistake> {
        let start = self.at;
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(Arg {
                    value: value.to_string(),
                    span: start..self.at,
                    quoted: true,
                })
            }
            Some(Err(error)) => {
                let at = start + super::body::offset(self.rest(), &error);
                Err(Mistake::at(
                    self.text,
                    at..at + 1,
                    format!("this is no JSON: {}", super::body::reason(&error)),
                )
                .help("lists are written [\"A\", \"B\"]"))
            }
            None => Err(Mistake::at(self.text, start..start + 1, "this is no JSON")),
        }
    }
}

pub(super) fn is_quote(c: char) -> bool {
    DOUBLE.contains(&c) || SINGLE.contains(&c)
}

pub(super) fn is_single_quote(c: char) -> bool {
    SINGLE.contains(&c)
}

pub(super) fn is_double_quote(c: char) -> bool {
    DOUBLE.contains(&c)
}

/// Where in a quoted name a `key=` begins with which the name ends: the sign of a quote that was forgotten.
fn swallowed_pair(value: &str) -> Option<usize> {
    let key = value.strip_suffix('=')?;
    let at = key.rfind(char::is_whitespace)? + 1;
    let name = key.get(at..)?;
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(at)
}

/// Where the first ` key=` of a line begins.
fn pair_within(line: &str) -> Option<usize> {
    let equals = line.find('=')?;
    let before = line.get(..equals)?;
    let at = before.rfind(char::is_whitespace)?;
    let key = before.get(at..)?.trim();
    (!key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(at)
}

/// A name as a command must hold it.
pub(super) fn quote_name(name: &str) -> String {
    let is_bare = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.:/@#+,".contains(c));
    if is_bare {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text, 0..text.len());
        let tokens = lexer.tokens().unwrap();
        tokens
            .into_iter()
            .map(|token| match token {
                Token::Word(arg) => arg.value,
                Token::Pair(key, _, arg) => format!("{key}→{}", arg.value),
            })
            .collect()
    }

    fn mistake(text: &str) -> Mistake {
        Lexer::new(text, 0..text.len()).tokens().unwrap_err()
    }

    #[test]
    fn names_of_several_words_stand_in_quotes_of_any_kind() {
        for text in [
            r#"run "Projector Reset" room=204"#,
            "run “Projector Reset” room=204",
            "run „Projector Reset“ room=204",
            "run «Projector Reset» room=204",
            "run 'Projector Reset' room = 204",
        ] {
            assert_eq!(read(text), ["run", "Projector Reset", "room→204"], "{text}");
        }
    }

    #[test]
    fn what_is_within_plain_quotes_is_kept_as_it_is() {
        assert_eq!(
            read(r#"a="say \"x\"" b="the “black” one" c='O’Brien room'"#),
            ["a→say \"x\"", "b→the “black” one", "c→O’Brien room"]
        );
    }

    #[test]
    fn lists_are_json() {
        assert_eq!(
            read(r#"rooms=["A 1", "B"] dry=true"#),
            [r#"rooms→["A 1","B"]"#, "dry→true"]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_pointed_at() {
        let text = r#"attach agent="Support recipe="Projector Reset""#;
        let found = mistake(text);
        assert_eq!(found.place, 13);
        assert_eq!(
            found.corrected.as_deref(),
            Some(r#"attach agent=Support recipe="Projector Reset""#)
        );
        let found = mistake(r#"new "Projector Reset"#);
        assert_eq!(found.place, 4);
        assert_eq!(found.corrected.as_deref(), Some(r#"new "Projector Reset""#));
        let found = mistake("run \"Support recipe=Reset");
        assert_eq!(found.corrected.as_deref(), Some("run Support recipe=Reset"));
    }

    #[test]
    fn a_missing_opening_quote_is_put_where_it_belongs() {
        let found = mistake(r#"new Projector" x"#);
        assert_eq!(found.place, 13);
        assert_eq!(found.corrected.as_deref(), Some("new Projector x"));
    }

    #[test]
    fn a_pair_needs_a_name_and_a_value() {
        assert!(mistake("=x").message.contains("no name"));
        assert!(mistake("run recipe=").message.contains("no value"));
    }
}
