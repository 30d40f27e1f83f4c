//! Every operation tried once, as its users would.

use hyper::Method;
use serde_json::{Value, json};

use super::{Contract, WAITS};
use crate::kept::{LARGE, long_text};

/// What tries left behind: a run of a recipe, a run of a direct call.
pub(super) struct Left {
    run: String,
    call: String,
    large: String,
    backup: String,
    thread: String,
}

/// Sets up, saves a recipe, and what is refused.
pub(super) async fn try_recipes(contract: &mut Contract) {
    let setup =
        json!({ "seed": { "agents": true, "recipes": true, "tools": true, "workflows": true } });
    let recipe = json!({ "yaml": WAITS, "changelog": "first" });
    let faulty = json!({ "yaml": "name: 1" });
    let validate = "/api/v1/recipes/validate";
    contract
        .works(
            Method::PATCH,
            "/api/v1/settings",
            "",
            json!({ "mock": true, "openai": { "model": "gpt-4.1-mini", "key": "sk-0123456789abcdef" } }),
        )
        .await;
    contract
        .works(
            Method::POST,
            "/api/v1/settings/provider/test",
            "",
            json!({ "provider": "openai" }),
        )
        .await;
    contract
        .works(
            Method::POST,
            "/api/v1/settings/notices/test",
            "",
            json!({ "channel": "#av-ops" }),
        )
        .await;
    let days = json!([{ "name": "Labour Day", "from": "2027-05-01", "to": "2027-05-01" }]);
    contract
        .works(
            Method::PUT,
            "/api/v1/calendars",
            "",
            json!({ "name": "Holidays", "days": days }),
        )
        .await;
    contract
        .works(Method::POST, "/api/v1/setup", "", setup)
        .await;
    contract
        .works(Method::POST, "/api/v1/recipes", "", recipe.clone())
        .await;
    contract
        .works(
            Method::PUT,
            "/api/v1/recipes/{recipe}",
            "/api/v1/recipes/waits",
            recipe,
        )
        .await;
    contract
        .works(Method::POST, validate, "", json!({ "yaml": WAITS }))
        .await;
    contract
        .works(Method::POST, validate, "", faulty.clone())
        .await;
    let sop = json!({ "text": "Steps:\n- Gather room_id\n- Restart the Zoom Room\n- Verify it is online" });
    contract
        .works(Method::POST, "/api/v1/sop/convert", "", sop.clone())
        .await;
    let scored = json!({ "sop": sop, "expected": { "steps": ["act action zoom.restart"], "gated": ["zoom.restart"] } });
    contract
        .works(Method::POST, "/api/v1/sop/score", "", scored)
        .await;
    let refused = contract
        .call(Method::POST, "/api/v1/recipes", "", faulty)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    try_versions(contract).await;
}

/// Tests a recipe, moves it up and down, and carries one in.
async fn try_versions(contract: &mut Contract) {
    let at = |rest: &str| format!("/api/v1/recipes/waits/{rest}");
    let tests = "recipe: Waits\ntests:\n  - name: it asks\n    answers: [{ answer: { who: Ada } }]\n    expect: { status: success }\n";
    contract
        .works(
            Method::PUT,
            "/api/v1/recipes/{recipe}/tests",
            &at("tests"),
            json!({ "yaml": tests }),
        )
        .await;
    let tested = contract
        .works(
            Method::POST,
            "/api/v1/recipes/{recipe}/tests/run",
            &at("tests/run"),
            json!({}),
        )
        .await;
    assert_eq!(tested.body["ok"], json!(true), "{}", tested.body);
    for (template, name) in [
        ("/api/v1/recipes/{recipe}/promote", "promote"),
        ("/api/v1/recipes/{recipe}/demote", "demote"),
    ] {
        let why = json!({ "reason": "a try" });
        contract.works(Method::POST, template, &at(name), why).await;
    }
    let files = json!({ "files": [{ "path": "waits.yaml", "text": WAITS }] });
    let dry = "/api/v1/import?on_conflict=rename&dry_run=true";
    let import = "/api/v1/import";
    contract.works(Method::POST, import, dry, files).await;
}

