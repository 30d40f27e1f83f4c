//! Where the simulated campus sends its alerts: to every workflow that Zoom starts, while the workspace is in mock mode.

use super::{Signature, url};
use crate::workflows::{Binding, Trigger};
use crate::{App, Error};

/// Tells the simulated campus the addresses of now. In a live workspace it sends nothing, so that no simulated alert
/// starts a run on real systems.
pub(crate) async fn subscribe(app: &App) -> Result<(), Error> {
    let mut addresses = Vec::new();
    if app.tools.mock() {
        for row in app.store.workflows().await? {
            if !is_zoom(&Binding::of(&row)?.trigger) {
                continue;
            }
            if let Some(hook) = app.store.hook_of_workflow(&row.id).await? {
                addresses.push(url(app, &hook.id));
            }
        }
    }
    app.tools.campus().subscribe(addresses);
    Ok(())
}

/// Whether Zoom starts it.
pub(super) fn is_zoom(trigger: &Trigger) -> bool {
    matches!(
        trigger,
        Trigger::Webhook {
            signature: Signature::Zoom,
            ..
        }
    )
}
