//! The grammar of what stands behind the words of a command: values, pairs, a body, and what is wrong with them.

use std::ops::Range;

use super::command::{Command, no_command};
use super::lexer::{Arg, Lexer, Token, quote_name};
use super::mistake::{Mistake, replaced};
use crate::names::nearest;
use crate::sop::SopChoice;

/// What stands behind the words of a command.
pub(super) struct Rest<'a> {
    pub(super) text: &'a str,
    /// Where the words of the command end.
    pub(super) after: usize,
    /// Where the first line ends.
    line: usize,
    /// Whether typographic quotes were read as plain ones.
    pub(super) typographic: bool,
    /// Whether raw payloads were asked for.
    pub(super) json: bool,
}

/// Words and pairs of a command.
#[derive(Default)]
struct Parts {
    words: Vec<Arg>,
    pairs: Vec<(String, Range<usize>, Arg)>,
}

impl<'a> Rest<'a> {
    pub(super) fn new(text: &'a str, after: usize, line: usize) -> Self {
        Self {
            text,
            after,
            line,
            typographic: false,
            json: false,
        }
    }

    /// Words and pairs of these bytes. Flags of every command are taken out.
    fn parts(&mut self, bytes: Range<usize>) -> Result<Parts, Mistake> {
        let mut lexer = Lexer::new(self.text, bytes);
        let tokens = lexer.tokens()?;
        self.typographic |= lexer.typographic;
        let mut parts = Parts::default();
        for token in tokens {
            match token {
                Token::Word(arg) if !arg.quoted && arg.value == "--json" => self.json = true,
                Token::Word(arg) if !arg.quoted && arg.value.starts_with("--") => {
                    let key = arg.value.trim_start_matches("--").to_lowercase();
                    let value = Arg {
                        value: "true".to_owned(),
                        ..arg.clone()
                    };
                    parts.pairs.push((key, arg.span, value));
                }
                Token::Pair(key, _, value) if key == "json" => {
                    self.json = self.flag("json", &value)?;
                }
                Token::Pair(key, at, value) => {
                    if let Some((_, first, _)) = parts.pairs.iter().find(|(name, ..)| *name == key)
                    {
                        let mended = replaced(self.text, first.start..at.start, "");
                        return Err(
                            Mistake::at(self.text, at, format!("`{key}` is given twice"))
                                .corrected(mended),
                        );
                    }
                    parts.pairs.push((key, at, value));
                }
                Token::Word(arg) => parts.words.push(arg),
            }
        }
        Ok(parts)
    }

