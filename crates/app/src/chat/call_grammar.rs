//! The grammar of `/tool action`: a tool, and the body of a call in one of its many spellings.

use serde_json::{Map, Value};

use super::body::{self, Body};
use super::command::{Call, Command};
use super::grammar::Rest;
use super::lexer::{Arg, Lexer, Token, quote_name};
use super::mistake::{Mistake, replaced};

impl Rest<'_> {
    pub(super) fn tool_action(&mut self) -> Result<Command, Mistake> {
        let mut lexer = Lexer::new(self.text, self.after..self.text.len());
        let tool = match lexer.token()? {
            Some(Token::Word(tool)) if !tool.value.starts_with('{') => tool,
            Some(Token::Pair(key, _, tool)) if key == "tool" || key == "name" => tool,
            _ => {
                return Err(self.missing(self.after, "/tool action needs a tool", "slack"));
            }
        };
        let mut bytes = lexer.at()..self.text.len();
        // A flag behind the body is not part of it.
        let trimmed = self.text.trim_end();
        if let Some(before) = trimmed.strip_suffix("--json") {
            self.json = true;
            bytes.end = before.len().max(bytes.start);
        } else if let Some(behind) = self
            .text
            .get(bytes.clone())
            .map(str::trim_start)
            .and_then(|rest| rest.strip_prefix("--json"))
        {
            self.json = true;
            bytes.start = self.text.len() - behind.len();
        }
        let Some(body) = body::read(self.text, bytes)? else {
            return Ok(Command::ToolAction { tool, body: None });
        };
        self.typographic |= body.typographic;
        let call = self.call(&tool, body)?;
        Ok(Command::ToolAction {
            tool,
            body: Some(call),
        })
    }

    /// The runbook's form of a call: an action and its arguments.
    fn call(&self, tool: &Arg, body: Body) -> Result<Call, Mistake> {
        let Body {
            mut value, span, ..
        } = body;
        let at = |message: String| Mistake::at(self.text, span.clone(), message);
        if let Some(other) = value.remove("tool")
            && other
                .as_str()
                .is_none_or(|name| !name.eq_ignore_ascii_case(&tool.value))
        {
            return Err(at(format!(
                "the body is for the tool {other}, and the command for {}",
                tool.value
            ))
            .corrected(replaced(
                self.text,
                tool.span.clone(),
                &quote_name(other.as_str().unwrap_or(&tool.value)),
            )));
        }
        let action = match value.remove("action") {
            Some(Value::String(action)) => action,
            Some(other) => return Err(at(format!("`action` is a name, not {other}"))),
            None => {
                return Err(at("the body names no action".to_owned())
                    .help("it has the form {\"action\": NAME, \"args\": {…}}"));
            }
        };
        let args = value.remove("args");
        if let Some((key, _)) = value.iter().next() {
            let mistake = at(format!("the body has {key:?} beside action and args"))
                .help("arguments of the action stand within \"args\"");
            let mut within = match &args {
                Some(Value::Object(args)) => args.clone(),
                _ => Map::new(),
            };
            within.extend(value.clone());
            let mended = serde_json::json!({ "action": action, "args": within });
            return Err(mistake.corrected(replaced(self.text, span, &format!("'{mended}'"))));
        }
        Ok(Call {
            action,
            args: args.unwrap_or(Value::Null),
            span,
        })
    }
}
