//! Recipes, their diagnostics, and procedures in words.

use avops_app::Permission::{Author, See, Simulate};

use crate::addresses::{Access, Routes};
use crate::api::{recipe_tests, recipes, sop, transfer};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    add_carrying(add_stages(add_recipes(routes)))
}

/// Recipes and their versions.
fn add_recipes(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/recipes",
            Access::Needs(See),
            "Lists recipes",
            recipes::list,
        )
        .post_once(
            "/api/v1/recipes",
            Access::Needs(Author),
            "Saves a new recipe",
            recipes::create,
        )
        .post(
            "/api/v1/recipes/validate",
            Access::Needs(Author),
            "Checks a text; never has an effect",
            recipes::validate,
        )
        .get(
            "/api/v1/recipes/schema",
            Access::Needs(See),
            "JSON Schema of a recipe, for editors",
            recipes::schema,
        )
        .get(
            "/api/v1/recipes/scaffold",
            Access::Needs(See),
            "A recipe to start from",
            recipes::scaffold,
        )
        .get(
            "/api/v1/recipes/{recipe}",
            Access::Needs(See),
            "Gives a recipe at its newest version",
            recipes::get,
        )
        .put(
            "/api/v1/recipes/{recipe}",
            Access::Needs(Author),
            "Saves a recipe; a changed text makes the next version",
            recipes::save,
        )
        .delete(
            "/api/v1/recipes/{recipe}",
            Access::Needs(Author),
            "Removes a recipe",
            recipes::delete,
        )
        .get(
            "/api/v1/recipes/{recipe}/versions",
            Access::Needs(See),
            "Lists its versions",
            recipes::versions,
        )
        .get(
            "/api/v1/recipes/{recipe}/versions/{version}",
            Access::Needs(See),
            "Gives one version",
            recipes::version,
        )
        .get(
            "/api/v1/recipes/{recipe}/diff",
            Access::Needs(See),
            "Compares two versions",
            recipes::diff,
        )
}

/// Stages and tests.
fn add_stages(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/recipes/{recipe}/promotion",
            Access::Needs(See),
            "The four promotion criteria as measured",
            recipes::promotion,
        )
        .post_once(
            "/api/v1/recipes/{recipe}/promote",
            Access::Needs(Author),
            "Puts a version one stage up: from draft to supervised to promoted",
            recipes::promote,
        )
        .post_once(
            "/api/v1/recipes/{recipe}/demote",
            Access::Needs(Simulate),
            "Puts a recipe one stage down",
            recipes::demote,
        )
        .get(
            "/api/v1/recipes/{recipe}/tests",
            Access::Needs(See),
            "Gives its tests",
            recipe_tests::get,
        )
        .put(
            "/api/v1/recipes/{recipe}/tests",
            Access::Needs(Author),
            "Saves its tests",
            recipe_tests::save,
        )
        .post(
            "/api/v1/recipes/{recipe}/tests/run",
            Access::Needs(Simulate),
            "Runs its tests, each in a simulated campus of its own; changes nothing",
            recipe_tests::run,
        )
        .get(
            "/api/v1/runs/{run}/test",
            Access::Needs(See),
            "Drafts a test of the recipe out of a run that has ended",
            recipe_tests::draft,
        )
        .post_once(
            "/api/v1/runs/{run}/test",
            Access::Needs(Author),
            "Adds the draft of a test to the tests of the recipe",
            recipe_tests::add_draft,
        )
}

/// The folder of recipes, bundles, and drafts out of procedures.
fn add_carrying(routes: Routes<'_>) -> Routes<'_> {
    routes
        .get(
            "/api/v1/recipe-folder",
            Access::Needs(See),
            "How the recipes stand in their folder and its git repository",
            recipes::folder,
        )
        .get(
            "/api/v1/export",
            Access::Needs(See),
            "Agents, recipes and workflows as one ZIP",
            transfer::export,
        )
        .post_once(
            "/api/v1/import",
            Access::Needs(Author),
            "Takes agents, recipes and workflows out of a ZIP or single files",
            transfer::import,
        )
        .get(
            "/api/v1/diagnostics/{code}",
            Access::Needs(See),
            "The manual page of a diagnostic",
            recipes::explain,
        )
        .post(
            "/api/v1/sop/convert",
            Access::Needs(Author),
            "Drafts a recipe out of a procedure in words; never has an effect",
            sop::convert,
        )
        .post(
            "/api/v1/sop/score",
            Access::Needs(Author),
            "Drafts a recipe out of a procedure and scores the draft against expectations; never has an effect",
            sop::score,
        )
}
