//! What commands ask: a running server over HTTP, or the same operations in this process. One JSON for both.

use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Error;
use crate::inside::Inside;

/// The API gives no more of a list at once.
const LARGEST_BITE: u32 = 500;

/// What is done with the thing that a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Reads it.
    Get,
    /// Makes one, or sets something in motion.
    Post,
    /// Saves another version of it.
    Put,
    /// Changes parts of it.
    Patch,
    /// Removes it.
    Delete,
}

/// A way to the operations.
pub(crate) enum Api {
    /// Through a server.
    Server(Client),
    /// In this process.
    Inside(Box<Inside>),
}

/// Conditions of a list: name and value, some names more than once.
pub(crate) type Query = Vec<(&'static str, String)>;

impl Api {
    /// Reads.
    pub(crate) async fn get(&self, path: &[&str]) -> Result<Value, Error> {
        self.ask(Method::Get, path, Query::new(), Value::Null).await
    }

    /// Reads a list under conditions.
    pub(crate) async fn find(&self, path: &[&str], query: Query) -> Result<Value, Error> {
        self.ask(Method::Get, path, query, Value::Null).await
    }

    /// Reads a list to its end, in as many bites as it takes.
    pub(crate) async fn list(&self, path: &[&str]) -> Result<Value, Error> {
        let mut items = Vec::new();
        let mut cursor = None;
        loop {
            let mut query: Query = vec![("limit", LARGEST_BITE.to_string())];
            query.extend(cursor.map(|cursor| ("cursor", cursor)));
            let mut bite = self.find(path, query).await?;
            if let Some(Value::Array(more)) = bite.get_mut("items").map(Value::take) {
                items.extend(more);
            }
            cursor = bite["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(json!({ "items": items, "next": null }));
            }
        }
    }

    /// Makes something, or sets it in motion.
    pub(crate) async fn post(&self, path: &[&str], body: Value) -> Result<Value, Error> {
        self.ask(Method::Post, path, Query::new(), body).await
    }

    /// Sets something in motion under conditions.
    pub(crate) async fn post_with(
        &self,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        self.ask(Method::Post, path, query, body).await
    }

    /// Saves another version.
    pub(crate) async fn put(&self, path: &[&str], body: Value) -> Result<Value, Error> {
        self.ask(Method::Put, path, Query::new(), body).await
    }

    /// Changes parts of it.
    pub(crate) async fn patch(&self, path: &[&str], body: Value) -> Result<Value, Error> {
        self.ask(Method::Patch, path, Query::new(), body).await
    }

    /// Removes.
    pub(crate) async fn delete(&self, path: &[&str]) -> Result<Value, Error> {
        self.ask(Method::Delete, path, Query::new(), Value::Null)
            .await
    }

    async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: Query,
        body: Value,
    ) -> Result<Value, Error> {
        match self {
            Self::Server(client) => client.ask(method, path, &query, &body).await,
            Self::Inside(inside) => inside.ask(method, path, query, body).await,
        }
    }
}
