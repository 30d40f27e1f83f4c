//! Our own MCP server: the operations of the API as tools, and each promoted recipe as one of its own.
//!
//! It translates and decides nothing: every tool calls the same function of `app` as the API does, for whoever the
//! request's token stands for. Host, origin, size and token were checked at the door as for every other address, so the
//! library's own checks of these are off. It keeps no sessions: no id of one could stand for a person.

mod calls;
mod offer;

use std::sync::Arc;

use avops_app::{Actor, App};
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http_body_util::Full;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ErrorData, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{RoleServer, ServerHandler};
use tower::Service as _;

use crate::auth::By;
use crate::body::whole;
use crate::{Door, MAX_BODY};

/// The server as a service that answers requests.
pub(crate) type Service = StreamableHttpService<Front, NeverSessionManager>;

/// What clients read about the whole.
const INSTRUCTIONS: &str = "AVOps runs procedures for audio-visual systems. `list_recipes` says what there is, \
`describe_recipe` what one does and takes. Starting a run gives its id at once; `get_run` says how it went, and is the only \
proof that it worked. A run that waits for a person is in `list_waiting`; answer for a person only what that person has said.";

/// Translates between the protocol and the operations.
#[derive(Clone)]
pub(crate) struct Front {
    app: App,
}

/// Who asks, and under which key a repetition is the same request.
struct Caller {
    by: Actor,
    key: Option<String>,
}

/// Makes the service of a door.
pub(crate) fn service(door: &Door) -> Service {
    let front = Front {
        app: door.app.clone(),
    };
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MAX_BODY)
        .with_cancellation_token(door.options.stopping.child_token())
        .disable_allowed_hosts()
        .disable_allowed_origins();
    StreamableHttpService::new(move || Ok(front.clone()), Arc::default(), config)
}

/// Answers a request that has passed the door.
pub(crate) async fn answer(mut service: Service, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match whole(body).await {
        Ok(bytes) => bytes,
        Err(problem) => return problem.into_response(),
    };
    match service
        .call(Request::from_parts(parts, Full::new(bytes)))
        .await
    {
        Ok(answer) => answer.map(Body::new),
        Err(never) => match never {},
    }
}

impl ServerHandler for Front {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(
                Implementation::new("avops", env!("CARGO_PKG_VERSION")).with_title("AVOps"),
            )
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let Caller { by, .. } = caller(&context)?;
        let tools = offer::tools(&self.app, &by).await;
        tools
            .map(ListToolsResult::with_all_items)
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = caller(&context)?;
        let arguments = request.arguments.unwrap_or_default();
        calls::call(&self.app, &caller, &request.name, arguments)
            .await
            .map(CallToolResponse::from)
    }
}

/// Whoever the door let in; nobody else comes this far.
fn caller(context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    let by = parts.and_then(|parts| parts.extensions.get::<By>());
    let (Some(parts), Some(By(by))) = (parts, by) else {
        return Err(ErrorData::internal_error("nobody asks", None));
    };
    let key = parts.headers.get("idempotency-key");
    Ok(Caller {
        by: by.clone(),
        key: key.and_then(|key| key.to_str().ok()).map(str::to_owned),
    })
}
