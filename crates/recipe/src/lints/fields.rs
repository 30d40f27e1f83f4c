//! W014: a field that the action's result does not name, while one that looks like it is there.

use std::collections::HashMap;

use serde_json::Value;

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::recipe::{Recipe, Step, Verb};
use crate::vocabulary::Vocabulary;

/// Warns about likely misspelt fields of results.
///
/// A result may hold more than its schema says, unless that is closed (then `names` reports an error), so an
/// unknown field alone is nothing; one that is nearly a known field is most likely that field.
pub(super) fn check(recipe: &Recipe, vocabulary: &Vocabulary, diagnostics: &mut Vec<Diagnostic>) {
    let mut known: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut doubtful = Vec::new();
    walk::steps(recipe, &mut |step| {
        let Some(name) = step.bind.as_deref() else {
            return;
        };
        match open_fields(step, vocabulary) {
            Some(fields) => known.entry(name).or_default().extend(fields),
            // Bound by something whose fields nobody knows.
            None => doubtful.push(name),
        }
    });
    walk::steps(recipe, &mut |step| {
        for expression in walk::of_step(step) {
            for path in expression.paths() {
                let mut parts = path.split('.');
                let (Some(root), Some(field)) = (parts.next(), parts.next()) else {
                    continue;
                };
                let fields = known.get(root).filter(|_| !doubtful.contains(&root));
                let Some(fields) = fields.filter(|fields| !fields.contains(&field)) else {
                    continue;
                };
                if let Some(near) = nearest(field, fields.iter().copied()) {
                    let span = expression.span_of(path, step.span);
                    let message = format!("`{root}` is not known to have `{field}`");
                    diagnostics.push(
                        Diagnostic::warning("W014", span, message)
                            .help(format!("did you mean `{near}`?")),
                    );
                }
            }
        }
    });
}

/// The fields of a result whose schema names some and leaves room for others.
fn open_fields<'v>(step: &Step, vocabulary: &'v Vocabulary) -> Option<Vec<&'v str>> {
    let Verb::Action(call) = &step.verb else {
        return None;
    };
    if step.for_each.is_some() {
        return None;
    }
    let spec = vocabulary.action(&call.tool, &call.action)?;
    let schema = spec.output_schema.as_ref()?;
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        return None;
    }
    let properties = schema.get("properties")?.as_object()?;
    Some(properties.keys().map(String::as_str).collect())
}
