//! Recipes, their diagnostics, and procedures in words.

use avops_app::Permission::{Author, See};

use crate::addresses::{Access, Routes};
use crate::api::{recipes, sop};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
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
        .get(
            "/api/v1/recipes/{recipe}/promotion",
            Access::Needs(See),
            "The four promotion criteria as measured",
            recipes::promotion,
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
