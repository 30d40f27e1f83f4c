//! A small HTTP client for one server on loopback; one connection a call, or one kept open for load.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use thiserror::Error;
use tokio::net::TcpStream;

/// Asks one server, with one token.
#[derive(Debug, Clone)]
pub struct Client {
    port: u16,
    token: String,
}

/// An open connection, for calls one after the other.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    client: Client,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON body; null when there is none, a string when it is not JSON.
    pub body: Value,
}

/// An answer with its headers.
#[derive(Debug, Clone)]
pub struct RawReply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: hyper::HeaderMap,
    /// Body as text.
    pub text: String,
}

/// No answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server was not reached.
    #[error("cannot connect: {0}")]
    Connect(#[from] std::io::Error),
    /// The connection broke, or the answer was not HTTP.
    #[error("no answer: {0}")]
    Broken(#[from] hyper::Error),
    /// The request could not be built.
    #[error("bad request: {0}")]
    Request(#[from] hyper::http::Error),
}

impl Client {
    /// Asks `127.0.0.1:port` with `token`.
    pub fn new(port: u16, token: &str) -> Self {
        Self {
            port,
            token: token.to_owned(),
        }
    }

    /// The same server with another token; an empty one sends none.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self::new(self.port, token)
    }

    /// The server's address.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Opens a connection to keep.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(&self) -> Result<Connection, ClientError> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // The task ends with the connection; a broken one shows at the next call.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Connection {
            sender,
            client: self.clone(),
        })
    }

    /// `GET path`.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn get(&self, path: &str) -> Result<Reply, ClientError> {
        self.connect()
            .await?
            .call(Method::GET, path, None, None)
            .await
    }

    /// `POST path` with a JSON body.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Reply, ClientError> {
        self.connect()
            .await?
            .call(Method::POST, path, Some(body), None)
            .await
    }

    /// `POST path` with a JSON body and an idempotency key.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post_once(
        &self,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<Reply, ClientError> {
        self.connect()
            .await?
            .call(Method::POST, path, Some(body), Some(key))
            .await
    }

    /// A call with exactly these headers, and `body` as it is. Nothing is added but what HTTP needs.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<RawReply, ClientError> {
        let mut connection = self.connect().await?;
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes())))?;
        connection.sender.ready().await?;
        let answer = connection.sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let bytes = answer.into_body().collect().await?.to_bytes();
        Ok(RawReply {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    /// The `Host` of this server.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// `PUT path` with a JSON body.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Reply, ClientError> {
        self.connect()
            .await?
            .call(Method::PUT, path, Some(body), None)
            .await
    }
}

impl Connection {
    /// One call and its whole answer.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Reply, ClientError> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", format!("127.0.0.1:{}", self.client.port));
        if !self.client.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.client.token));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let bytes = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        self.sender.ready().await?;
        let answer = self
            .sender
            .send_request(request.body(Full::new(bytes))?)
            .await?;
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
        };
        Ok(Reply { status, body })
    }
}

impl Reply {
    /// The text at `pointer` (JSON pointer); empty when there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}
