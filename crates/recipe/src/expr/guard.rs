//! Looks at an expression's text before anything parses it.
//!
//! The parser and the evaluator of the expression library recurse along operators and iterate over lazy
//! lists without counting; a few kilobytes could end the process. So length, nesting, operators and the
//! use of `*` are bounded here, on the bare tokens.

/// Longest expression, in bytes.
pub(crate) const MAX_LENGTH: usize = 2048;
const MAX_NESTING: usize = 24;
const MAX_OPERATORS: usize = 128;
const MAX_UNARY_IN_A_ROW: usize = 8;
const MAX_JOINS: usize = 16;

/// What an expression's text holds, as far as the bounds need to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// It multiplies, so it may hold numbers only.
    pub(crate) multiplies: bool,
}

/// Checks the bounds; the message says which one is passed.
pub(crate) fn inspect(text: &str) -> Result<Shape, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!(
            "the expression is {} bytes long; at most {MAX_LENGTH} are allowed",
            text.len()
        ));
    }
    let mut scan = Scan::default();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = match character {
            '\'' | '"' => scan.text(rest, character)?,
            '(' | '[' | '{' => scan.open(rest)?,
            ')' | ']' | '}' => scan.close(rest),
            _ if character.is_alphabetic() || character == '_' => scan.word(rest)?,
            _ if character.is_ascii_digit() => scan.number(rest),
            _ => scan.sign(rest, character)?,
        };
    }
    if scan.multiplies && scan.holds_text_or_list {
        return Err(
            "`*` multiplies numbers; texts and lists cannot stand in the same expression"
                .to_owned(),
        );
    }
    Ok(Shape {
        multiplies: scan.multiplies,
    })
}

#[derive(Debug, Default)]
struct Scan {
    nesting: usize,
    operators: usize,
    unary_in_a_row: usize,
    joins: usize,
    multiplies: bool,
    holds_text_or_list: bool,
    /// The token before was an operand, so a sign is binary and a bracket is an index.
    after_operand: bool,
}

impl Scan {
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
        self.after_operand = true;
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
        if rest.starts_with('{') || (rest.starts_with('[') && !self.after_operand) {
            self.holds_text_or_list = true;
        }
        self.operator()?;
        self.after_operand = false;
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
        match &rest[..end] {
            "not" => {
                self.unary()?;
                self.after_operand = false;
            }
            "and" | "or" | "in" | "is" | "if" | "else" => {
                self.operator()?;
                self.after_operand = false;
                self.unary_in_a_row = 0;
            }
            _ => self.operand(),
        }
        Ok(&rest[end..])
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
                self.after_operand = false;
                self.unary_in_a_row = 0;
            }
            return Ok(next);
        }
        if matches!(character, '-' | '+') && !self.after_operand {
            self.unary()?;
            return Ok(next);
        }
        self.operator()?;
        self.multiplies |= character == '*';
        if matches!(character, '+' | '~') {
            self.joins += 1;
            if self.joins > MAX_JOINS {
                return Err(format!(
                    "more than {MAX_JOINS} `+` or `~`; split it with `set`"
                ));
            }
        }
        self.after_operand = false;
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
        ] {
            assert!(inspect(&text).is_err(), "{}", &text[..20.min(text.len())]);
        }
    }
}
