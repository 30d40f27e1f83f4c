//! Text that wants to end the process. Everything here runs on a thread with a small stack, as workers have.

use avops_recipe::{Expression, Scope, Template, ValueTemplate};
use proptest::prelude::*;
use serde_json::json;

use crate::vocabulary::read;

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

fn bombs() -> Vec<String> {
    let many = |piece: &str, times: usize| piece.repeat(times);
    vec![
        many("-", 100_000) + "1",
        many("not ", 100_000) + "true",
        many("1+", 200_000) + "1",
        many("a.", 100_000) + "a",
        many("(", 50_000) + "1" + &many(")", 50_000),
        many("[", 50_000) + &many("]", 50_000),
        many("1~", 900) + "1",
        many("a|", 1_000) + "lower",
        "'%1000000000d' | format(1)".to_owned(),
        "'x' | indent(1000000000)".to_owned(),
        "([1] * 1000000000) | join(',')".to_owned(),
        "n * big".to_owned(),
        "list * 1000000000".to_owned(),
        "5 in list * 1000000000".to_owned(),
        "list * 1000000000 == list * 1000000001".to_owned(),
        "range(1000000000)".to_owned(),
        "text | replace('', text)".to_owned(),
        "text | replace('a', text) | replace('a', text) | replace('a', text)".to_owned(),
        "9 ** 999999999".to_owned(),
        "text ~ text ~ text ~ text ~ text ~ text".to_owned(),
        "list | map(attribute='a') | join(text)".to_owned(),
    ]
}

#[test]
fn no_expression_ends_the_process_or_goes_on_for_ever() {
    on_a_small_stack(|| {
        let mut scope = Scope::new();
        scope.set("a", &json!({ "a": 1 }));
        scope.set("n", &json!(3));
        scope.set("big", &json!([1, 2, 3]));
        scope.set("list", &json!(vec![1; 5_000]));
        scope.set("text", &json!("a".repeat(200_000)));
        for bomb in bombs() {
            if let Ok(expression) = Expression::parse(&bomb) {
                let outcome = expression
                    .evaluate(&scope)
                    .map(|value| value.to_string().len());
                assert!(
                    outcome.as_ref().is_err()
                        || outcome.as_ref().is_ok_and(|length| *length < 300_000),
                    "{bomb}: {outcome:?}"
                );
            }
            if let Ok(template) = Template::parse(&format!("{{{{ {bomb} }}}}")) {
                assert!(
                    template.render(&scope).map_or(0, |text| text.len()) < 300_000,
                    "{bomb}"
                );
            }
        }
    });
}

#[test]
fn hostile_documents_are_refused_with_a_place() {
    on_a_small_stack(|| {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let refs = vec![format!("*a{}", level - 1); 9].join(", ");
            laughs.push_str(
                &[
                    "a",
                    &level.to_string(),
                    ": &a",
                    &level.to_string(),
                    " [",
                    &refs,
                    "]\n",
                ]
                .concat(),
            );
        }
        let documents = [
            "[".repeat(100_000),
            "{a: ".repeat(10_000),
            "- ".repeat(10_000),
            laughs,
            format!("name: {}", "x".repeat(300 * 1024)),
            " ".repeat(300 * 1024),
            format!("a: [{}]", "1,".repeat(20_000)),
            "a: !!python/object x".to_owned(),
            "a: 1\n---\nb: 2".to_owned(),
            "a: &a [*a]".to_owned(),
            "a: *nowhere".to_owned(),
            "\u{0}".to_owned(),
            "name: [".to_owned(),
            "\tname: x".to_owned(),
            String::new(),
            "just text".to_owned(),
            "- a\n- b".to_owned(),
            "? [a, b]\n: c".to_owned(),
        ];
        for document in documents {
            let parsed = read(&document);
            let start: String = document.chars().take(40).collect();
            assert!(!parsed.is_valid(), "{start}");
            assert!(
                !parsed.diagnostics.is_empty() && parsed.diagnostics.len() < 50,
                "{start}: {}",
                parsed.diagnostics.len()
            );
        }
    });
}

#[test]
fn words_that_other_readers_take_for_booleans_stay_words() {
    let text = "name: on\nowner: no\ntags: [yes, off, 017, 08]\nintake: []\nplan: []\nact: []\nverify: []\n";
    let recipe = read(text).recipe.unwrap();
    assert_eq!(
        (recipe.name.as_str(), recipe.owner.as_deref()),
        ("on", Some("no"))
    );
    assert_eq!(recipe.tags, ["yes", "off", "017", "08"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_text_is_read_without_a_panic(text in "(?s).{0,200}") {
        read(&text);
    }

    #[test]
    fn arbitrary_yaml_like_text_is_read_without_a_panic(text in "(name|intake|act|plan|verify|check|action|- |: |\n|  |\\[|\\]|\\{|\\}|&a|\\*a|'|\"|a|1|#|\\||>|%){0,80}") {
        read(&text);
    }

    #[test]
    fn arbitrary_expressions_and_templates_never_panic(text in "[a-c0-3 .+*/%~|()\\[\\]{}'\"<>=!,:-]{0,60}|.{0,60}") {
        let mut scope = Scope::new();
        scope.set("a", &json!({ "b": [1, "x", null] }));
        scope.set("b", &json!([1, 2, 3]));
        if let Ok(expression) = Expression::parse(&text) {
            drop(expression.evaluate(&scope));
            drop(expression.operands(&scope));
        }
        drop(Template::parse(&text).map(|template| template.render(&scope)));
        drop(ValueTemplate::parse(&json!([text])).map(|value| value.render(&scope)));
    }
}
