//! Recipes, their versions, and the editor's helpers.

use avops_app::recipes::{self, Promotion, RecipeDetails, RecipeDiff, SaveRecipe, Validation};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;

/// A text to check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidateRecipe {
    yaml: String,
    #[serde(default)]
    agent: Option<String>,
}

/// Two versions to compare.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffQuery {
    from: Option<u32>,
    to: Option<u32>,
}

/// A name for a new recipe.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScaffoldQuery {
    name: Option<String>,
}

/// Whether dependents may be left without it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteQuery {
    #[serde(default)]
    force: bool,
}

pub(crate) async fn list(State(door): State<Door>, By(by): By) -> Result<Json<Value>, Problem> {
    Ok(Json(
        json!({ "items": recipes::list(&door.app, &by).await?, "next": null }),
    ))
}

pub(crate) async fn create(
    State(door): State<Door>,
    By(by): By,
    Body(new): Body<SaveRecipe>,
) -> Result<Response, Problem> {
    let saved = recipes::create(&door.app, &by, new).await?;
    Ok((StatusCode::CREATED, tagged(saved)).into_response())
}

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
) -> Result<Response, Problem> {
    Ok(tagged(recipes::get(&door.app, &by, &recipe).await?))
}

pub(crate) async fn save(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    headers: HeaderMap,
    Body(new): Body<SaveRecipe>,
) -> Result<Response, Problem> {
    let tag = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .map(|tag| tag.trim_matches('"').to_owned());
    Ok(tagged(
        recipes::save(&door.app, &by, &recipe, new, tag.as_deref()).await?,
    ))
}

pub(crate) async fn delete(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Asked(query): Asked<DeleteQuery>,
) -> Result<StatusCode, Problem> {
    recipes::delete(&door.app, &by, &recipe, query.force).await?;
    Ok(StatusCode::NO_CONTENT)
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
) -> Result<Json<Value>, Problem> {
    Ok(Json(
        json!({ "items": recipes::versions(&door.app, &by, &recipe).await?, "next": null }),
    ))
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
) -> Result<Json<Promotion>, Problem> {
    Ok(Json(recipes::promotion(&door.app, &by, &recipe).await?))
}

pub(crate) async fn schema() -> Json<Value> {
    Json(avops_recipe::schema())
}

pub(crate) async fn scaffold(Asked(query): Asked<ScaffoldQuery>) -> Json<Value> {
    Json(json!({ "yaml": avops_recipe::scaffold(query.name.as_deref().unwrap_or("New recipe")) }))
}

pub(crate) async fn explain(Path(code): Path<String>) -> Result<Json<Value>, Problem> {
    let Some(page) = avops_recipe::explain(&code) else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not found",
            "there is no diagnostic of that code",
        )
        .hint("codes look like R007 or W003"));
    };
    Ok(Json(
        json!({ "code": code.to_ascii_uppercase(), "markdown": page }),
    ))
}

/// The recipe with its content hash as entity tag, for `If-Match`.
fn tagged(recipe: RecipeDetails) -> Response {
    let tag = HeaderValue::from_str(&format!("\"{}\"", recipe.hash));
    let mut response = Json(recipe).into_response();
    if let Ok(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
