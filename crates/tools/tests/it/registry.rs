//! The registry: which world a call reaches, what is checked before, what can be added and removed.

use std::sync::Arc;

use avops_engine::{Mode, SystemClock, ToolError, Toolbox as _};
use avops_recipe::{Effect, Repeat};
use avops_tools::{Error, HttpConfig, Kind};
use serde_json::{Value, json};

use crate::faulty_tool::{Behaviour, FaultyTool, json_answer};
use crate::fixture::{Fixture, call, class};

fn config(value: Value) -> HttpConfig {
    serde_json::from_value(value).unwrap()
}

fn fixture(mock: bool) -> Fixture {
    Fixture::new(Arc::new(SystemClock), |options| options.mock = mock)
}

#[tokio::test]
async fn arguments_are_checked_by_name_before_anything_is_sent() {
    let fixture = Fixture::mock();
    for (action, args, said) in [
        (
            "slack.post_message",
            json!({ "text": "x" }),
            "`channel` is missing",
        ),
        (
            "slack.post_message",
            json!({}),
            "`channel` is missing; `text` is missing",
        ),
        (
            "slack.post_message",
            json!({ "channel": "#a", "text": 5 }),
            "`text`:",
        ),
        (
            "slack.post_message",
            json!({ "channel": "#a", "text": "x", "chanel": "y" }),
            "there is no argument `chanel`",
        ),
        ("slack.post_message", json!([]), "the arguments:"),
        ("slack.post_message", Value::Null, "`channel` is missing"),
        ("zoom.lookup_zoom_room", json!({ "query": "" }), "`query`:"),
        (
            "incident_ticketing.create",
            json!({ "title": "x", "priority": "urgent" }),
            "`priority`:",
        ),
    ] {
        let error = fixture.call(action, args).await.unwrap_err();
        let ToolError::Refused { message, hint } = &error else {
            panic!("{action}: {error:?}");
        };
        assert!(message.starts_with(action), "{message}");
        assert!(message.contains(said), "{message}");
        assert!(
            hint.as_ref().unwrap().contains("nothing was sent"),
            "{hint:?}"
        );
    }
    fixture
        .call("zoom.check_policy", Value::Null)
        .await
        .unwrap();
    assert!(fixture.registry.campus().messages().is_empty());
}

