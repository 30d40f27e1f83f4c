//! Recipes, their versions, and the editor's helpers.

use std::convert::Infallible;

use avops_app::recipe_folder::{self, FolderStatus};
use avops_app::recipes::{
    self, Demote, Promote, Promotion, RecipeDetails, RecipeDiff, RecipeSummary, SaveRecipe,
    Validation, VersionSummary,
};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::described::{Document, Given, Gives, Schemas, Shape, Takes};
use crate::error::Problem;
use crate::outcome::{Created, NoContent};

/// A text to check.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidateRecipe {
    /// The text.
    yaml: String,
    /// Agent by id or name, whose tools the recipe may use; without one every tool.
    #[serde(default)]
    agent: Option<String>,
}

/// Two versions to compare.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffQuery {
    /// The older version; the one before `to` when absent.
    from: Option<u32>,
    /// The newer version; the newest when absent.
    to: Option<u32>,
}

/// The version that is measured.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromotionQuery {
    /// The newest when absent.
    version: Option<u32>,
}

/// A name for a new recipe.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScaffoldQuery {
    /// `New recipe` when absent.
    name: Option<String>,
}

/// Whether dependents may be left without it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteQuery {
    /// Also when agents are attached to it.
    #[serde(default)]
    force: bool,
}

/// A recipe to start from.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Scaffold {
    /// Its text.
    yaml: String,
}

/// The manual page of a diagnostic.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Explanation {
    /// `R012` …
    code: String,
    /// The page.
    markdown: &'static str,
}

/// The entity tag that the recipe must still have, from `If-Match`.
pub(crate) struct IfMatch(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let tag = parts.headers.get(header::IF_MATCH);
        let tag = tag.and_then(|value| value.to_str().ok());
        Ok(Self(tag.map(|tag| tag.trim_matches('"').to_owned())))
    }
}

impl Takes for IfMatch {
    fn take(_: &mut Schemas, shape: &mut Shape) {
        shape.head.push(json!({
            "name": "If-Match", "in": "header", "required": false, "schema": { "type": "string" },
            "description": "The `ETag` of the recipe that was edited: a colleague's save in between is then not overwritten."
        }));
    }
}

/// A recipe with its content hash as entity tag, for `If-Match`.
pub(crate) struct Tagged(RecipeDetails);

pub(crate) async fn list(
    State(door): State<Door>,
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<RecipeSummary>>, Problem> {
    let all = recipes::list(&door.app, &by).await?;
    Ok(Json(Page::of(all, &page, |recipe| recipe.id.clone())?))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<SaveRecipe>,
) -> Result<Created<Tagged>, Problem> {
    let saved = recipes::create(&door.app, &by, new).await?;
    Ok(Created(Tagged(saved)))
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
) -> Result<Tagged, Problem> {
    Ok(Tagged(recipes::get(&door.app, &by, &recipe).await?))
}

pub(crate) async fn save(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    IfMatch(tag): IfMatch,
    Body(new): Body<SaveRecipe>,
) -> Result<Tagged, Problem> {
    Ok(Tagged(
        recipes::save(&door.app, &by, &recipe, new, tag.as_deref()).await?,
    ))
}

pub(crate) async fn delete(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Asked(query): Asked<DeleteQuery>,
) -> Result<NoContent, Problem> {
    recipes::delete(&door.app, &by, &recipe, query.force).await?;
    Ok(NoContent)
}

pub(crate) async fn validate(
    State(door): State<Door>,
    By(by): By,
    Body(text): Body<ValidateRecipe>,
) -> Result<Json<Validation>, Problem> {
    Ok(Json(
        recipes::validate(&door.app, &by, &text.yaml, text.agent.as_deref()).await?,
    ))
}

pub(crate) async fn versions(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<VersionSummary>>, Problem> {
    let all = recipes::versions(&door.app, &by, &recipe).await?;
    Ok(Json(Page::of(all, &page, |version| {
        version.version.to_string()
    })?))
}

pub(crate) async fn version(
    State(door): State<Door>,
    By(by): By,
    Path((recipe, version)): Path<(String, u32)>,
) -> Result<Json<RecipeDetails>, Problem> {
    Ok(Json(
        recipes::version(&door.app, &by, &recipe, version).await?,
    ))
}

pub(crate) async fn diff(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Asked(query): Asked<DiffQuery>,
) -> Result<Json<RecipeDiff>, Problem> {
    Ok(Json(
        recipes::diff(&door.app, &by, &recipe, query.from, query.to).await?,
    ))
}

pub(crate) async fn promotion(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Asked(query): Asked<PromotionQuery>,
) -> Result<Json<Promotion>, Problem> {
    Ok(Json(
        recipes::promotion(&door.app, &by, &recipe, query.version).await?,
    ))
}

pub(crate) async fn promote(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Body(request): Body<Promote>,
) -> Result<Json<Promotion>, Problem> {
    Ok(Json(
        recipes::promote(&door.app, &by, &recipe, request).await?,
    ))
}

pub(crate) async fn demote(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Body(request): Body<Demote>,
) -> Result<Json<Promotion>, Problem> {
    Ok(Json(
        recipes::demote(&door.app, &by, &recipe, request).await?,
    ))
}

pub(crate) async fn folder(
    State(door): State<Door>,
    By(by): By,
) -> Result<Json<FolderStatus>, Problem> {
    Ok(Json(recipe_folder::status(&door.app, &by).await?))
}

pub(crate) async fn schema() -> Json<Document> {
    Json(Document(avops_recipe::schema()))
}

pub(crate) async fn scaffold(Asked(query): Asked<ScaffoldQuery>) -> Json<Scaffold> {
    let yaml = avops_recipe::scaffold(query.name.as_deref().unwrap_or("New recipe"));
    Json(Scaffold { yaml })
}

pub(crate) async fn explain(Path(code): Path<String>) -> Result<Json<Explanation>, Problem> {
    let Some(markdown) = avops_recipe::explain(&code) else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not found",
            "there is no diagnostic of that code",
        )
        .hint("codes look like R007 or W003"));
    };
    Ok(Json(Explanation {
        code: code.to_ascii_uppercase(),
        markdown,
    }))
}

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        let tag = HeaderValue::from_str(&format!("\"{}\"", self.0.hash));
        let mut response = Json(self.0).into_response();
        if let Ok(tag) = tag {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

impl Gives for Tagged {
    fn give(schemas: &mut Schemas) -> Given {
        Json::<RecipeDetails>::give(schemas)
    }
}
