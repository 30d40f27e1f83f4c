//! More than a hundred documents that want to be refused, on the stack of a worker thread, and some that only look it.

use avops_recipe::{Severity, Source, Vocabulary, parse};

const AROUND: &str = "name: x\nintake: []\nplan: []\nact: []\nverify: []\n";

/// What is wrong, and the whole text.
fn hostile() -> Vec<(String, String)> {
    let mut cases = Vec::new();
    deep(&mut cases);
    aliases(&mut cases);
    large(&mut cases);
    tags_and_documents(&mut cases);
    keys(&mut cases);
    broken(&mut cases);
    expressions(&mut cases);
    cases
}

fn add(cases: &mut Vec<(String, String)>, what: &str, text: impl Into<String>) {
    cases.push((what.to_owned(), text.into()));
}

fn deep(cases: &mut Vec<(String, String)>) {
    for levels in [33, 100, 1_000, 10_000, 60_000] {
        add(
            cases,
            "lists",
            format!("{AROUND}outputs: {}", "[".repeat(levels)),
        );
        add(
            cases,
            "closed lists",
            format!(
                "{AROUND}outputs: {}{}",
                "[".repeat(levels),
                "]".repeat(levels)
            ),
        );
        add(
            cases,
            "mappings",
            format!("{AROUND}outputs: {}", "{a: ".repeat(levels)),
        );
        add(cases, "block lists", format!("{}a", "- ".repeat(levels)));
        add(cases, "explicit keys", "? ".repeat(levels));
    }
    let steps = |levels: usize| {
        let blocks: Vec<_> = (0..levels)
            .map(|level| format!("{}- do:", "  ".repeat(level * 2 + 1)))
            .collect();
        format!(
            "name: x\nintake: []\nplan:\n{}\nact: []\nverify: []\n",
            blocks.join("\n")
        )
    };
    for levels in [20, 40, 200] {
        add(cases, "blocks in blocks", steps(levels));
    }
}

fn aliases(cases: &mut Vec<(String, String)>) {
    for (width, levels) in [(2, 30), (9, 9), (50, 3), (10, 20)] {
        let mut lines = vec!["a0: &a0 [x, x]".to_owned()];
        for level in 1..levels {
            let uses = vec![format!("*a{}", level - 1); width].join(", ");
            lines.push(format!("a{level}: &a{level} [{uses}]"));
        }
        let text = lines.join("\n");
        add(cases, "a bomb of lists", text.clone());
        add(
            cases,
            "a bomb of mappings",
            text.replace("[x, x]", "{x: y}"),
        );
    }
    add(
        cases,
        "too many uses",
        format!("{AROUND}owner: &o a\ntags: [{}]", "*o, ".repeat(51)),
    );
    add(
        cases,
        "an alias in itself",
        format!("{AROUND}outputs: &a {{ b: *a }}"),
    );
    add(
        cases,
        "a list in itself",
        format!("{AROUND}tags: &a [*a, *a]"),
    );
    add(
        cases,
        "an alias of nothing",
        format!("{AROUND}owner: *nobody"),
    );
    add(
        cases,
        "a merge",
        format!("{AROUND}risk: &r {{ level: low }}\noutputs: {{ <<: *r, <<: *r }}"),
    );
}

fn large(cases: &mut Vec<(String, String)>) {
    add(
        cases,
        "a long text",
        format!("{AROUND}owner: {}", "x".repeat(300 * 1024)),
    );
    add(
        cases,
        "a long comment",
        format!("{AROUND}# {}", "x".repeat(300 * 1024)),
    );
    add(cases, "blanks", " ".repeat(300 * 1024));
    add(cases, "empty lines", "\n".repeat(300 * 1024));
    add(cases, "one byte too many", "x".repeat(256 * 1024 + 1));
    add(
        cases,
        "a long list",
        format!("{AROUND}tags: [{}]", "1,".repeat(10_001)),
    );
    let keys: Vec<_> = (0..10_001).map(|n| format!("  k{n}: 1")).collect();
    add(
        cases,
        "many keys",
        format!("{AROUND}outputs:\n{}", keys.join("\n")),
    );
    add(
        cases,
        "many steps",
        format!(
            "name: x\nintake: []\nplan:\n{}act: []\nverify: []\n",
            "  - wait: 1s\n".repeat(501)
        ),
    );
    add(
        cases,
        "many steps in one block",
        format!(
            "name: x\nintake: []\nplan:\n  - do:\n{}act: []\nverify: []\n",
            "    - wait: 1s\n".repeat(501)
        ),
    );
}

fn tags_and_documents(cases: &mut Vec<(String, String)>) {
    for tag in [
        "!!str",
        "!!int",
        "!!binary",
        "!!python/object/apply:os.system",
        "!local",
        "!<tag:x,2000:y>",
        "!!set",
        "!",
    ] {
        add(cases, "a tag on a value", format!("{AROUND}owner: {tag} x"));
        add(cases, "a tag on a list", format!("{AROUND}tags: {tag} [x]"));
    }
    add(cases, "a second document", format!("{AROUND}---\n{AROUND}"));
    add(cases, "an empty second document", format!("{AROUND}---\n"));
    add(cases, "many documents", "---\na\n".repeat(1_000));
    add(
        cases,
        "a tag directive",
        format!("%TAG ! tag:x,2000:\n---\n{AROUND}owner: !x y"),
    );
    add(cases, "nothing", "");
    add(cases, "a comment", "# nothing\n");
    add(cases, "a null", "~");
    add(cases, "a text", "just text");
    add(cases, "a number", "42");
    add(cases, "a list", "- a\n- b");
}

