//! The API description and the truth: real answers are checked against the schemas that the program gives of them.

mod tries;

use std::collections::BTreeSet;

use avops_spec::Reply;
use hyper::Method;
use serde_json::{Value, json};

use crate::stage::Stage;
use tries::{look_everywhere, try_chat, try_recipes, try_runs, try_workflows};

/// A run that stands still until somebody answers.
const WAITS: &str = r#"name: Waits
version: 1
description: Waits for somebody.
intake:
  - ask: "Who?"
    as: who
    required: true
plan: []
act: []
verify:
  - check: "{{ intake.who != '' }}"
"#;

/// What the program says of itself, and the answers it was seen to give.
struct Contract {
    stage: Stage,
    document: Value,
    seen: BTreeSet<String>,
}

impl Contract {
    async fn read() -> Self {
        let stage = Stage::set().await;
        let mut document = stage.client().get("/openapi.json").await.unwrap().body;
        strict(&mut document);
        Self {
            stage,
            document,
            seen: BTreeSet::new(),
        }
    }

    /// Calls an operation with `path` in place of its template (empty: as it is), and checks body (null: none) and answer.
    async fn call(&mut self, method: Method, template: &str, path: &str, body: Value) -> Reply {
        let path = if path.is_empty() { template } else { path };
        let body = (!body.is_null()).then_some(body);
        let name = method.as_str().to_ascii_lowercase();
        let operation = self.document["paths"][template][&name].clone();
        assert!(
            operation.is_object(),
            "{method} {template} is not described"
        );
        if let Some(body) = &body {
            let schema = operation
                .pointer("/requestBody/content/application~1json/schema")
                .unwrap_or_else(|| panic!("{method} {template} takes no body"));
            self.fits(schema, body, &format!("the body of {method} {path}"));
        }
        let mut connection = self.stage.client().connect().await.unwrap();
        let reply = connection
            .call(method.clone(), path, body.as_ref(), None)
            .await
            .unwrap();
        let what = format!("the answer {} of {method} {path}", reply.status);
        let responses = operation["responses"].as_object().unwrap();
        let (kind, response) = if reply.status < 300 {
            let response = responses.get(&reply.status.to_string());
            ("application/json", response)
        } else {
            ("application/problem+json", responses.get("default"))
        };
        let response = response.unwrap_or_else(|| panic!("{what} is not described"));
        match response["content"].as_object() {
            None => assert_eq!(reply.body, Value::Null, "{what}"),
            Some(content) => match content.get(kind).or_else(|| content.get("*/*")) {
                Some(media) => self.fits(&media["schema"], &reply.body, &what),
                None => assert!(reply.body.is_string(), "{what}: {}", reply.body),
            },
        }
        if reply.status < 300 {
            self.seen.insert(format!("{method} {template}"));
        }
        reply
    }

    /// Calls and expects it to work.
    async fn works(&mut self, method: Method, template: &str, path: &str, body: Value) -> Reply {
        let reply = self.call(method.clone(), template, path, body).await;
        assert!(reply.status < 300, "{method} {path}: {}", reply.body);
        reply
    }

    fn fits(&self, schema: &Value, value: &Value, what: &str) {
        let whole = json!({ "allOf": [schema], "components": self.document["components"] });
        let validator = jsonschema::validator_for(&whole).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{what} is not as described: {}\n{value:#}",
            errors.join("\n")
        );
    }
}

