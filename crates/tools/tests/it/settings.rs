//! Setting a tool up while the program runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use avops_engine::{Mode, SystemClock, Toolbox as _};
use avops_tools::{Error, Secret, SettingSource};
use serde_json::json;

use crate::fixture::{Fixture, call};

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, Secret> {
    let given = |(name, value): &(&str, &str)| ((*name).to_owned(), Secret::new(value));
    pairs.iter().map(given).collect()
}

/// The campus plays the real Slack here: the live connector is pointed at it as at any other address.
#[tokio::test]
async fn a_tool_that_is_set_up_answers_at_once_and_a_bad_value_changes_nothing() {
    let vendor = Fixture::mock();
    let address = format!("http://{}/slack", vendor.registry.campus().address());
    let live = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let mut post = call(
        "slack.post_message",
        json!({ "channel": "#avops", "text": "hello" }),
    );
    post.mode = Mode::Live;
    assert!(live.registry.call(&post).await.is_err());

    let states = live
        .registry
        .configure(
            "slack",
            &values(&[("token", "xoxb-campus"), ("url", &address)]),
        )
        .unwrap();
    assert_eq!(states[0].source, Some(SettingSource::Workspace));
    assert_eq!(
        (states[0].value.as_deref(), states[0].last4.as_deref()),
        (None, None)
    );
    live.registry.call(&post).await.unwrap();
    assert_eq!(vendor.registry.campus().messages().len(), 1);

    let refused = live
        .registry
        .configure("slack", &values(&[("url", "ftp://example.com")]));
    assert!(matches!(refused, Err(Error::Address { .. })), "{refused:?}");
    let refused = live.registry.configure("slack", &values(&[("tokn", "x")]));
    assert!(matches!(refused, Err(Error::Config { .. })), "{refused:?}");
    post.idempotency_key.push_str(".second");
    live.registry.call(&post).await.unwrap();
    assert_eq!(vendor.registry.campus().messages().len(), 2);
}

#[tokio::test]
async fn one_tool_can_be_simulated_in_a_live_workspace() {
    let fixture = Fixture::new(Arc::new(SystemClock), |options| options.mock = false);
    let mut post = call(
        "slack.post_message",
        json!({ "channel": "#avops", "text": "hello" }),
    );
    post.mode = Mode::Live;
    fixture.registry.simulate_always("slack", true).unwrap();
    fixture.registry.call(&post).await.unwrap();
    assert_eq!(fixture.registry.campus().messages().len(), 1);
    assert_eq!(fixture.registry.tool("slack").unwrap().mode, Mode::Mock);
    assert_eq!(fixture.registry.tool("zoom").unwrap().mode, Mode::Live);

    fixture.registry.configure("slack", &values(&[])).unwrap();
    fixture.registry.call(&post).await.unwrap();
    fixture.registry.simulate_always("slack", false).unwrap();
    assert!(fixture.registry.call(&post).await.is_err());
}
