//! Modifiers: what may stand beside a verb.

use std::time::Duration;

use super::Lower;
use super::fields::Fields;
use crate::document::{Kind, Node};
use crate::expr::Expression;
use crate::recipe::{ForEach, OnError, Phase, Retry, SopLine, Step, Until};
use crate::vocabulary::Repeat;

impl Lower<'_> {
    pub(super) fn for_each(&mut self, node: &Node, parallel: Option<&Node>) -> Option<ForEach> {
        let items = match &node.kind {
            Kind::List(_) => Expression::parse(&node.to_json().to_string()).ok(),
            _ => self.expression(node, "`for_each`"),
        };
        if items.is_none() && matches!(node.kind, Kind::List(_)) {
            self.error_help(
                "R017",
                node.span,
                "this list is too long to stand in `for_each`",
                "put it into an input or a `set`",
            );
        }
        let parallel = parallel
            .and_then(|node| self.whole(node, "`parallel`", 1))
            .unwrap_or(1);
        Some(ForEach {
            items: items?,
            parallel: u32::try_from(parallel).unwrap_or(u32::MAX).min(100),
        })
    }

    pub(super) fn retry(&mut self, node: &Node) -> Option<Retry> {
        if let Kind::Scalar { .. } = node.kind {
            let max = self.whole(node, "`retry`", 0)?;
            return Some(Retry {
                max: u32::try_from(max).unwrap_or(u32::MAX),
                ..default_retry()
            });
        }
        let mut fields = Fields::of(node, "`retry`", self.diagnostics)?;
        let mut retry = default_retry();
        if let Some(max) = fields
            .take("max")
            .and_then(|node| self.whole(node, "`max`", 0))
        {
            retry.max = u32::try_from(max).unwrap_or(u32::MAX);
        }
        if let Some(backoff) = fields
            .take("backoff_s")
            .and_then(|node| self.seconds(node, "`backoff_s`"))
        {
            retry.backoff = backoff;
        }
        if let Some(node) = fields.take("factor") {
            match node
                .to_json()
                .as_f64()
                .filter(|factor| (1.0..=100.0).contains(factor))
            {
                Some(factor) => retry.factor = factor,
                None => self.error("R016", node.span, "`factor` must be a number from 1 to 100"),
            }
        }
        if let Some(longest) = fields
            .take("max_backoff_s")
            .and_then(|node| self.seconds(node, "`max_backoff_s`"))
        {
            retry.max_backoff = longest;
        }
        fields.finish(
            "`retry`",
            &["max", "backoff_s", "factor", "max_backoff_s"],
            self.diagnostics,
        );
        Some(retry)
    }

    pub(super) fn until(&mut self, node: &Node, every: Option<&Node>) -> Option<Until> {
        let condition = self.expression(node, "`until`")?;
        let every = every
            .and_then(|node| self.seconds(node, "`every_s`"))
            .unwrap_or(Duration::from_secs(5));
        Some(Until { condition, every })
    }

    pub(super) fn on_error(&mut self, node: &Node) -> Option<OnError> {
        match self.text(node, "`on_error`")?.as_str() {
            "fail" => Some(OnError::Fail),
            "continue" => Some(OnError::Continue),
            other => {
                self.error_help(
                    "R009",
                    node.span,
                    format!("`on_error` cannot be `{other}`"),
                    "write `fail` or `continue`",
                );
                None
            }
        }
    }

    pub(super) fn undo(&mut self, node: &Node, phase: Phase, id: &str) -> Option<Box<Step>> {
        if phase != Phase::Act {
            let message = "this `undo` can never run: only act steps are undone";
            self.error_help(
                "R036",
                node.span,
                message,
                "remove it, or move the step to `act`",
            );
        }
        self.step(node, Phase::Act, &format!("{id}.undo"))
            .map(Box::new)
    }

    pub(super) fn repeat(&mut self, node: &Node) -> Option<Repeat> {
        match self.text(node, "`repeat`")?.as_str() {
            "safe" => Some(Repeat::Safe),
            "keyed" => Some(Repeat::Keyed),
            "once" => Some(Repeat::Once),
            other => {
                self.error_help(
                    "R009",
                    node.span,
                    format!("`repeat` cannot be `{other}`"),
                    "write `safe`, `keyed` or `once`",
                );
                None
            }
        }
    }

    pub(super) fn source_line(&mut self, node: &Node) -> Option<SopLine> {
        let mut fields = Fields::of(node, "`source`", self.diagnostics)?;
        let line = fields
            .take("line")
            .and_then(|node| self.whole(node, "`line`", 1))
            .and_then(|line| u32::try_from(line).ok());
        let text = fields
            .take("text")
            .and_then(|node| self.text(node, "`text`"));
        fields.finish("`source`", &["line", "text"], self.diagnostics);
        Some(SopLine { line, text })
    }
}

fn default_retry() -> Retry {
    Retry {
        max: 2,
        backoff: Duration::from_secs(1),
        factor: 2.0,
        max_backoff: Duration::from_mins(1),
    }
}
