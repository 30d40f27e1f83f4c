//! Tests of recipes.

use avops_app::recipe_tests::{self, RunTests, SaveTests, SavedTests, TestDraft, TestReport};
use axum::Json;
use axum::extract::{Path, State};

use super::run_id;
use crate::Door;
use crate::auth::By;
use crate::body::Body;
use crate::error::Problem;
use crate::outcome::Created;

pub(crate) async fn get(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
) -> Result<Json<SavedTests>, Problem> {
    Ok(Json(recipe_tests::get(&door.app, &by, &recipe).await?))
}

pub(crate) async fn save(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Body(tests): Body<SaveTests>,
) -> Result<Json<SavedTests>, Problem> {
    Ok(Json(
        recipe_tests::save(&door.app, &by, &recipe, tests).await?,
    ))
}

pub(crate) async fn run(
    State(door): State<Door>,
    By(by): By,
    Path(recipe): Path<String>,
    Body(request): Body<RunTests>,
) -> Result<Json<TestReport>, Problem> {
    Ok(Json(
        recipe_tests::run(&door.app, &by, &recipe, request).await?,
    ))
}

pub(crate) async fn draft(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
) -> Result<Json<TestDraft>, Problem> {
    Ok(Json(
        recipe_tests::draft(&door.app, &by, run_id(&run)?).await?,
    ))
}

pub(crate) async fn add_draft(
    State(door): State<Door>,
    By(by): By,
    Path(run): Path<String>,
) -> Result<Created<Json<SavedTests>>, Problem> {
    let saved = recipe_tests::add_draft(&door.app, &by, run_id(&run)?).await?;
    Ok(Created(Json(saved)))
}
