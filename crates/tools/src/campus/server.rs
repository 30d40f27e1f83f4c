//! The campus's HTTP server. Its own loop, because a simulated vendor must be able to hang up.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::Cut;
use crate::Error;

/// Pause after a connection could not be taken, usually for want of descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` in the background until `stop`. Gives the address.
pub(super) fn start(
    address: SocketAddr,
    router: Router,
    stop: CancellationToken,
) -> Result<SocketAddr, Error> {
    let failed = |cause| Error::Io {
        what: format!("the simulated campus cannot listen on {address}"),
        cause,
    };
    let listener = std::net::TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let listener = TcpListener::from_std(listener).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    tokio::spawn(async move {
        stop.run_until_cancelled(accept(listener, router, &stop))
            .await;
    });
    Ok(bound)
}

async fn accept(listener: TcpListener, router: Router, stop: &CancellationToken) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let serve = serve(stream, router.clone());
                let stop = stop.clone();
                tokio::spawn(async move {
                    stop.run_until_cancelled(serve).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the simulated campus cannot take a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a campus connection is slower than it could be");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let answer: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
            match answer {
                Ok(response) if response.extensions().get::<Cut>().is_none() => Ok(response),
                Ok(_) => Err("scripted hang-up"),
                Err(never) => match never {},
            }
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a campus connection ended early");
    }
}