    fn flag(&self, key: &str, value: &Arg) -> Result<bool, Mistake> {
        match value.value.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            other => Err(Mistake::at(
                self.text,
                value.span.clone(),
                format!("`{key}` is true or false, not {other}"),
            )
            .corrected(replaced(self.text, value.span.clone(), "true"))),
        }
    }

    /// Bare words behind a value belong to it: several words need quotes.
    fn joined(&self, first: &Arg, words: &[Arg]) -> Mistake {
        let last = words.last().unwrap_or(first);
        let name = words.iter().fold(first.value.clone(), |name, word| {
            format!("{name} {}", word.value)
        });
        let place = words
            .first()
            .map_or(last.span.clone(), |word| word.span.start..last.span.end);
        Mistake::at(
            self.text,
            place,
            "a name of several words stands in double quotes",
        )
        .corrected(replaced(
            self.text,
            first.span.start..last.span.end,
            &quote_name(&name),
        ))
    }

    /// Refuses words that are left over.
    fn nothing_left(
        &self,
        words: &[Arg],
        pairs: &[(String, Range<usize>, Arg)],
    ) -> Result<(), Mistake> {
        let Some(first) = words.first() else {
            return Ok(());
        };
        // The value right before them is what they belong to.
        let before = pairs
            .iter()
            .map(|(_, _, value)| value)
            .filter(|value| value.span.end < first.span.start && !value.quoted)
            .max_by_key(|value| value.span.end);
        let Some(value) = before else {
            let place = first.span.clone();
            let mended = replaced(self.text, place.start.saturating_sub(1)..place.end, "");
            return Err(
                Mistake::at(self.text, place, format!("{:?} is left over", first.value))
                    .help("a name of several words stands in double quotes")
                    .corrected(mended.trim_end()),
            );
        };
        let next = pairs.iter().map(|(_, at, _)| at.start);
        let end = next.filter(|start| *start > first.span.start).min();
        let run: Vec<Arg> = words
            .iter()
            .take_while(|word| end.is_none_or(|end| word.span.start < end))
            .cloned()
            .collect();
        Err(self.joined(value, &run))
    }

    fn unknown(
        &self,
        command: &str,
        pair: &(String, Range<usize>, Arg),
        known: &[&str],
    ) -> Mistake {
        let (key, at, _) = pair;
        let mistake = Mistake::at(self.text, at.clone(), format!("{command} takes no `{key}`"));
        let mistake = if known.is_empty() {
            mistake
        } else {
            mistake.help(format!("it takes {}", known.join(", ")))
        };
        match nearest(key, known.iter().copied()) {
            Some(near) => mistake.corrected(replaced(self.text, at.clone(), &near)),
            None => mistake,
        }
    }

    pub(super) fn missing(&self, at: usize, message: &str, addition: &str) -> Mistake {
        let text = self.text.get(..at).unwrap_or(self.text).trim_end();
        let after = self.text.get(at..).unwrap_or_default();
        Mistake::at(self.text, at..at, message).corrected(format!("{text} {addition}{after}"))
    }

    /// The one value that a command takes, given by itself or as a pair of one of these names.
    fn only(&mut self, command: &str, keys: &[&str], example: &str) -> Result<Arg, Mistake> {
        let parts = self.parts(self.after..self.text.len())?;
        let mut named = None;
        for pair in &parts.pairs {
            if !keys.contains(&pair.0.as_str()) {
                return Err(self.unknown(command, pair, keys));
            }
            named = Some(pair.2.clone());
        }
        match (named, parts.words.split_first()) {
            (Some(value), _) => {
                self.nothing_left(&parts.words, &parts.pairs)?;
                Ok(value)
            }
            (None, Some((value, []))) => Ok(value.clone()),
            (None, Some((first, rest))) => Err(self.joined(first, rest)),
            (None, None) => Err(self.missing(
                self.text.trim_end().len(),
                &format!("{command} needs a name"),
                example,
            )),
        }
    }

    pub(super) fn sop(&mut self) -> Result<Command, Mistake> {
        let below = self.text.get(self.line..).unwrap_or_default();
        let has_lines = !below.trim().is_empty();
        let parts = self.parts(self.after..self.line);
        // A procedure may follow on the line itself; then it is words, and their quotes mean nothing.
        let mut parts = match parts {
            Ok(parts) => parts,
            Err(mistake) if has_lines => return Err(mistake),
            Err(_) => Parts::default(),
        };
        let known = ["agent", "name", "engine"];
        let mut start = self.line;
        if !has_lines {
            let first = parts.words.iter().map(|word| word.span.start).min();
            let leading = |at: &Range<usize>| first.is_none_or(|first| at.start < first);
            parts.pairs.retain(|(_, at, _)| leading(at));
            start = parts
                .pairs
                .iter()
                .map(|(_, _, value)| value.span.end)
                .max()
                .unwrap_or(self.after);
        } else if !parts.words.is_empty() {
            self.nothing_left(&parts.words, &parts.pairs)?;
        }
        let (mut agent, mut name, mut engine) = (None, None, SopChoice::default());
        for pair in parts.pairs {
            match pair.0.as_str() {
                "agent" => agent = Some(pair.2),
                "name" => name = Some(pair.2),
                "engine" => {
                    engine = SopChoice::of(&pair.2.value).ok_or_else(|| {
                        let said = format!("{:?} is no engine", pair.2.value);
                        Mistake::at(self.text, pair.2.span.clone(), said)
                            .help("write engine=model, engine=rules or engine=auto")
                    })?;
                }
                _ => return Err(self.unknown("/sop", &pair, &known)),
            }
        }
        let text = self.text.get(start..).unwrap_or_default();
        let text = text.trim_start_matches(['\r', '\n', ' ', '\t']);
        if text.trim().is_empty() {
            return Err(Mistake::at(
                self.text,
                self.text.trim_end().len()..self.text.len(),
                "there is no procedure",
            )
            .help("put its steps on the lines below the command")
            .corrected(format!(
                "{}\nSteps:\n- Gather room_id\n- …",
                self.text.trim_end()
            )));
        }
        Ok(Command::Sop {
            agent,
            name,
            engine,
            text: text.to_owned(),
        })
    }

    pub(super) fn recipe_new(&mut self) -> Result<Command, Mistake> {
        let name = self.only("/recipe new", &["name", "recipe"], "\"Projector Reset\"")?;
        Ok(Command::RecipeNew { name })
    }

    pub(super) fn recipe_attach(&mut self) -> Result<Command, Mistake> {
        let parts = self.parts(self.after..self.text.len())?;
        let known = ["agent", "recipe"];
        let (mut agent, mut recipe) = (None, None);
        for pair in &parts.pairs {
            match pair.0.as_str() {
                "agent" => agent = Some(pair.2.clone()),
                "recipe" => recipe = Some(pair.2.clone()),
                _ => return Err(self.unknown("/recipe attach", pair, &known)),
            }
        }
        let end = self.text.trim_end().len();
        match (agent, recipe, parts.words.as_slice()) {
            (None, None, [agent, recipe]) => Err(Mistake::at(
                self.text,
                agent.span.start..recipe.span.end,
                "say which is the agent and which the recipe",
            )
            .corrected(replaced(
                self.text,
                agent.span.start..recipe.span.end,
                &format!(
                    "agent={} recipe={}",
                    quote_name(&agent.value),
                    quote_name(&recipe.value)
                ),
            ))),
            (Some(_), None, [recipe]) => Err(self.unnamed("recipe", recipe)),
            (None, Some(_), [agent]) => Err(self.unnamed("agent", agent)),
            (Some(agent), Some(recipe), words) => {
                self.nothing_left(words, &parts.pairs)?;
                Ok(Command::RecipeAttach { agent, recipe })
            }
            (None, None, [first, rest @ ..]) if !rest.is_empty() => Err(self.joined(first, rest)),
            (_, _, words @ [_, ..]) => {
                self.nothing_left(words, &parts.pairs)?;
                Err(no_command(self.text))
            }
            (None, _, []) => Err(self.missing(end, "`agent=` is missing", "agent=Support")),
            (_, None, []) => {
                Err(self.missing(end, "`recipe=` is missing", "recipe=\"Projector Reset\""))
            }
        }
    }

    fn unnamed(&self, key: &str, value: &Arg) -> Mistake {
        Mistake::at(
            self.text,
            value.span.clone(),
            format!("say that this is the {key}"),
        )
        .corrected(replaced(
            self.text,
            value.span.clone(),
            &format!("{key}={}", quote_name(&value.value)),
        ))
    }

    pub(super) fn agent_run(&mut self) -> Result<Command, Mistake> {
        let parts = self.parts(self.after..self.text.len())?;
        let (mut agent, mut recipe, mut inputs, mut dry_run) = (None, None, Vec::new(), false);
        for (key, _, value) in &parts.pairs {
            match key.as_str() {
                "agent" => agent = Some(value.clone()),
                "recipe" => recipe = Some(value.clone()),
                "dry" | "dry_run" | "dry-run" => dry_run = self.flag("dry", value)?,
                _ => inputs.push((key.clone(), value.clone())),
            }
        }
        let end = self.text.trim_end().len();
        let agent = match (agent, parts.words.split_first()) {
            (Some(agent), _) => {
                self.nothing_left(&parts.words, &parts.pairs)?;
                agent
            }
            (None, None) => {
                return Err(self.missing(self.after, "/agent run needs an agent", "Support"));
            }
            (None, Some((first, rest))) => {
                if is_late(first, &parts.pairs) {
                    self.nothing_left(&parts.words, &parts.pairs)?;
                }
                let pair = parts.pairs.iter().map(|(_, at, _)| at.start).min();
                let lead: Vec<Arg> = rest
                    .iter()
                    .take_while(|word| pair.is_none_or(|pair| word.span.start < pair))
                    .cloned()
                    .collect();
                if !lead.is_empty() {
                    return Err(self.joined(first, &lead));
                }
                self.nothing_left(rest, &parts.pairs)?;
                first.clone()
            }
        };
        Ok(Command::AgentRun {
            agent,
            recipe,
            inputs,
            dry_run,
            end,
        })
    }

    pub(super) fn tool_health(&mut self) -> Result<Command, Mistake> {
        let tool = self.only("/tool health", &["tool", "name"], "slack")?;
        Ok(Command::ToolHealth { tool })
    }

    pub(super) fn kb_scout(&mut self) -> Result<Command, Mistake> {
        let parts = self.parts(self.after..self.text.len())?;
        let known = ["query", "allow", "pages", "publish", "channel", "agent"];
        let (mut query, mut agent, mut allow) = (None, None, Vec::new());
        let mut inputs = Vec::new();
        for pair in &parts.pairs {
            let value = pair.2.clone();
            match pair.0.as_str() {
                "query" => query = Some(value),
                "agent" => agent = Some(value),
                "allow" => allow = sites(&value.value),
                "pages" => inputs.push(("pages", value)),
                "publish" => {
                    self.flag("publish", &value)?;
                    inputs.push(("publish", value));
                }
                "channel" => inputs.push(("channel", value)),
                _ => return Err(self.unknown("/kb scout", pair, &known)),
            }
        }
        let query = match (query, parts.words.split_first()) {
            (Some(query), _) => {
                self.nothing_left(&parts.words, &parts.pairs)?;
                query
            }
            (None, None) => {
                return Err(self.missing(
                    self.after,
                    "/kb scout needs the trouble in a few words",
                    "\"zoom room hdmi black\"",
                ));
            }
            (None, Some((only, []))) => only.clone(),
            (None, Some((first, rest))) => {
                if is_late(first, &parts.pairs) {
                    self.nothing_left(&parts.words, &parts.pairs)?;
                }
                return Err(self.joined(first, rest));
            }
        };
        Ok(Command::KbScout {
            agent,
            query,
            allow,
            inputs,
        })
    }
}

/// Sites as people list them: separated by commas, semicolons or blanks, or as JSON.
fn sites(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || ",;[]\"'".contains(c))
        .map(|site| {
            let site = site
                .trim_start_matches("https://")
                .trim_start_matches("http://");
            site.trim_end_matches('/').to_owned()
        })
        .filter(|site| !site.is_empty())
        .collect()
}

/// States whether a word stands behind a bare value of a pair: then it is the rest of that.
fn is_late(word: &Arg, pairs: &[(String, Range<usize>, Arg)]) -> bool {
    !word.quoted
        && pairs
            .iter()
            .any(|(_, _, value)| value.span.end < word.span.start && !value.quoted)
}