/// Starts a run, answers it, repeats it, and calls an action directly.
pub(super) async fn try_runs(contract: &mut Contract) -> Left {
    let start = json!({ "agent": "support", "recipe": "waits" });
    let waits = "/api/v1/runs?wait=30s";
    let waiting = contract
        .works(Method::POST, "/api/v1/runs", waits, start.clone())
        .await;
    assert_eq!(waiting.text("/waiting_for"), "input", "{}", waiting.body);
    contract
        .works(Method::POST, "/api/v1/runs", "", start)
        .await;
    let run = waiting.text("/id").to_owned();
    for template in ["/api/v1/inbox", "/api/v1/dashboard"] {
        contract.works(Method::GET, template, "", Value::Null).await;
    }
    let signals = format!("/api/v1/runs/{run}/signals");
    let answer = json!({ "kind": "answer", "inputs": { "who": "Ada" } });
    contract
        .works(Method::POST, "/api/v1/runs/{run}/signals", &signals, answer)
        .await;
    let over =
        json!({ "answers": [{ "run_id": run, "signal": { "kind": "answer", "inputs": {} } }] });
    contract
        .works(Method::POST, "/api/v1/inbox/answers", "", over)
        .await;
    contract.stage.ended(&run).await;
    let made = format!("/api/v1/runs/{run}/test");
    contract
        .works(Method::POST, "/api/v1/runs/{run}/test", &made, Value::Null)
        .await;
    let rerun = format!("/api/v1/runs/{run}/rerun?wait=30s");
    let again = json!({ "version": "latest" });
    contract
        .works(Method::POST, "/api/v1/runs/{run}/rerun", &rerun, again)
        .await;
    contract
        .works(
            Method::POST,
            "/api/v1/runs/{run}/rerun",
            &rerun,
            json!({ "version": "same", "from": "verify.1" }),
        )
        .await;
    let preview = format!("/api/v1/runs/{run}/rerun/preview");
    let from_verify = json!({ "from": "verify.1", "dry_run": true });
    contract
        .works(
            Method::POST,
            "/api/v1/runs/{run}/rerun/preview",
            &preview,
            from_verify,
        )
        .await;
    let many = json!({ "action": "rerun", "runs": [run] });
    contract
        .works(Method::POST, "/api/v1/runs/bulk", "", many)
        .await;
    let text = json!({ "channel": "#av-ops", "text": "Hello" });
    let action = json!({ "tool": "slack", "action": "post_message", "args": text });
    let called = contract
        .works(Method::POST, "/api/v1/tools/action", "", action)
        .await;
    contract
        .works(Method::POST, "/api/v1/tools/check", "", Value::Null)
        .await;
    try_workflows(contract).await;
    try_rooms(contract).await;
    let call = called.text("/run_id").to_owned();
    let long = json!({ "text": long_text() });
    let large = contract.stage.run(LARGE, long).await;
    let large = large["id"].as_str().unwrap().to_owned();
    let backup = contract
        .works(Method::POST, "/api/v1/backup", "", Value::Null)
        .await;
    let backup = backup.text("/name").to_owned();
    contract
        .works(Method::POST, "/api/v1/support/bundle", "", Value::Null)
        .await;
    let thread = try_chat(contract).await;
    Left {
        run,
        call,
        large,
        backup,
        thread,
    }
}

/// Says something, says it in plain words, renames the conversation; gives its id.
pub(super) async fn try_chat(contract: &mut Contract) -> String {
    let say = "/api/v1/chat/messages";
    let first = contract
        .works(
            Method::POST,
            say,
            "",
            json!({ "text": "/tool health slack" }),
        )
        .await;
    let thread = first.text("/thread_id").to_owned();
    for text in [
        "/recipe new \"Camera Reset\"",
        "/agent run Support recipe=Waits",
        "/tool action slack '{\"action\":\"post_message\",\"args\":{\"channel\":\"#avops\",\"text\":\"x\"}}'",
        "/sop\n- Gather room_id\n- Restart the Zoom Room",
        "/tool helth slack",
        "which runs failed?",
        "/help",
    ] {
        let body = json!({ "thread_id": thread, "text": text, "json_mode": true });
        contract.works(Method::POST, say, "", body).await;
    }
    let template = "/api/v1/chat/threads/{thread}";
    let one = format!("/api/v1/chat/threads/{thread}");
    contract
        .works(Method::PATCH, template, &one, json!({ "title": "Slack" }))
        .await;
    let other = contract
        .works(Method::POST, say, "", json!({ "text": "/help" }))
        .await;
    let other = format!("/api/v1/chat/threads/{}", other.text("/thread_id"));
    contract
        .works(Method::DELETE, template, &other, Value::Null)
        .await;
    thread
}

/// Registers rooms and a device, changes them, brings more in from a file, and lets something go wrong on the campus.
pub(super) async fn try_rooms(contract: &mut Contract) {
    let room = json!({ "id": "204", "name": "Huddle 204", "aliases": ["small"], "ids": { "zoom": "zr-1" } });
    let named = json!({ "id": "204", "name": "Huddle 204", "email": "h204@corp.example" });
    let device = json!({ "id": "proj", "name": "Projector", "room": "204", "tool": "pjlink", "host": "10.0.0.9" });
    let import = json!({
        "format": "csv", "text": "kind,id,name\nroom,aud,Auditorium\n", "dry_run": true,
    });
    let fault =
        json!({ "befalls": "room", "id": "Boardroom 4", "fault": "hdmi_black", "on": true });
    let (one, projector) = ("/api/v1/rooms/204", "/api/v1/devices/proj");
    let calls = [
        (Method::POST, "/api/v1/rooms", "", room),
        (Method::PUT, "/api/v1/rooms/{room}", one, named),
        (Method::POST, "/api/v1/devices", "", device.clone()),
        (Method::PUT, "/api/v1/devices/{device}", projector, device),
        (Method::POST, "/api/v1/directory/import", "", import),
        (
            Method::DELETE,
            "/api/v1/devices/{device}",
            projector,
            Value::Null,
        ),
        (Method::DELETE, "/api/v1/rooms/{room}", one, Value::Null),
        (Method::POST, "/api/v1/campus/faults", "", fault),
        (Method::DELETE, "/api/v1/campus/faults", "", Value::Null),
    ];
    for (method, template, path, body) in calls {
        contract.works(method, template, path, body).await;
    }
}

