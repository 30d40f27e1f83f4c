//! Drafts out of procedures, against the tools that ship; models over real sockets.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without ends it")]

mod any_text;
mod by_model;
mod models;
mod procedures;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use avops_engine::{SystemClock, Toolbox as _};
use avops_llm::sop::{Draft, Request, draft};
use avops_recipe::Vocabulary;
use avops_tools::{Registry, RegistryOptions};

/// The tools that ship.
static TOOLS: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| {
    // A thread of its own, because tests that ask for it may run inside a runtime.
    let made = std::thread::spawn(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let options = RegistryOptions::new(folder.path(), true).unwrap();
            Registry::new(options, Arc::new(SystemClock))
                .unwrap()
                .vocabulary()
        })
    });
    made.join().unwrap()
});

/// Drafts without a name and without answers.
fn drafted(text: &str) -> Draft {
    answered(text, &BTreeMap::new())
}

fn answered(text: &str, answers: &BTreeMap<String, String>) -> Draft {
    let request = Request {
        text,
        name: None,
        model: None,
        answers,
    };
    draft(request, &TOOLS)
}
