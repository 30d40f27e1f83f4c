//! Signed messages that start workflows.

mod secrets;
mod starting;

use std::collections::BTreeMap;

use avops_app::connectors::SettingValue;
use avops_app::hooks::{self, Delivery, NewSecret, Parcel, Receipt, Reply, Signature};
use avops_app::recipes::{self, SaveRecipe};
use avops_app::runs::{self, RunFilter};
use avops_app::schedule::{self, Overlap};
use avops_app::workflows::{self, NewWorkflow, Trigger, Workflow, WorkflowChange};
use avops_app::{Error, PageRequest, Role};
use avops_engine::{RunStatus, Signal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::world::{World, mapping, yes};

/// Tells what it was started with.
const ROOM: &str = "name: Room alert
intake:
  - gather: room
  - gather: kind
    type: integer
    default: 0
plan:
  - action: zoom.lookup_zoom_room
    with: { query: \"{{ intake.room }}\" }
act: []
verify:
  - check: \"zoom_room.id != ''\"
";

/// Waits for a person.
const ASK: &str = "name: Ask
intake:
  - gather: room
    default: Boardroom 1
plan:
  - approve: \"Go on?\"
act: []
verify:
  - check: \"true\"
";

pub(super) async fn world() -> World {
    let world = World::seeded().await;
    for yaml in [ROOM, ASK] {
        let text = SaveRecipe {
            yaml: yaml.to_owned(),
            changelog: None,
        };
        recipes::create(&world.app, &world.owner, text)
            .await
            .unwrap();
    }
    world
}

pub(super) fn webhook(signature: Signature, when: Option<&str>, inputs: Value) -> Trigger {
    Trigger::Webhook {
        signature,
        when: when.map(str::to_owned),
        inputs: mapping(inputs),
        per_minute: 60,
    }
}

/// A workflow that messages start, and the secret of its address.
pub(super) async fn hooked(world: &World, recipe: &str, trigger: Trigger) -> (Workflow, String) {
    let new = NewWorkflow {
        name: format!("{recipe} by message"),
        agent: "Support".to_owned(),
        recipe: recipe.to_owned(),
        trigger,
        ..NewWorkflow::default()
    };
    let made = workflows::create(&world.app, &world.owner, new)
        .await
        .unwrap();
    let issued = hooks::renew_secret(&world.app, &world.owner, &made.id, NewSecret::default());
    let secret = issued.await.unwrap().secret.unwrap();
    (made, secret)
}

pub(super) fn address(workflow: &Workflow) -> String {
    let url = &workflow.hook.as_ref().unwrap().url;
    url.rsplit('/').next().unwrap().to_owned()
}

pub(super) fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

pub(super) fn parcel(headers: &[(&'static str, String)], body: &Value) -> Parcel {
    Parcel {
        headers: headers.iter().cloned().collect::<BTreeMap<_, _>>(),
        body: body.to_string().into_bytes(),
    }
}

/// A message by the rules of Standard Webhooks, at the world's time.
pub(super) fn standard(world: &World, secret: &str, id: &str, body: &Value) -> Parcel {
    let at = world.now().as_second();
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let signature = STANDARD.encode(mac(&key, format!("{id}.{at}.{body}").as_bytes()));
    let headers = [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", at.to_string()),
        ("webhook-signature", format!("v1,{signature}")),
    ];
    parcel(&headers, body)
}

pub(super) fn github(secret: &str, id: &str, event: &str, body: &Value) -> Parcel {
    let signature = hex::encode(mac(secret.as_bytes(), body.to_string().as_bytes()));
    let headers = [
        ("x-hub-signature-256", format!("sha256={signature}")),
        ("x-github-delivery", id.to_owned()),
        ("x-github-event", event.to_owned()),
    ];
    parcel(&headers, body)
}

pub(super) fn zoom(world: &World, secret: &str, body: &Value) -> Parcel {
    let at = world.now().as_second();
    let signature = hex::encode(mac(secret.as_bytes(), format!("v0:{at}:{body}").as_bytes()));
    let headers = [
        ("x-zm-request-timestamp", at.to_string()),
        ("x-zm-signature", format!("v0={signature}")),
    ];
    parcel(&headers, body)
}

pub(super) async fn send(
    world: &World,
    workflow: &Workflow,
    parcel: &Parcel,
) -> Result<Reply, Error> {
    hooks::receive(&world.app, &address(workflow), parcel).await
}

pub(super) async fn receipt(world: &World, workflow: &Workflow, parcel: &Parcel) -> Receipt {
    match send(world, workflow, parcel).await.unwrap() {
        Reply::Receipt(receipt) => receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

pub(super) async fn came(world: &World, workflow: &Workflow) -> Vec<Delivery> {
    let all = PageRequest::default();
    hooks::deliveries(&world.app, &world.owner, &workflow.id, &all)
        .await
        .unwrap()
        .items
}

pub(super) async fn runs_of(world: &World) -> usize {
    let filter = RunFilter {
        trigger: Some("webhook".to_owned()),
        ..RunFilter::default()
    };
    let page = PageRequest::default();
    let found = runs::list(&world.app, &world.owner, &filter, &page).await;
    found.unwrap().items.len()
}

pub(super) fn room() -> Value {
    json!({ "room": "{{ event.room }}", "kind": "{{ event.kind }}" })
}
