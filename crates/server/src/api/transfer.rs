//! Agents, recipes and workflows as one ZIP, out of this workspace and into it.

use avops_app::transfer::{self, BundleFile, Chosen, ImportOutcome, OnConflict};
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body, whole};
use crate::described::{Given, Gives, Schemas, Shape, Takes, asked};
use crate::error::Problem;

/// How a bundle is told in the head of a request or answer.
const ZIP: &str = "application/zip";

/// What is to be exported; everything when nothing is named. Each may repeat.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(
    dead_code,
    reason = "only describes the query, which `AskedExport` reads"
)]
pub(crate) struct ExportQuery {
    /// An agent by id or name; may repeat.
    agent: Option<String>,
    /// A recipe by id, name or slug; may repeat.
    recipe: Option<String>,
    /// A workflow by id or name; may repeat.
    workflow: Option<String>,
}

/// Names may repeat, which plain query decoding does not know.
pub(crate) struct AskedExport(Chosen);

impl<S: Send + Sync> FromRequestParts<S> for AskedExport {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut chosen = Chosen::default();
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let into = match &*name {
                "agent" => &mut chosen.agents,
                "recipe" => &mut chosen.recipes,
                "workflow" => &mut chosen.workflows,
                other => {
                    return Err(Problem::bad_request(format!("an export has no `{other}`"))
                        .hint("it takes agent, recipe and workflow, each as often as needed"));
                }
            };
            into.push(value.into_owned());
        }
        Ok(Self(chosen))
    }
}

impl Takes for AskedExport {
    fn take(schemas: &mut Schemas, shape: &mut Shape) {
        asked::<ExportQuery>(schemas, shape);
    }
}

/// A bundle on its way out.
pub(crate) struct Bundle(Vec<u8>);

pub(crate) async fn export(
    State(door): State<Door>,
    By(by): By,
    AskedExport(chosen): AskedExport,
) -> Result<Bundle, Problem> {
    let files = transfer::export(&door.app, &by, &chosen).await?;
    Ok(Bundle(transfer::pack(&files)?))
}

impl IntoResponse for Bundle {
    fn into_response(self) -> Response {
        let fields = [
            (header::CONTENT_TYPE, ZIP),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"avops-export.zip\"",
            ),
        ];
        (fields, self.0).into_response()
    }
}

impl Gives for Bundle {
    fn give(_: &mut Schemas) -> Given {
        Given {
            statuses: vec![StatusCode::OK],
            content: Some((ZIP, json!({ "type": "string", "format": "binary" }))),
        }
    }
}

/// How to import.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// What becomes of a thing whose name is taken; it is skipped when absent.
    #[serde(default)]
    on_conflict: OnConflict,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// A bundle as JSON. A ZIP itself can be sent, too, as `application/zip`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportBundle {
    /// The ZIP in Base64.
    #[serde(default)]
    zip: Option<String>,
    /// Files one by one, beside or instead of it.
    #[serde(default)]
    files: Vec<BundleFile>,
}

/// The files of a request.
pub(crate) struct Files(Vec<BundleFile>);

impl<S: Send + Sync> FromRequest<S> for Files {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_zip = kind.is_some_and(|kind| kind.as_bytes().starts_with(ZIP.as_bytes()));
        if is_zip {
            let bytes = whole(request.into_body()).await?;
            return Ok(Self(transfer::unpack(&bytes)?));
        }
        let Body(bundle) = Body::<ImportBundle>::from_request(request, state).await?;
        let mut files = bundle.files;
        if let Some(zip) = bundle.zip {
            let bytes = STANDARD
                .decode(zip.as_bytes())
                .map_err(|_| Problem::bad_request("`zip` is not Base64"))?;
            files.extend(transfer::unpack(&bytes)?);
        }
        Ok(Self(files))
    }
}

impl Takes for Files {
    fn take(schemas: &mut Schemas, shape: &mut Shape) {
        Body::<ImportBundle>::take(schemas, shape);
    }
}

pub(crate) async fn import(
    State(door): State<Door>,
    By(by): By,
    Asked(query): Asked<ImportQuery>,
    Files(files): Files,
) -> Result<Json<ImportOutcome>, Problem> {
    let outcome = transfer::import(&door.app, &by, files, query.on_conflict, query.dry_run).await?;
    Ok(Json(outcome))
}
