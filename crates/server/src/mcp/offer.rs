//! The tools that somebody is offered: those of the workspace, and the promoted recipes.

use std::sync::Arc;

use avops_app::recipes::{self, RecipeDetails};
use avops_app::{Actor, App, Error, Permission};
use avops_recipe::Effect;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::calls::{Answer, DescribeRecipe, GetRun, ListRecipes, ListWaiting, StartRun};

/// Begins the name of a tool that is a recipe. No tool of the workspace has a `-` in its name.
const RECIPE: &str = "run-";

/// What this caller may use, always in the same order.
pub(super) async fn tools(app: &App, by: &Actor) -> Result<Vec<Tool>, Error> {
    let mut tools = vec![
        read::<ListRecipes>(
            "list_recipes",
            "Lists the recipes: tested procedures that can be run. With `query`, those whose name, description or tags hold it.",
        ),
        read::<DescribeRecipe>(
            "describe_recipe",
            "Says what a recipe does, step by step, what it takes, how risky it is, and which agents run it.",
        ),
        read::<GetRun>(
            "get_run",
            "Says how a run goes or went: status, steps, outputs, what it left behind, why it failed, and what it waits for. \
             With `wait_seconds` it answers when the run ends or needs a person, or the time is up.",
        ),
        read::<ListWaiting>(
            "list_waiting",
            "Lists what waits for a person, with the question, what led to it, and which answers there are.",
        ),
    ];
    if !acts(by) {
        return Ok(tools);
    }
    tools.push(act::<StartRun>(
        "start_run",
        "Starts a run of a recipe and gives its id at once. `get_run` says how it goes. The same `request_key` with the same \
         request starts nothing a second time.",
    ));
    tools.push(act::<Answer>(
        "answer",
        "Answers a run that waits, for the person who decided: inputs it asks for, yes or no, done, what became of a call \
         whose outcome is unknown, release, or cancel.",
    ));
    for recipe in recipes::promoted(app, by).await? {
        tools.extend(of_recipe(&recipe));
    }
    Ok(tools)
}

/// States whether somebody may set runs in motion at all.
fn acts(by: &Actor) -> bool {
    by.may(Permission::Simulate) || by.may(Permission::Operate)
}

/// The recipe that a tool is, by its short name.
pub(super) fn recipe_of(tool: &str) -> Option<&str> {
    tool.strip_prefix(RECIPE)
}

/// Who runs a recipe when nobody says: the first of its agents by name.
pub(super) fn agent_of(recipe: &RecipeDetails) -> Option<&String> {
    recipe.agents.iter().min()
}

fn of_recipe(recipe: &RecipeDetails) -> Option<Tool> {
    let agent = agent_of(recipe)?;
    let Value::Object(schema) = recipe.inputs_schema.clone() else {
        return None;
    };
    let summary = &recipe.summary;
    let about = format!(
        "{} Starts a run of the recipe as agent {agent} and gives its id at once; `get_run` says how it goes.",
        summary.description
    );
    let effects = || recipe.steps.iter().filter_map(|step| step.effect);
    let hints = ToolAnnotations::new()
        .read_only(effects().all(|effect| effect == Effect::Read))
        .destructive(effects().any(|effect| effect == Effect::Destructive))
        .idempotent(false)
        .open_world(true);
    let name = format!("{RECIPE}{}", summary.slug);
    Some(
        Tool::new(name, about, Arc::new(schema))
            .with_title(summary.name.clone())
            .with_annotations(hints),
    )
}

fn read<T: JsonSchema>(name: &'static str, about: &'static str) -> Tool {
    let hints = ToolAnnotations::new().read_only(true).open_world(false);
    Tool::new(name, about, schema::<T>()).with_annotations(hints)
}

fn act<T: JsonSchema>(name: &'static str, about: &'static str) -> Tool {
    let hints = ToolAnnotations::new()
        .read_only(false)
        .destructive(true)
        .idempotent(false)
        .open_world(true);
    Tool::new(name, about, schema::<T>()).with_annotations(hints)
}

/// The schema of what a tool takes, in one piece. What may be left out is not null: some readers know only one type for a
/// value.
fn schema<T: JsonSchema>() -> Arc<JsonObject> {
    let mut settings = SchemaSettings::draft2020_12().for_deserialize();
    settings.inline_subschemas = true;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let Value::Object(mut schema) = schema.to_value() else {
        return Arc::default();
    };
    schema.shift_remove("title");
    schema.shift_remove("description");
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    for property in properties
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if let Some([kind, Value::String(null)]) = property["type"].as_array().map(Vec::as_slice)
            && null == "null"
        {
            property["type"] = kind.clone();
        }
        if let Value::Object(property) = property
            && property.get("default") == Some(&Value::Null)
        {
            property.shift_remove("default");
        }
    }
    Arc::new(schema)
}
