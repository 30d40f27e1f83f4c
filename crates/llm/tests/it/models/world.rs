//! A desk whose live providers are the simulated ones, reached as a server of one's own would be.

use std::sync::Arc;

use avops_engine::SystemClock;
use avops_llm::simulator::KEY;
use avops_llm::{Desk, DeskConfig, Provider, ProviderConfig, Unkept};
use avops_tools::Secret;

/// A desk that asks `order` with this key.
pub(crate) fn desk(order: &[Provider], key: Option<&str>) -> Desk {
    let desk = Desk::open(Arc::new(SystemClock), Arc::new(Unkept::default())).unwrap();
    desk.configure(config(&desk, order, key)).unwrap();
    desk
}

/// Settings that lead to the desk's own simulated providers.
pub(crate) fn config(desk: &Desk, order: &[Provider], key: Option<&str>) -> DeskConfig {
    let settings = |provider: Provider| ProviderConfig {
        model: provider.default_model().to_owned(),
        base_url: Some(desk.simulator().url(provider)),
        key: key.map(Secret::new),
    };
    DeskConfig {
        order: order.to_vec(),
        providers: Provider::ALL.map(|each| (each, settings(each))).into(),
        ..DeskConfig::default()
    }
}

/// A desk with the right key.
pub(crate) fn ready(order: &[Provider]) -> Desk {
    desk(order, Some(KEY))
}
