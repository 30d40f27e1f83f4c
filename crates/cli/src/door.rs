//! The HTTP front door: opened on an address, closed when the work is done.

use std::net::SocketAddr;
use std::time::Duration;

use avops_server::{ConnectionLimits, serve};
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::error::Error;

/// How long open connections may take to end once nothing is left to tell them.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// An address that is ours, before anybody is let in.
pub(crate) struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

/// The door while requests come in.
pub(crate) struct OpenDoor {
    serving: JoinHandle<()>,
    closing: CancellationToken,
}

impl Door {
    /// Takes the address.
    ///
    /// # Errors
    /// When another program has it.
    pub(crate) async fn take(address: SocketAddr) -> Result<Self, Error> {
        let taken = |error: std::io::Error| {
            Error::outside(format!("cannot listen on {address}: {error}"))
                .hint("does a server run there already? choose another address with --listen")
        };
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        Ok(Self { listener, address })
    }

    /// Where programs on this machine reach it.
    pub(crate) fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() {
                std::net::Ipv4Addr::LOCALHOST.into()
            } else {
                std::net::Ipv6Addr::LOCALHOST.into()
            });
        }
        format!("http://{address}")
    }

    /// The `Host` values that are ours: those of this machine, and of the public address.
    pub(crate) fn hosts(&self, public_url: &str) -> Vec<String> {
        let (ip, port) = (self.address.ip(), self.address.port());
        let mut hosts = vec![self.address.to_string()];
        if ip.is_loopback() || ip.is_unspecified() {
            hosts.extend(["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}")));
        }
        if let Ok(url) = public_url.parse::<Url>()
            && let Some(name) = url.host_str()
        {
            // Browsers leave the port out where it is the scheme's own.
            hosts.extend(
                url.port_or_known_default()
                    .map(|port| format!("{name}:{port}")),
            );
            hosts.extend(url.port().is_none().then(|| name.to_owned()));
        }
        hosts.iter().map(|host| host.to_lowercase()).collect()
    }

    /// Lets requests in.
    pub(crate) fn open(self, router: Router, limits: ConnectionLimits) -> OpenDoor {
        let closing = CancellationToken::new();
        let serving = tokio::spawn(serve(self.listener, router, limits, closing.clone()));
        OpenDoor { serving, closing }
    }
}

impl OpenDoor {
    /// Takes no new connections and waits a moment for those that are open.
    pub(crate) async fn close(self) {
        self.closing.cancel();
        if tokio::time::timeout(LAST_WORDS, self.serving)
            .await
            .is_err()
        {
            tracing::debug!("some connections were open to the end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn hosts(public_url: &str) -> (u16, Vec<String>) {
        let door = Door::take("127.0.0.1:0".parse().unwrap()).await.unwrap();
        (door.address.port(), door.hosts(public_url))
    }

    #[tokio::test]
    async fn this_machines_names_and_the_public_name_are_ours() {
        let (port, hosts) = hosts("https://AVOps.example.edu").await;
        for host in [
            &format!("localhost:{port}"),
            &format!("127.0.0.1:{port}"),
            "avops.example.edu",
            "avops.example.edu:443",
        ] {
            assert!(hosts.iter().any(|ours| ours == host), "{host} in {hosts:?}");
        }
        assert!(!hosts.iter().any(|ours| ours == "localhost"));
    }

    #[tokio::test]
    async fn an_address_that_is_taken_is_refused_with_the_way_out() {
        let first = Door::take("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let error = Door::take(first.address).await.err().unwrap();
        assert_eq!(error.kind.code(), 3);
        assert!(error.hint.unwrap().contains("--listen"));
    }
}
