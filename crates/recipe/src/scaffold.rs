//! A recipe to start from.

/// A valid recipe called `name`, with a comment in each phase.
pub fn scaffold(name: &str) -> String {
    let name = serde_json::Value::String(name.to_owned());
    format!(
        "name: {name}\n\
         description: One sentence that says when to use it.\n\
         version: 1\n\
         risk: low\n\
         intake: # what a person gives\n  \
           - ask: \"Which room?\"\n    \
             as: room\n\
         plan: # look before anything is touched\n  \
           - check: \"intake.room != ''\"\n\
         act: # change the world, step by step\n  \
           - manual: \"Do what has to be done in {{{{ intake.room }}}}\"\n    \
             as: work\n\
         verify: # prove that it worked\n  \
           - check: \"work is defined\"\n\
         guardrails:\n  \
           timeout_minutes: 10\n  \
           no_rollback: \"a person does the work and puts it back\"\n"
    )
}