/// Takes every described object at its word: a field that the description does not have is an error.
fn strict(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(strict);
            let open = map.contains_key("additionalProperties") || map.contains_key("$ref");
            if map.get("properties").is_some_and(Value::is_object) && !open {
                map.insert("unevaluatedProperties".to_owned(), json!(false));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(strict),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_the_description_says() {
    let mut contract = Contract::read().await;
    try_recipes(&mut contract).await;
    let left = try_runs(&mut contract).await;
    let token = json!({ "name": "display", "role": "viewer" });
    let token = contract
        .works(Method::POST, "/api/v1/tokens", "", token)
        .await;
    contract
        .works(Method::POST, "/api/v1/sign-in-links", "", Value::Null)
        .await;
    look_everywhere(&mut contract, &left).await;
    let gone = format!("/api/v1/tokens/{}", token.text("/id"));
    contract
        .works(Method::DELETE, "/api/v1/tokens/{token}", &gone, Value::Null)
        .await;
    let no_run = "/api/v1/runs/nothing";
    let refused = contract
        .call(Method::GET, "/api/v1/runs/{run}", no_run, Value::Null)
        .await;
    assert_eq!(refused.status, 404, "{}", refused.body);
    assert!(contract.seen.len() > 40, "{:?}", contract.seen);
}

/// The operations that the description says answer in bites, without those that need a parameter in the path.
fn lists(document: &Value, thread: &str) -> Vec<String> {
    let bites = |operation: &Value| {
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let name = schema["$ref"].as_str().unwrap_or_default();
        name.ends_with("Page")
    };
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .filter(|(_, methods)| bites(&methods["get"]))
        .map(|(path, _)| {
            path.replace("{recipe}", "waits")
                .replace("{workflow}", "every%20hour")
                .replace("{provider}", "openai")
                .replace("{thread}", thread)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_comes_in_bites_and_refuses_words_that_it_does_not_know() {
    let mut contract = Contract::read().await;
    try_recipes(&mut contract).await;
    try_workflows(&mut contract).await;
    let thread = try_chat(&mut contract).await;
    let save = json!({ "yaml": format!("{WAITS}\n# edited\n"), "changelog": "second" });
    contract
        .works(
            Method::PUT,
            "/api/v1/recipes/{recipe}",
            "/api/v1/recipes/waits",
            save,
        )
        .await;
    let mut several = 0;
    let lists = lists(&contract.document, &thread);
    assert!(lists.len() > 7, "{lists:?}");
    for path in lists {
        let client = contract.stage.client();
        let wrong = client.get(&format!("{path}?colour=red")).await.unwrap();
        let text = wrong.body.to_string();
        assert_eq!(wrong.status, 400, "{path}: {text}");
        assert!(
            text.contains("colour") && text.contains("limit") && text.contains("cursor"),
            "{path} does not name the words it knows: {text}"
        );
        let whole = client.get(&format!("{path}?limit=500")).await.unwrap();
        let whole = whole.body["items"].as_array().unwrap().len();
        let (mut seen, mut asked) = (0, format!("{path}?limit=1"));
        // The trail and the runs may grow meanwhile, but not in this test.
        loop {
            let bite = client.get(&asked).await.unwrap();
            assert_eq!(bite.status, 200, "{asked}: {}", bite.body);
            let items = bite.body["items"].as_array().unwrap();
            assert!(items.len() <= 1, "{asked}: {}", bite.body);
            seen += items.len();
            let Some(next) = bite.body["next"].as_str() else {
                break;
            };
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            asked = format!("{path}?limit=1&cursor={next}");
        }
        assert_eq!(seen, whole, "{path}");
        several += usize::from(seen > 1);
        let gone = client
            .get(&format!("{path}?cursor=no-such-cursor"))
            .await
            .unwrap();
        assert_eq!(gone.status, 400, "{path}: {}", gone.body);
    }
    assert!(several >= 4, "only {several} lists had a second bite");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_success_has_its_exact_status_and_a_key_only_where_it_counts() {
    let stage = Stage::set().await;
    let document = stage.client().get("/openapi.json").await.unwrap().body;
    let mut keyed = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            for status in answers.keys().filter(|status| *status != "default") {
                assert!(
                    status.parse::<u16>().is_ok(),
                    "{method} {path} answers {status}"
                );
            }
            let parameters = operation["parameters"].as_array().unwrap();
            if parameters
                .iter()
                .any(|one| one["name"] == "Idempotency-Key")
            {
                keyed.push(format!("{method} {path}"));
            }
        }
    }
    for without in [
        "post /api/v1/sign-in",
        "post /api/v1/recipes/validate",
        "post /api/v1/tokens",
    ] {
        assert!(!keyed.iter().any(|one| one == without), "{without}");
    }
    for with in [
        "post /api/v1/runs",
        "post /api/v1/agents",
        "post /api/v1/tools/action",
        "post /connectors/{tool}/action",
    ] {
        assert!(keyed.iter().any(|one| one == with), "{with}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_up_and_starting_over_answer_as_described() {
    let mut contract = Contract::read().await;
    let (setup, baseline, reset) = (
        "/api/v1/setup",
        "/api/v1/setup/baseline",
        "/api/v1/setup/reset",
    );
    contract.works(Method::POST, setup, "", json!({})).await;
    let week = json!({
        "incidents_a_week": 12, "minutes_by_hand": 25.5, "technician_hour": 55, "automated_percent": 60,
        "meetings_affected": 1, "people_waiting": 8, "minutes_waited": 10, "person_hour": 90, "currency": "EUR",
    });
    contract.works(Method::PUT, baseline, "", week).await;
    contract.works(Method::GET, baseline, "", Value::Null).await;
    let refused = contract
        .call(Method::POST, reset, "", json!({ "confirm": "yes" }))
        .await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    let removed = json!({ "confirm": "RESET", "reason": "the pilot is over" });
    let reply = contract.works(Method::POST, reset, "", removed).await;
    assert!(
        reply.body["removed"]["agents"][0].is_string(),
        "{}",
        reply.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_json_that_travels_is_described_by_its_fields() {
    let stage = Stage::set().await;
    let document = stage.client().get("/openapi.json").await.unwrap().body;
    let mut bare = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap().values();
            for part in answers.chain(operation.get("requestBody")) {
                let schema = part.pointer("/content/application~1json/schema");
                if schema.is_some_and(|schema| *schema == json!({})) {
                    bare.push(format!("{method} {path}"));
                }
            }
        }
    }
    // Its body is whatever the action takes.
    assert_eq!(bare, ["post /api/v1/tools/{tool}/actions/{action}"]);
}