/// Makes a workflow, changes it, runs it now, looks at the schedules.
pub(super) async fn try_workflows(contract: &mut Contract) {
    let one = "/api/v1/workflows/every%20hour";
    let hourly = json!({ "type": "interval", "minutes": 60 });
    let new = json!({
        "name": "Every hour", "agent": "support", "recipe": "waits", "trigger": hourly,
        "inputs": { "who": "Ada" },
    });
    let calls = [
        (Method::POST, "/api/v1/workflows", "", new),
        (
            Method::POST,
            "/api/v1/workflows/preview",
            "",
            json!({ "trigger": { "type": "cron", "expression": "0 8 * * MON", "tz": "Europe/Paris" } }),
        ),
        (
            Method::PATCH,
            "/api/v1/workflows/{workflow}",
            one,
            json!({ "enabled": false, "reason": "holidays" }),
        ),
        (Method::POST, "/api/v1/scheduler/tick", "", Value::Null),
    ];
    for (method, template, path, body) in calls {
        contract.works(method, template, path, body).await;
    }
    try_hooks(contract).await;
    let now = format!("{one}/runs?wait=30s");
    let template = "/api/v1/workflows/{workflow}/runs";
    contract
        .works(Method::POST, template, &now, json!({}))
        .await;
}

/// Makes a workflow that messages start, gives it a secret, and sends what proves nothing.
async fn try_hooks(contract: &mut Contract) {
    let trigger = json!({
        "type": "webhook", "signature": "github", "when": "delivery.event == 'issues'",
        "inputs": { "who": "{{ event.sender.login }}" }, "per_minute": 60,
    });
    let new =
        json!({ "name": "By message", "agent": "support", "recipe": "waits", "trigger": trigger });
    let made = contract
        .works(Method::POST, "/api/v1/workflows", "", new)
        .await;
    let preview = json!({ "trigger": trigger, "event": { "sender": { "login": "ada" } } });
    contract
        .works(Method::POST, "/api/v1/workflows/preview", "", preview)
        .await;
    let secret = "/api/v1/workflows/by%20message/secret";
    contract
        .works(
            Method::POST,
            "/api/v1/workflows/{workflow}/secret",
            secret,
            json!({ "keep_minutes": 5 }),
        )
        .await;
    let address = made.text("/hook/url").to_owned();
    let path = &address[address.find("/hooks/").unwrap()..];
    for _ in 0..2 {
        let refused = contract
            .call(Method::POST, "/hooks/{hook}", path, json!({}))
            .await;
        assert_eq!(refused.status, 401, "{}", refused.body);
    }
}

/// Every GET, with something that is there in place of each parameter.
pub(super) async fn look_everywhere(contract: &mut Contract, left: &Left) {
    let document = contract.document.clone();
    for (template, methods) in document["paths"].as_object().unwrap() {
        // A stream of events has no end to wait for.
        if methods.get("get").is_none() || template.ends_with("/events") {
            continue;
        }
        // Only one of them left a file behind.
        let holds_a_file = template.ends_with("/content");
        for run in [&left.run, &left.call, &left.large] {
            if holds_a_file && run != &left.large {
                continue;
            }
            let path = template
                .replace("{agent}", "support")
                .replace("{recipe}", "waits")
                .replace("{version}", "1")
                .replace("{code}", "R001")
                .replace("{run}", run)
                .replace("{artifact}", "1")
                .replace("{backup}", &left.backup)
                .replace("{workflow}", "every%20hour")
                .replace("{thread}", &left.thread)
                .replace("{page}", "tools")
                .replace("{provider}", "openai")
                .replace("{room}", "zr-hq-204")
                .replace("{tool}", "zoom");
            assert!(!path.contains('{'), "say here what stands in {template}");
            let path = match template.as_str() {
                "/api/v1/manual/search" => format!("{path}?q=rollback"),
                "/api/v1/runs/{run}/compare" => format!("{path}?with={}", left.call),
                _ => path,
            };
            contract
                .works(Method::GET, template, &path, Value::Null)
                .await;
        }
    }
}