#[tokio::test]
async fn an_unknown_tool_or_action_is_refused_with_those_there_are() {
    let fixture = Fixture::mock();
    let error = fixture.call("zom.list_rooms", json!({})).await.unwrap_err();
    assert!(
        error.to_string().contains("there are: zoom, slack, "),
        "{error}"
    );
    let error = fixture.call("zoom.explode", json!({})).await.unwrap_err();
    let ToolError::Refused {
        hint: Some(hint), ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert!(hint.contains("restart_zoom_room"), "{hint}");
}

/// Which of the two worlds each mode reaches, for a tool elsewhere.
#[tokio::test]
async fn each_mode_reaches_its_world() {
    for (workspace_mock, mode, effect, expected) in [
        (false, Mode::Live, "read", "live"),
        (false, Mode::Live, "write", "live"),
        (false, Mode::Mock, "read", "simulated"),
        (false, Mode::Mock, "write", "simulated"),
        (false, Mode::Dry, "read", "live"),
        (false, Mode::Dry, "write", "simulated"),
        (false, Mode::Dry, "destructive", "simulated"),
        (true, Mode::Mock, "read", "simulated"),
        (true, Mode::Mock, "write", "simulated"),
        (true, Mode::Dry, "read", "simulated"),
        (true, Mode::Dry, "write", "simulated"),
        (true, Mode::Live, "read", "refused"),
        (true, Mode::Live, "write", "refused"),
    ] {
        let fixture = fixture(workspace_mock);
        let tool = FaultyTool::start(Behaviour::Say(json_answer(
            200,
            r#"{"ok":true,"result":"live"}"#,
        )))
        .await;
        let declared = config(json!({
            "name": "outside", "base_url": tool.url(), "in_mock": "simulate",
            "actions": { "go": { "effect": effect, "example": "simulated" } },
        }));
        fixture.registry.add_http(declared).unwrap();
        let mut call = call("outside.go", json!({}));
        call.mode = mode;
        let answer = fixture.registry.call(&call).await;
        let reached = match &answer {
            Ok(reply) => reply.output.as_str().unwrap(),
            Err(_) => class(&answer),
        };
        assert_eq!(
            reached, expected,
            "mock workspace: {workspace_mock}, {mode:?}, {effect}"
        );
        assert_eq!(tool.requests().len(), usize::from(expected == "live"));
        assert_eq!(
            fixture.registry.campus().outside_calls().len(),
            usize::from(expected == "simulated")
        );
    }
}

#[tokio::test]
async fn mock_mode_calls_a_connector_on_this_machine_and_tells_it_so() {
    let fixture = fixture(true);
    let tool = FaultyTool::start(Behaviour::Say(json_answer(200, r#"{"ok":true}"#))).await;
    let declared = json!({ "name": "local", "base_url": tool.url(), "actions": { "go": {} } });
    let info = fixture.registry.add_http(config(declared)).unwrap();
    assert_eq!(info.mode, Mode::Live);
    fixture.call("local.go", json!({})).await.unwrap();
    assert!(
        tool.requests()[0].contains("x-avops-mode: mock\r\n"),
        "{}",
        tool.requests()[0]
    );
    // A dry run still acts in the simulator only.
    let mut dry = call("local.go", json!({}));
    dry.mode = Mode::Dry;
    fixture.registry.call(&dry).await.unwrap();
    assert_eq!(tool.requests().len(), 1);
    // A connector elsewhere is simulated.
    let elsewhere = json!({ "name": "elsewhere", "base_url": "http://10.255.255.1:9/", "actions": { "go": {} } });
    let info = fixture.registry.add_http(config(elsewhere)).unwrap();
    assert_eq!(info.mode, Mode::Mock);
    let reply = fixture
        .call("elsewhere.go", json!({ "room": "204" }))
        .await
        .unwrap();
    assert_eq!(reply.output, json!({ "room": "204" }));
}

#[tokio::test]
async fn what_is_not_declared_is_assumed_to_be_the_worst() {
    let fixture = Fixture::mock();
    let declared = config(json!({
        "name": "outside", "base_url": "http://127.0.0.1:9",
        "actions": { "a": {}, "b": { "effect": "read" }, "c": { "effect": "write", "repeat": "keyed" } },
    }));
    let info = fixture.registry.add_http(declared).unwrap();
    let class = |name: &str| {
        let action = info.spec.action(name).unwrap();
        (action.effect, action.repeat)
    };
    assert_eq!(class("a"), (Effect::Destructive, Repeat::Once));
    assert_eq!(class("b"), (Effect::Read, Repeat::Safe));
    assert_eq!(class("c"), (Effect::Write, Repeat::Keyed));
}

#[tokio::test]
async fn the_vocabulary_changes_with_the_tools_and_only_then() {
    let fixture = Fixture::mock();
    let first = fixture.registry.vocabulary();
    assert!(Arc::ptr_eq(&first, &fixture.registry.vocabulary()));
    let declared =
        json!({ "name": "outside", "base_url": "http://127.0.0.1:9", "actions": { "go": {} } });
    fixture.registry.add_http(config(declared.clone())).unwrap();
    let second = fixture.registry.vocabulary();
    assert!(first.action("outside", "go").is_none());
    assert!(second.action("outside", "go").is_some());
    // The same name again is a new configuration.
    let mut changed = declared;
    changed["actions"] = json!({ "stop": {} });
    fixture.registry.add_http(config(changed)).unwrap();
    let third = fixture.registry.vocabulary();
    assert!(third.action("outside", "go").is_none() && third.action("outside", "stop").is_some());
    fixture.registry.remove("outside").unwrap();
    assert_eq!(*fixture.registry.vocabulary(), *first);
    assert!(matches!(
        fixture.registry.remove("outside"),
        Err(Error::NoSuchTool { .. })
    ));
    assert!(matches!(
        fixture.registry.remove("zoom"),
        Err(Error::Builtin(_))
    ));
}

#[tokio::test]
async fn a_configuration_that_does_not_hold_together_is_refused() {
    let fixture = Fixture::mock();
    let shipped = fixture.registry.tools().len();
    let url = "http://127.0.0.1:9";
    for (what, value) in [
        ("a taken name", json!({ "name": "zoom", "base_url": url })),
        ("a bad name", json!({ "name": "My Tool", "base_url": url })),
        ("no name", json!({ "name": "", "base_url": url })),
        (
            "a bad action name",
            json!({ "name": "x", "base_url": url, "actions": { "a.b": {} } }),
        ),
        (
            "another protocol",
            json!({ "name": "x", "base_url": "ftp://127.0.0.1" }),
        ),
        (
            "credentials in the address",
            json!({ "name": "x", "base_url": "http://a:b@127.0.0.1" }),
        ),
        (
            "the cloud's metadata",
            json!({ "name": "x", "base_url": "http://169.254.169.254" }),
        ),
        (
            "the same in disguise",
            json!({ "name": "x", "base_url": "http://0xa9fea9fe" }),
        ),
        (
            "the same, mapped",
            json!({ "name": "x", "base_url": "http://[::ffff:169.254.169.254]" }),
        ),
        (
            "a broken schema",
            json!({ "name": "x", "base_url": url, "actions": { "a": { "input_schema": { "type": "objekt" } } } }),
        ),
        (
            "a schema elsewhere",
            json!({ "name": "x", "base_url": url, "actions": { "a": { "input_schema": { "$ref": "http://127.0.0.1:9/s.json" } } } }),
        ),
        (
            "a pattern that explodes",
            json!({ "name": "x", "base_url": url, "actions": { "a": { "input_schema": { "pattern": "(a{1000}){1000}{1000}" } } } }),
        ),
        (
            "mock elsewhere",
            json!({ "name": "x", "base_url": "http://10.0.0.1", "in_mock": "call" }),
        ),
    ] {
        assert!(fixture.registry.add_http(config(value)).is_err(), "{what}");
    }
    let unknown: Result<HttpConfig, _> =
        serde_json::from_value(json!({ "name": "x", "base_url": url, "secret": "y" }));
    assert!(unknown.is_err());
    assert_eq!(fixture.registry.tools().len(), shipped);
}

#[tokio::test]
async fn a_registered_tool_is_listed_with_its_configuration() {
    let fixture = Fixture::mock();
    let declared = config(
        json!({ "name": "outside", "base_url": "http://127.0.0.1:9", "actions": { "go": {} } }),
    );
    fixture.registry.add_http(declared.clone()).unwrap();
    let tools = fixture.registry.tools();
    let listed = tools.iter().find(|t| t.spec.name == "outside").unwrap();
    assert_eq!(
        (listed.kind, listed.config.as_ref()),
        (Kind::Http, Some(&declared))
    );
    assert!(listed.health.is_none());
    fixture.registry.check_all().await;
    assert!(!fixture.registry.tool("outside").unwrap().health.unwrap().ok);
}

#[tokio::test]
async fn a_result_that_is_not_as_declared_is_unknown() {
    let fixture = Fixture::mock();
    for (body, expected) in [
        (r#"{"ok":true,"result":{"power":"on"}}"#, "ok"),
        (r#"{"ok":true,"result":{"power":1}}"#, "unknown"),
        (r#"{"ok":true}"#, "unknown"),
    ] {
        let tool = FaultyTool::start(Behaviour::Say(json_answer(200, body))).await;
        let schema = json!({ "type": "object", "properties": { "power": { "type": "string" } } });
        let declared = json!({
            "name": "outside", "base_url": tool.url(),
            "actions": { "go": { "output_schema": schema } },
        });
        fixture.registry.add_http(config(declared)).unwrap();
        let answer = fixture.call("outside.go", json!({})).await;
        assert_eq!(class(&answer), expected, "{body}: {answer:?}");
    }
}

/// The manual's own examples, as they stand there.
#[tokio::test]
async fn the_examples_of_the_manual_work() {
    let manual = include_str!("../../../../docs/guide/tools.md");
    let blocks = |language: &str| -> Vec<String> {
        let begin = format!("```{language}\n");
        let rests = manual.split(&begin).skip(1);
        rests
            .filter_map(|rest| rest.split_once("```"))
            .map(|(block, _)| block.to_owned())
            .collect()
    };
    let block = |language: &str, with: &str| -> String {
        let all = blocks(language);
        all.into_iter().find(|block| block.contains(with)).unwrap()
    };
    avops_tools::campus::Script::parse(&block("yaml", "rooms:")).unwrap();
    let mut added: Value = serde_json::from_str(&block("json", "base_url")).unwrap();
    added.as_object_mut().unwrap().remove("kind");
    let fixture = Fixture::mock();
    fixture.registry.add_http(config(added)).unwrap();
    let room = json!({ "room": "Boardroom 4" });
    let reply = fixture.call("projectors.power_on", room).await.unwrap();
    assert_eq!(reply.output["power"], "on");
    for tool in fixture
        .registry
        .tools()
        .iter()
        .filter(|t| t.kind == Kind::Builtin)
    {
        for action in tool.spec.actions.values() {
            for name in action.aliases.iter().chain([&action.name]) {
                assert!(
                    manual.contains(&format!("`{name}`")),
                    "the manual lacks {name}"
                );
            }
        }
    }
}
