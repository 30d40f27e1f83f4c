//! Alerts of the simulated Zoom account, posted to whoever subscribed as Zoom posts them: signed by the account's secret
//! token, and sent again after 5, 20 and 60 minutes while nobody takes them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Client;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Shared;
use super::world::Room;
use crate::secret::Secret;
use crate::zoom::simulator::ACCOUNT_ID;

/// The pauses before an alert that nobody took is sent again; 3 s are an answer's time (Zoom, "Using webhooks").
const AGAIN: [Duration; 3] = [
    Duration::from_mins(5),
    Duration::from_mins(20),
    Duration::from_hours(1),
];
const PATIENCE: Duration = Duration::from_secs(3);

/// What an offline room's alert has as its type; the vendor publishes no table of them.
const OFFLINE: u8 = 3;
const OTHER: u8 = 1;

/// Who hears of alerts, and how they are signed.
pub(super) struct Alerts {
    client: Client,
    token: Secret,
    subscribers: Mutex<Vec<String>>,
    stop: CancellationToken,
}

impl Alerts {
    /// Nobody has subscribed yet. The token is made anew with each campus: nobody outside this process can know it.
    pub(super) fn new(client: Client, stop: CancellationToken) -> Self {
        let (one, two) = (Uuid::new_v4().simple(), Uuid::new_v4().simple());
        Self {
            client,
            token: Secret::new(&format!("{one}{two}")),
            subscribers: Mutex::default(),
            stop,
        }
    }

    /// The account's secret token.
    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    /// These addresses hear of alerts from now on, and no others.
    pub(super) fn subscribe(&self, addresses: Vec<String>) {
        *self
            .subscribers
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = addresses;
    }

    /// Posts what changed about a room to everybody who subscribed. Must be called inside a tokio runtime.
    pub(super) fn post(self: &Arc<Self>, campus: &Shared, bodies: &[Value]) {
        let addresses = self
            .subscribers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for address in addresses {
            for body in bodies {
                let (alerts, campus) = (Arc::clone(self), campus.clone());
                let (address, body) = (address.clone(), body.to_string());
                tokio::spawn(async move {
                    let delivery = alerts.deliver(&campus, &address, &body);
                    alerts.stop.run_until_cancelled(delivery).await;
                });
            }
        }
    }

    async fn deliver(&self, campus: &Shared, address: &str, body: &str) {
        let mut pauses = AGAIN.into_iter();
        loop {
            match self.send(campus, address, body).await {
                Ok(()) => return,
                Err(reason) => tracing::warn!(
                    address,
                    "an alert of the simulated Zoom was not taken: {reason}"
                ),
            }
            let Some(pause) = pauses.next() else {
                return;
            };
            campus.sleep(pause).await;
        }
    }

    async fn send(&self, campus: &Shared, address: &str, body: &str) -> Result<(), String> {
        let at = campus.now().as_second();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.token.expose().as_bytes())
            .map_err(|error| error.to_string())?;
        mac.update(format!("v0:{at}:{body}").as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let answer = self
            .client
            .post(address)
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header("x-zm-request-timestamp", at.to_string())
            .header("x-zm-signature", format!("v0={signature}"))
            .body(body.to_owned())
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        Err(format!("it answered {status}"))
    }
}

/// The alerts for what began and what ended with a room.
pub(super) fn bodies(room: &Room, before: &[String], after: &[String], at_ms: i64) -> Vec<Value> {
    let raised = after.iter().filter(|issue| !before.contains(issue));
    let cleared = before.iter().filter(|issue| !after.contains(issue));
    let body = |issue: &String, kind: u8| {
        let calendar = room.email.split('@').next().unwrap_or_default();
        let alert_type = if issue.contains("offline") {
            OFFLINE
        } else {
            OTHER
        };
        json!({
            "event": "zoomroom.alert",
            "event_ts": at_ms,
            "payload": { "account_id": ACCOUNT_ID, "object": {
                "id": room.id, "room_name": room.name, "calendar_name": calendar, "email": room.email,
                "issue": issue, "alert_type": alert_type, "component": 2, "alert_kind": kind,
            } },
        })
    };
    raised
        .map(|issue| body(issue, 1))
        .chain(cleared.map(|issue| body(issue, 2)))
        .collect()
}
