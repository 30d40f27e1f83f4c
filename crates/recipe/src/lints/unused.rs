//! W015: names that an author gave and nothing reads.

use std::collections::HashSet;

use super::walk;
use crate::diagnostic::Diagnostic;
use crate::recipe::{Recipe, Step, Verb};

/// Warns about values that `set` binds and nothing uses.
///
/// Results that nobody reads are no mistake: a step is often there for what it does.
pub(super) fn check(recipe: &Recipe, diagnostics: &mut Vec<Diagnostic>) {
    let mut used = HashSet::new();
    walk::expressions(recipe, &mut |expression| {
        for path in expression.paths() {
            let mut parts = path.split('.');
            let root = parts.next().unwrap_or_default();
            let is_phase = matches!(root, "intake" | "plan" | "act" | "verify");
            let name = if is_phase { parts.next() } else { Some(root) };
            used.extend(name.map(str::to_owned));
        }
    });
    walk::steps(recipe, &mut |step: &Step| {
        let Verb::Set { values } = &step.verb else {
            return;
        };
        for name in values.keys().filter(|name| !used.contains(*name)) {
            let message = format!("`{name}` is bound here and used nowhere");
            diagnostics.push(
                Diagnostic::warning("W015", step.span, message)
                    .help(format!("use it as `{{{{ {name} }}}}`, or remove it")),
            );
        }
    });
}
