//! Plain TCP to registered devices: one resolution, one check, and a connection to exactly what was checked.

use std::net::SocketAddr;

use avops_engine::ToolError;
use tokio::net::{TcpStream, lookup_host};

use super::{CONNECT_TIMEOUT, Deadline, Reach};

/// Connects to a device whose host and port an admin registered.
///
/// # Errors
/// [`ToolError::Refused`] for an address that no device may have, else [`ToolError::NotSent`].
pub(crate) async fn dial(
    place: &str,
    host: &str,
    port: u16,
    deadline: Deadline,
) -> Result<TcpStream, ToolError> {
    let deadline = deadline.at_most(CONNECT_TIMEOUT);
    let unreachable = |reason: String| ToolError::NotSent {
        message: format!("cannot reach {place}: {reason}; nothing was sent"),
        retry_after: None,
    };
    let connecting = async {
        // A literal IPv6 address may be written in brackets, as in an address with a port.
        let host = host.trim().trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = lookup_host((host, port))
            .await
            .map_err(|error| unreachable(error.to_string()))?
            .collect();
        let mut allowed = found.iter().filter(|a| Reach::Registered.allows(a.ip()));
        let Some(first) = allowed.next() else {
            return Err(match found.first() {
                None => unreachable(format!("`{host}` has no address")),
                Some(other) => ToolError::Refused {
                    message: format!("{place}: {} is not an address of a device", other.ip()),
                    hint: Some("correct the device's host in the directory".to_owned()),
                },
            });
        };
        let stream = TcpStream::connect(first)
            .await
            .map_err(|error| unreachable(error.to_string()))?;
        stream
            .set_nodelay(true)
            .map_err(|error| unreachable(error.to_string()))?;
        Ok(stream)
    };
    deadline
        .wait(connecting)
        .await
        .unwrap_or_else(|| Err(unreachable("no connection came about in time".to_owned())))
}
