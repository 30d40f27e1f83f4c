//! Google Drive: files and folders made once, shared once, found by names of any kind; both ways to sign in.

use std::sync::Arc;

use avops_engine::{Clock, Mode, SystemClock, ToolCall, ToolError, ToolReply, Toolbox as _};
use avops_tools::RegistryOptions;
use serde_json::{Value, json};

use crate::fixture::{Fixture, StillClock, call, class};

/// The other half of the key that the simulated Google knows. It opens nothing else.
const KEY: &str = include_str!("drive_service_account.pem");
const EMAIL: &str = "avops@campus.iam.gserviceaccount.example";

fn files(fixture: &Fixture) -> Vec<Value> {
    let all = fixture.registry.campus().drive_files();
    let is_new = |file: &Value| file["name"] != "Reports";
    all.into_iter().filter(is_new).collect()
}

fn upload() -> ToolCall {
    let args = json!({ "name": "Bob's \\ report.txt", "text": "Grüße\r\n--avops", "folder": "1CampusReports" });
    call("google_drive.upload_file", args)
}

fn refusal(answer: Result<ToolReply, ToolError>) -> String {
    match answer {
        Err(ToolError::Refused { message, hint }) => {
            format!("{message} | {}", hint.unwrap_or_default())
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_file_is_saved_with_its_bytes_and_found_by_its_name() {
    let fixture = Fixture::mock();
    let reply = fixture.registry.call(&upload()).await.unwrap();
    let saved = &files(&fixture)[0];
    assert_eq!(saved["text"], "Grüße\r\n--avops");
    assert_eq!(saved["parents"], json!(["1CampusReports"]));
    assert_eq!(reply.output["size_bytes"], 16);
    let artifact = &reply.artifacts[0];
    assert_eq!(artifact.kind, "file");
    assert!(
        artifact
            .url
            .as_ref()
            .unwrap()
            .contains("/file/d/1CampusFile")
    );
    let args = json!({ "name": "a.bin", "base64": "/wD+", "content_type": "image/png" });
    fixture.output("google_drive.upload_file", args).await;
    let second = &files(&fixture)[1];
    assert_eq!(second["mimeType"], "image/png");
    assert_eq!(second["parents"], json!(["0ACampusDrive"]));
    for (args, names) in [
        (
            json!({ "folder": "1CampusReports" }),
            vec!["Bob's \\ report.txt"],
        ),
        (
            json!({ "folder": "1CampusReports", "name": "Bob's \\ report.txt" }),
            vec!["Bob's \\ report.txt"],
        ),
        (json!({ "name": "' or name != '" }), vec![]),
        (json!({}), vec!["a.bin", "Reports"]),
    ] {
        let listed = fixture
            .output("google_drive.list_files", args.clone())
            .await;
        let listed: Vec<&str> = listed
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|f| f["name"].as_str())
            .collect();
        assert_eq!(listed, names, "{args}");
    }
}

/// Whatever breaks off after Google has acted: one file, and the call finds it, at once and again later.
#[tokio::test]
async fn a_file_that_was_saved_without_an_answer_is_found_by_its_id() {
    for fault in [
        json!({ "do": "drop" }),
        json!({ "do": "status", "status": 500 }),
        json!({ "do": "status", "status": 503 }),
        json!({ "do": "truncate" }),
        json!({ "do": "not_json" }),
    ] {
        let fixture = Fixture::mock();
        let mut fault = fault;
        fault["on"] = json!("/google_drive/upload/drive/v3/files");
        fault["acts"] = json!(true);
        fault["times"] = json!(1);
        fixture.fault(fault.clone());
        let call = upload();
        let first = fixture.registry.call(&call).await;
        let first = first.unwrap_or_else(|error| panic!("{fault}: {error}"));
        // The id is forgotten by now: the mark tells.
        let second = fixture.registry.call(&call).await.unwrap();
        assert_eq!(first.output, second.output, "{fault}");
        assert_eq!(files(&fixture).len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_repetition_uses_the_id_of_the_first_attempt() {
    let fixture = Fixture::mock();
    let on = "/google_drive/upload/drive/v3/files";
    // Acted, no answer, and nobody says whether the id is used.
    fixture.fault(json!({ "on": on, "do": "drop", "acts": true, "times": 1 }));
    fixture
        .fault(json!({ "on": "/google_drive/drive/v3/files/1Campus", "do": "drop", "times": 1 }));
    let acted = upload();
    let answer = fixture.registry.call(&acted).await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
    let again = fixture.registry.call(&acted).await.unwrap();
    assert_eq!(files(&fixture).len(), 1);
    assert_eq!(again.output["id"], files(&fixture)[0]["id"]);
    // Never arrived. The second attempt asks for no other id.
    fixture.fault(json!({ "on": on, "do": "drop", "times": 1 }));
    let lost = upload();
    let answer = fixture.registry.call(&lost).await;
    assert_eq!(class(&answer), "unknown", "{answer:?}");
    let ids = "/google_drive/drive/v3/files/generateIds";
    fixture.fault(json!({ "on": ids, "do": "status", "status": 403 }));
    fixture.registry.call(&lost).await.unwrap();
    assert_eq!(files(&fixture).len(), 2);
}

#[tokio::test]
async fn a_folder_is_taken_when_it_is_there_and_made_once_when_not() {
    let fixture = Fixture::mock();
    let make = |args: Value| fixture.call("google_drive.create_folder", args);
    let there = make(json!({ "name": "Reports" })).await.unwrap();
    assert_eq!(there.output["created"], false);
    assert_eq!(there.output["id"], "1CampusReports");
    let first = make(json!({ "name": "BR4", "folder": "1CampusReports" }))
        .await
        .unwrap();
    assert_eq!(first.output["created"], true);
    assert_eq!(first.artifacts[0].kind, "folder");
    assert!(first.output["url"].as_str().unwrap().contains("/folders/"));
    let second = make(json!({ "name": "BR4", "folder": "1CampusReports" }))
        .await
        .unwrap();
    assert_eq!(second.output["id"], first.output["id"]);
    let other = call(
        "google_drive.create_folder",
        json!({ "name": "BR4", "folder": "1CampusReports", "another": true }),
    );
    for _ in 0..2 {
        let third = fixture.registry.call(&other).await.unwrap();
        assert_ne!(third.output["id"], first.output["id"]);
    }
    assert_eq!(files(&fixture).len(), 2);
    let said = refusal(make(json!({ "name": "x", "folder": "1Gone" })).await);
    assert!(said.contains("was given access"), "{said}");
}

#[tokio::test]
async fn sharing_looks_first_and_writes_no_mail_unasked() {
    let fixture = Fixture::mock();
    let share = |args: Value| fixture.call("google_drive.share_file", args);
    let to_ann = json!({ "id": "1CampusReports", "with": "user", "to": "ann@corp.example" });
    let first = share(to_ann.clone()).await.unwrap().output;
    assert_eq!(first["changed"], true);
    assert_eq!(first["role"], "reader");
    assert!(first["url"].as_str().unwrap().contains("/folders/"));
    let mut louder = to_ann.clone();
    louder["to"] = json!("Ann@corp.example");
    louder["notify"] = json!(true);
    assert_eq!(
        share(louder.clone()).await.unwrap().output["changed"],
        false
    );
    let campus = fixture.registry.campus();
    assert!(campus.drive_mails().is_empty());
    // More than she has, with a mail, whose answer is lost: once.
    louder["role"] = json!("writer");
    let on = "/google_drive/drive/v3/files/1CampusReports/permissions";
    fixture.fault(json!({ "on": on, "do": "delay", "times": 1 }));
    fixture.fault(json!({ "on": on, "do": "drop", "acts": true, "times": 1 }));
    let more = call("google_drive.share_file", louder);
    for _ in 0..2 {
        let reply = fixture.registry.call(&more).await.unwrap();
        assert_eq!(reply.output["role"], "writer");
    }
    assert_eq!(campus.drive_mails().len(), 1);
    let link = json!({ "id": "1CampusReports", "with": "anyone" });
    assert_eq!(share(link).await.unwrap().output["changed"], true);
    let domain = json!({ "id": "1CampusReports", "with": "domain", "to": "corp.example", "role": "commenter" });
    share(domain).await.unwrap();
    for args in [
        json!({ "id": "1CampusReports", "with": "user" }),
        json!({ "id": "1CampusReports", "with": "anyone", "to": "ann@corp.example" }),
        json!({ "id": "../about", "with": "anyone" }),
        json!({ "id": "1CampusReports", "with": "user", "to": "x@y.example", "role": "owner" }),
        json!({ "id": "1Gone", "with": "anyone" }),
    ] {
        refusal(share(args).await);
    }
    let script = "rooms: []\ngoogle_drive: { closed_domain: true }\n";
    let closed = Fixture::with_campus(script, Arc::new(SystemClock));
    let link = json!({ "id": "1CampusReports", "with": "anyone" });
    let said = refusal(closed.call("google_drive.share_file", link).await);
    assert!(said.contains("disabled sharing"), "{said}");
}

#[tokio::test]
async fn lists_come_from_all_pages() {
    let script = "rooms: []\ngoogle_drive: { page_size: 2 }\n";
    let fixture = Fixture::with_campus(script, Arc::new(SystemClock));
    for n in 0..5 {
        let args = json!({ "name": format!("{n}.txt"), "text": "x" });
        fixture.output("google_drive.upload_file", args).await;
    }
    let list = |args: Value| fixture.output("google_drive.list_files", args);
    assert_eq!(list(json!({})).await.as_array().unwrap().len(), 6);
    assert_eq!(
        list(json!({ "limit": 3 })).await.as_array().unwrap().len(),
        3
    );
}

#[tokio::test]
async fn the_word_of_an_error_decides_not_its_number() {
    for (status, reason, wanted) in [
        (403, "userRateLimitExceeded", "not sent"),
        (403, "rateLimitExceeded", "not sent"),
        (429, "rateLimitExceeded", "not sent"),
        (429, "dailyLimitExceeded", "refused"),
        (403, "sharingRateLimitExceeded", "refused"),
        (403, "storageQuotaExceeded", "refused"),
        (403, "insufficientFilePermissions", "refused"),
        (403, "backendError", "unknown"),
        (500, "backendError", "unknown"),
        (503, "backendError", "unknown"),
    ] {
        let fixture = Fixture::mock();
        let body = json!({ "error": { "code": status, "message": "No.", "errors": [{ "reason": reason }] } });
        let on = "/google_drive/upload/drive/v3/files";
        fixture.fault(json!({ "on": on, "do": "status", "status": status, "body": body.to_string(), "times": 1 }));
        let answer = fixture.registry.call(&upload()).await;
        assert_eq!(class(&answer), wanted, "{status} {reason}: {answer:?}");
        assert!(answer.unwrap_err().to_string().contains(reason));
        // Before the write, whatever breaks off means that nothing was sent.
        fixture.fault(
            json!({ "on": "/google_drive/drive/v3/files/generateIds", "do": "drop", "times": 1 }),
        );
        let answer = fixture.registry.call(&upload()).await;
        assert_eq!(class(&answer), "not sent", "{answer:?}");
        fixture.registry.call(&upload()).await.unwrap();
    }
}

/// A registry that reaches the campus of another as if it were the vendor.
fn live(
    campus: &Fixture,
    clock: Arc<dyn Clock>,
    change: impl FnOnce(&mut RegistryOptions),
) -> Fixture {
    let address = campus.registry.campus().address();
    Fixture::new(clock, |options| {
        options.mock = false;
        let mut set = |name: &str, value: String| {
            options
                .environment
                .set(&format!("AVOPS_GOOGLE_DRIVE_{name}"), &value);
        };
        set("URL", format!("http://{address}/google_drive"));
        set("TOKEN_URL", format!("http://{address}/google_drive/token"));
        change(options);
    })
}

fn key_file(email: &str) -> String {
    json!({ "type": "service_account", "client_email": email, "private_key": KEY, "private_key_id": "k1", "token_uri": "http://169.254.169.254/" })
        .to_string()
}

fn list_live() -> ToolCall {
    let mut call = call(
        "google_drive.list_files",
        json!({ "folder": "1CampusReports" }),
    );
    call.mode = Mode::Live;
    call
}

#[tokio::test]
async fn a_service_account_signs_for_itself_or_for_a_user() {
    let campus = Fixture::mock();
    let account = |user: &str| {
        live(&campus, Arc::new(SystemClock), |options| {
            let mut set = |name: &str, value: &str| options.environment.set(name, value);
            set("AVOPS_GOOGLE_DRIVE_SERVICE_ACCOUNT", &key_file(EMAIL));
            if !user.is_empty() {
                set("AVOPS_GOOGLE_DRIVE_USER", user);
            }
        })
    };
    let own = account("");
    let health = own.registry.health("google_drive").await.unwrap();
    assert!(
        health.ok && health.detail.contains(EMAIL),
        "{}",
        health.detail
    );
    own.registry.call(&list_live()).await.unwrap();
    // It has no storage of its own.
    let mut save = upload();
    save.mode = Mode::Live;
    save.args["folder"] = json!("root");
    let said = refusal(own.registry.call(&save).await);
    assert!(said.contains("shared_drive"), "{said}");
    save.args["folder"] = json!("1CampusReports");
    own.registry.call(&save).await.unwrap();

    let user = account("av-team@corp.example");
    let health = user.registry.health("google_drive").await.unwrap();
    assert!(
        health.detail.contains("av-team@corp.example"),
        "{}",
        health.detail
    );
    let stranger = account("boss@corp.example");
    let said = refusal(stranger.registry.call(&list_live()).await);
    assert!(said.contains("delegation"), "{said}");
}

#[tokio::test]
async fn a_token_is_renewed_when_it_ends_and_when_it_is_not_taken() {
    let campus = Fixture::mock();
    let clock = StillClock::at("2026-11-26T10:00:00Z");
    let with_clock = Fixture::with_campus("rooms: []\n", clock.clone());
    for _ in 0..3 {
        with_clock
            .output("google_drive.list_files", json!({}))
            .await;
        clock.advance(3599);
    }
    // A token that is withdrawn early costs one more request.
    let on = "/google_drive/drive/v3/files";
    campus.output("google_drive.list_files", json!({})).await;
    campus.fault(json!({ "on": on, "do": "status", "status": 401, "times": 1 }));
    campus.output("google_drive.list_files", json!({})).await;
    campus.fault(json!({ "on": on, "do": "status", "status": 401 }));
    let said = refusal(campus.call("google_drive.list_files", json!({})).await);
    assert!(said.contains("credentials"), "{said}");
}

#[tokio::test]
async fn wrong_credentials_are_named_and_never_repeated() {
    let campus = Fixture::mock();
    let strange = live(&campus, Arc::new(SystemClock), |options| {
        let mut set = |name: &str, value: &str| options.environment.set(name, value);
        set("AVOPS_GOOGLE_DRIVE_CLIENT_ID", "campus-drive-client");
        set("AVOPS_GOOGLE_DRIVE_CLIENT_SECRET", "campus-drive-secret");
        set("AVOPS_GOOGLE_DRIVE_REFRESH_TOKEN", "1//canary-9d1f");
    });
    let late = live(&campus, StillClock::at("2020-01-01T00:00:00Z"), |options| {
        options
            .environment
            .set("AVOPS_GOOGLE_DRIVE_SERVICE_ACCOUNT", &key_file(EMAIL));
    });
    let other = live(&campus, Arc::new(SystemClock), |options| {
        let file = key_file("canary@elsewhere.example");
        options
            .environment
            .set("AVOPS_GOOGLE_DRIVE_SERVICE_ACCOUNT", &file);
    });
    for fixture in [strange, late, other] {
        let said = refusal(fixture.registry.call(&list_live()).await);
        assert!(said.contains("clock is wrong"), "{said}");
        let health = fixture.registry.health("google_drive").await.unwrap();
        assert!(!health.ok);
        for text in [said, health.detail] {
            assert!(
                !text.contains("canary") && !text.contains("PRIVATE KEY"),
                "{text}"
            );
        }
    }
    let none = live(&campus, Arc::new(SystemClock), |_| {});
    let said = refusal(none.registry.call(&list_live()).await);
    assert!(
        said.contains("AVOPS_GOOGLE_DRIVE_SERVICE_ACCOUNT"),
        "{said}"
    );
}