fn keys(cases: &mut Vec<(String, String)>) {
    for key in ["name", "intake", "plan", "act", "verify"] {
        add(cases, "a key twice", format!("{AROUND}{key}: []"));
    }
    add(
        cases,
        "a key twice, once in quotes",
        format!("{AROUND}\"name\": y"),
    );
    add(cases, "a list as key", format!("{AROUND}? [a, b]\n: c"));
    add(
        cases,
        "a mapping as key",
        format!("{AROUND}? {{a: b}}\n: c"),
    );
    add(
        cases,
        "a template without quotes",
        format!("{AROUND}outputs: {{ x: {{{{ run.id }}}} }}"),
    );
    add(cases, "an empty key", format!("{AROUND}\"\": x"));
    add(cases, "a key that is null", format!("{AROUND}~: x"));
    add(cases, "an unknown key", format!("{AROUND}__proto__: x"));
    add(
        cases,
        "a long key",
        format!("{AROUND}{}: x", "k".repeat(2_000)),
    );
}

fn broken(cases: &mut Vec<(String, String)>) {
    for text in [
        "name: [",
        "name: {",
        "name: \"open",
        "name: 'open",
        "\tname: x",
        "name: x\n  y: z\n z: a",
        "name: |9\n x",
        "name: @x",
        "name: `x`",
        "name: %x",
        "- a\nb: c",
        "a: b: c",
        "a: - b",
        "*",
        "&",
        "!",
        "{,}",
        "[,]",
        "}",
        "]",
        "\u{0}",
        "name: \u{1}",
        "name: \"\\x\"",
        "name: \"\\ud800\"",
        "%YAML 9.9\n---\nname: x",
        "? ? ?",
        "--- >",
        "\u{feff}\u{feff}name: x",
        "a: &",
        "name: x\r\n\t- y",
        "!!",
        "<<: *a",
        "name: \"\\U00110000\"",
        "...",
        "---",
        "--- ---",
    ] {
        add(cases, "not YAML, or no recipe", text);
    }
}

fn expressions(cases: &mut Vec<(String, String)>) {
    let check = |expression: &str| {
        let quoted = serde_json::Value::String(expression.to_owned());
        format!("name: x\nintake: []\nplan:\n  - check: {quoted}\nact: []\nverify: []\n")
    };
    for expression in [
        "-".repeat(100_000) + "1",
        "not ".repeat(30_000) + "true",
        "1+".repeat(50_000) + "1",
        "(".repeat(50_000) + "1" + &")".repeat(50_000),
        format!("run{}", ".id".repeat(30_000)),
        "1 == ".repeat(400) + "1 ==",
        "run.id | indent(1000000000)".to_owned(),
        "'%1000000000d' | format(1)".to_owned(),
        "[1] * 1000000000".to_owned(),
        "run.__class__.__mro__".to_owned(),
        "{% for a in b %}".to_owned(),
        "lambda: 1".to_owned(),
        "cycler('a')".to_owned(),
        "namespace(a=1)".to_owned(),
        "range(100000000)".to_owned(),
        "dict(a=1)".to_owned(),
        "import os".to_owned(),
        "run.id = 3".to_owned(),
        "self".to_owned(),
        "config".to_owned(),
        "\u{202e}run".to_owned(),
    ] {
        add(cases, "an expression", check(&expression));
    }
}

#[test]
fn every_hostile_document_is_refused_with_a_place_and_few_words() {
    let cases = hostile();
    assert!(cases.len() > 140, "{}", cases.len());
    let worker = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let work = move || -> Vec<String> {
        let problem = |(what, text): (String, String)| {
            let start: String = text.chars().take(90).collect();
            complaint(text).map(|problem| format!("{what}: {problem}: {start:?}"))
        };
        cases.into_iter().filter_map(problem).collect()
    };
    let problems = worker.spawn(work).unwrap().join().unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What an author of `text` could complain about.
fn complaint(text: String) -> Option<String> {
    let source = Source::new("recipe.yaml", text);
    let parsed = parse(&source, &Vocabulary::default());
    let found = &parsed.diagnostics;
    if parsed.recipe.is_some() || found.iter().all(|d| d.severity != Severity::Error) {
        return Some("it was read".to_owned());
    }
    if found.len() > 60 {
        return Some(format!("{} diagnostics", found.len()));
    }
    found.iter().find_map(|diagnostic| {
        let (start, end) = (diagnostic.span.start, diagnostic.span.end);
        if start > end || end > source.text().len() {
            return Some(format!("{diagnostic:?} stands nowhere"));
        }
        let shown = diagnostic.render(&source);
        let is_short = shown.len() < 8_192 && shown.contains("recipe.yaml:");
        (!is_short).then(|| format!("shown with {} bytes", shown.len()))
    })
}

#[test]
fn what_only_looks_hostile_is_read() {
    let controls = [
        "description: \"{% raw %} is text here, and so is {{ this }}\"\n".to_owned(),
        "description: |\n  - not: a\n  list\n".to_owned(),
        "tags: [&a x, *a]\n".to_owned(),
        format!("tags: [{}]\n", vec!["x"; 500].join(", ")),
        format!("outputs: {}1{}\n", "{ a: ".repeat(30), " }".repeat(30)),
        "owner: \"日本語 🔑 \\u00e9\"\n".to_owned(),
        "# ---\n".to_owned(),
        "owner: '!!python/object'\n".to_owned(),
        format!("owner: {}\n", "x".repeat(200 * 1024)),
    ];
    for control in controls {
        let text = format!("{AROUND}{control}");
        let start: String = control.chars().take(60).collect();
        let parsed = parse(&Source::new("recipe.yaml", text), &Vocabulary::default());
        assert!(parsed.is_valid(), "{start}: {:?}", parsed.diagnostics);
    }
}
