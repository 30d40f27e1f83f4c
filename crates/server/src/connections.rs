//! Connections: how many there may be, and how long and large a request's head may get. What a body may be is for
//! [`crate::body`].

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// Fields that the head of a request may have.
const MAX_FIELDS: usize = 64;
/// Bytes that the head of a request may have, its first line included.
const MAX_HEAD: usize = 16 * 1024;
/// How long a head may take to come in; an open connection without a request ends after the same time.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// After an accept that failed, for example for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);
/// The answer to one connection too many; nothing of the request was read.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// How many connections may be open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Of all together; at least 1.
    pub all: usize,
    /// Of one address; `None` for no such bound. Connections of this machine itself are never counted by address.
    pub per_address: Option<usize>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            all: 1_024,
            per_address: Some(64),
        }
    }
}

/// The open connections, by address.
#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One open connection; it is counted as long as this lives.
#[derive(Debug)]
struct Place {
    open: Arc<Mutex<Open>>,
    address: IpAddr,
}

impl Place {
    fn take(open: &Arc<Mutex<Open>>, address: IpAddr, limits: ConnectionLimits) -> Option<Self> {
        let address = address.to_canonical();
        let mut counted = open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = counted.by_address.get(&address).copied().unwrap_or(0);
        let crowded = !address.is_loopback() && limits.per_address.is_some_and(|max| here >= max);
        if crowded || counted.all >= limits.all {
            return None;
        }
        counted.all += 1;
        counted.by_address.insert(address, here + 1);
        Some(Self {
            open: Arc::clone(open),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(here) = open.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

/// Serves what comes in at `listener` until `closing` is cancelled; then takes nothing new and ends when what is under
/// way has ended.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    closing: CancellationToken,
) {
    let open = Arc::default();
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closing.cancelled() => break,
        };
        match accepted {
            Ok((stream, from)) => match Place::take(&open, from.ip(), limits) {
                Some(place) => {
                    let one = connection(stream, router.clone(), closing.clone(), place);
                    connections.spawn(one);
                }
                None => turn_away(&stream, from),
            },
            Err(error) => {
                if !ended_early(&error) {
                    tracing::warn!("cannot take a connection: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(stream: TcpStream, router: Router, closing: CancellationToken, place: Place) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("a connection of {} is slow: {error}", place.address);
    }
    let service = router.map_request(|request: Request<Incoming>| request.map(Body::new));
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_headers(MAX_FIELDS)
        .max_header_size(MAX_HEAD)
        .max_buf_size(2 * MAX_HEAD);
    let served = protocol.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut served = pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = closing.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection of {} ended: {error}", place.address);
    }
}

fn turn_away(stream: &TcpStream, from: SocketAddr) {
    tracing::warn!("too many connections: one of {} is turned away", from.ip());
    if let Err(error) = stream.try_write(FULL) {
        tracing::debug!("it was gone already: {error}");
    }
}

/// Whether the other side gave up before it was taken, which is nothing of ours.
fn ended_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits {
        all: 4,
        per_address: Some(2),
    };

    fn take(open: &Arc<Mutex<Open>>, address: &str) -> Option<Place> {
        Place::take(open, address.parse().unwrap(), LIMITS)
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let open = Arc::default();
        let first = take(&open, "192.0.2.1").unwrap();
        let _second = take(&open, "::ffff:192.0.2.1").unwrap();
        assert!(take(&open, "192.0.2.1").is_none());
        let _other = take(&open, "192.0.2.2").unwrap();
        drop(first);
        assert!(take(&open, "192.0.2.1").is_some());
    }

    #[test]
    fn this_machine_is_bound_only_by_the_whole() {
        let open = Arc::default();
        let places: Vec<_> = (0..4).map(|_| take(&open, "127.0.0.1").unwrap()).collect();
        assert!(take(&open, "127.0.0.1").is_none() && take(&open, "192.0.2.1").is_none());
        drop(places);
        let open = open.lock().unwrap();
        assert_eq!((open.all, open.by_address.len()), (0, 0));
    }

    #[tokio::test]
    async fn one_connection_too_many_is_told_so_and_closed() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let closing = CancellationToken::new();
        let limits = ConnectionLimits {
            all: 1,
            per_address: None,
        };
        let router = Router::new().route("/", axum::routing::get(|| async { "here" }));
        let serving = tokio::spawn(serve(listener, router, limits, closing.clone()));
        let ask = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(ask).await.unwrap();
        let mut answer = [0; 12];
        first.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        let mut second = TcpStream::connect(address).await.unwrap();
        let mut refused = String::new();
        second.read_to_string(&mut refused).await.unwrap();
        assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
        closing.cancel();
        serving.await.unwrap();
    }
}
