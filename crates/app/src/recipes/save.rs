//! Saving recipes: every changed text is a version of its own.

use avops_recipe::{Recipe, Source};
use avops_store::{NewRecipe, RecipeRow, RecipeVersion, RecipeVersionRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::reading::Reading;
use super::view::{self, RecipeDetails};
use crate::audit::{self, Deed};
use crate::names::{folded, slug};
use crate::secrets::sha256;
use crate::{Actor, App, Error, Permission, recipe_folder};

/// A recipe's text to be saved.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveRecipe {
    /// The text.
    pub yaml: String,
    /// What changed, for the version list.
    #[serde(default)]
    pub changelog: Option<String>,
}

/// Saves a new recipe. Its first version is the number in the text.
///
/// # Errors
/// [`Error::Invalid`] for a text with errors, [`Error::Conflict`] when there is a recipe of that name (without case).
pub async fn create(app: &App, by: &Actor, new: SaveRecipe) -> Result<RecipeDetails, Error> {
    by.require(Permission::Author)?;
    let recipe = readable(app, &new.yaml)?;
    if let Some(there) = app.store.recipe(&recipe.name).await? {
        return Err(Error::Conflict {
            message: format!("there is a recipe {:?} already", there.name),
            hint: Some(
                "save it as a new version of that one, or give this one another name".to_owned(),
            ),
        });
    }
    let hash = sha256(&new.yaml);
    let row = NewRecipe {
        id: Uuid::now_v7().to_string(),
        name: recipe.name.clone(),
        slug: free_slug(app, &recipe.name).await?,
        stage: "draft".to_owned(),
        first: RecipeVersion {
            version: recipe.version,
            yaml: new.yaml,
            changelog: new.changelog,
            author: by.name.clone(),
            at: app.now(),
        },
    };
    app.store.create_recipe(&row).await?;
    app.catalog.forget();
    audit::record(
        app,
        by,
        Deed::on("recipe.create", &recipe.name).after(&json!(hash)),
    )
    .await?;
    recipe_folder::keep(
        app,
        by,
        &SavedText::of(row.id, row.name, row.slug, row.first),
    )
    .await;
    view::get(app, by, &recipe.name).await
}

/// Saves a recipe. A changed text makes the next version, the same text changes nothing. The `version` in the text is
/// set to the number that it gets.
///
/// With `if_match` (a content hash or version number) it is refused when somebody saved in between.
///
/// # Errors
/// As [`create`]; [`Error::NotFound`], [`Error::Outdated`].
pub async fn save(
    app: &App,
    by: &Actor,
    recipe: &str,
    text: SaveRecipe,
    if_match: Option<&str>,
) -> Result<RecipeDetails, Error> {
    by.require(Permission::Author)?;
    let row = view::find(app, recipe).await?;
    if let Some(seen) = if_match
        && !matches(seen, &row.hash, row.version)
    {
        return Err(Error::Outdated {
            message: format!(
                "{:?} is at version {} by now; somebody saved in between",
                row.name, row.version
            ),
        });
    }
    let current = view::text(app, &row, row.version).await?;
    if is_same(app, &current, &text) {
        return view::get(app, by, &row.id).await;
    }
    let parsed = readable(app, &text.yaml)?;
    if folded(&parsed.name) != folded(&row.name)
        && let Some(other) = app.store.recipe(&parsed.name).await?
    {
        return Err(Error::Conflict {
            message: format!("there is another recipe {:?}", other.name),
            hint: Some("keep the name, or choose one that is free".to_owned()),
        });
    }
    let number = row.version + 1;
    let yaml = numbered(app, text.yaml, number, text.changelog.as_deref());
    let hash = sha256(&yaml);
    let version = RecipeVersion {
        version: number,
        yaml,
        changelog: text.changelog.clone(),
        author: by.name.clone(),
        at: app.now(),
    };
    app.store
        .save_recipe(&row.id, row.version, &parsed.name, &version)
        .await?;
    app.catalog.forget();
    let deed = Deed::on("recipe.save", format!("{} v{number}", parsed.name))
        .before(&json!(row.hash))
        .after(&json!(hash))
        .because(text.changelog);
    audit::record(app, by, deed).await?;
    let saved = SavedText::of(row.id, parsed.name, row.slug, version);
    recipe_folder::keep(app, by, &saved).await;
    view::get(app, by, &saved.id).await
}

/// Removes a recipe. Its runs stay, and those under way finish on the text they started with. Refused, naming them,
/// while agents have it attached, unless `force`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`].
pub async fn delete(app: &App, by: &Actor, recipe: &str, force: bool) -> Result<(), Error> {
    by.require(Permission::Author)?;
    let row = view::find(app, recipe).await?;
    let users = view::attached_to(app, &row).await?;
    if !users.is_empty() && !force {
        return Err(Error::Conflict {
            message: format!(
                "{:?} is attached to {}: {}",
                row.name,
                if users.len() == 1 {
                    "an agent"
                } else {
                    "agents"
                },
                users.join(", ")
            ),
            hint: Some("detach it first, or delete it with force".to_owned()),
        });
    }
    app.store.delete_recipe(&row.id).await?;
    app.catalog.forget();
    audit::record(
        app,
        by,
        Deed::on("recipe.delete", &row.name).before(&json!(row.hash)),
    )
    .await
}

/// A version that was saved, for the recipes folder.
pub(crate) struct SavedText {
    /// Id of the recipe.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its name in file names.
    pub(crate) slug: String,
    /// The version.
    pub(crate) version: u32,
    /// The text as it is kept.
    pub(crate) yaml: String,
    /// What changed.
    pub(crate) changelog: Option<String>,
}

impl SavedText {
    fn of(id: String, name: String, slug: String, version: RecipeVersion) -> Self {
        Self {
            id,
            name,
            slug,
            version: version.version,
            yaml: version.yaml,
            changelog: version.changelog,
        }
    }
}

/// The runbook's names of files: `SLUG.yaml`, then `SLUG-v2.yaml`.
pub(crate) fn file_name(slug: &str, version: u32) -> String {
    if version <= 1 {
        format!("{slug}.yaml")
    } else {
        format!("{slug}-v{version}.yaml")
    }
}

/// States whether the newest version of a recipe says what a text says, or any version with `ever`.
pub(crate) async fn says_same(
    app: &App,
    row: &RecipeRow,
    text: &SaveRecipe,
    ever: bool,
) -> Result<bool, Error> {
    if !ever {
        let newest = view::text(app, row, row.version).await?;
        return Ok(is_same(app, &newest, text));
    }
    let versions = app.store.recipe_versions(&row.id).await?;
    Ok(versions.iter().any(|version| is_same(app, version, text)))
}

/// What the newest version says changed.
pub(crate) async fn changelog(app: &App, row: &RecipeRow) -> Result<Option<String>, Error> {
    Ok(view::text(app, row, row.version).await?.changelog)
}

/// States whether a text says what is saved already: to the byte, or but for the number and changelog line that
/// saving put in. So a file that is sent again and again makes one version.
fn is_same(app: &App, current: &RecipeVersionRow, text: &SaveRecipe) -> bool {
    if current.yaml == text.yaml {
        return true;
    }
    let changelog = current.changelog.as_deref();
    numbered(app, text.yaml.clone(), current.version, changelog) == current.yaml
}

/// States whether an entity tag names this version: its hash or its number, with or without quotes.
fn matches(tag: &str, hash: &str, version: u32) -> bool {
    tag.split(',').any(|tag| {
        let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
        tag == "*" || tag == hash || tag.parse() == Ok(version)
    })
}

/// The recipe in a text, or every reason why there is none.
fn readable(app: &App, yaml: &str) -> Result<Recipe, Error> {
    let reading = Reading::new(&app.library, &Source::new("recipe", yaml), &[]);
    if !reading.is_valid() {
        return Err(Error::Invalid(reading.findings));
    }
    reading.recipe.ok_or(Error::Invalid(reading.findings))
}

async fn free_slug(app: &App, name: &str) -> Result<String, Error> {
    let wanted = slug(name);
    let taken = app.store.recipes().await?;
    let is_free = |slug: &str| !slug.is_empty() && taken.iter().all(|row| row.slug != slug);
    if is_free(&wanted) {
        return Ok(wanted);
    }
    let mut number = 2_u32;
    loop {
        let slug = format!("{wanted}-{number}")
            .trim_start_matches('-')
            .to_owned();
        if is_free(&slug) {
            return Ok(slug);
        }
        number += 1;
    }
}

/// The text with its version number, and with a line in its changelog where it has none at all. Where a text is
/// written so that this cannot be done line by line, it stays as it is.
fn numbered(app: &App, yaml: String, number: u32, changelog: Option<&str>) -> String {
    let edited = with_changelog(&with_version(&yaml, number), number, changelog);
    match readable(app, &edited) {
        Ok(recipe) if recipe.version == number => edited,
        _ => yaml,
    }
}

fn with_version(yaml: &str, number: u32) -> String {
    let mut done = false;
    let mut lines: Vec<String> = Vec::new();
    let has_one = yaml.lines().any(|line| line.starts_with("version:"));
    for line in yaml.lines() {
        if !done && line.starts_with("version:") {
            done = true;
            let comment = line.find(" #").map_or("", |at| &line[at..]);
            lines.push(format!("version: {number}{comment}"));
        } else {
            lines.push(line.to_owned());
            if !done && !has_one && line.starts_with("name:") {
                done = true;
                lines.push(format!("version: {number}"));
            }
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn with_changelog(yaml: &str, number: u32, changelog: Option<&str>) -> String {
    match changelog {
        Some(line) if !yaml.lines().any(|l| l.starts_with("changelog:")) => {
            format!(
                "{yaml}changelog:\n  - {}\n",
                json!(format!("{number}: {line}"))
            )
        }
        _ => yaml.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_in_the_text_follows_the_version() {
        assert_eq!(
            with_version("name: A\nversion: 1 # first\nplan: []\n", 2),
            "name: A\nversion: 2 # first\nplan: []\n"
        );
        assert_eq!(
            with_version("name: A\nplan: []", 2),
            "name: A\nversion: 2\nplan: []\n"
        );
    }

    #[test]
    fn a_changelog_is_begun_but_one_that_is_there_is_the_authors() {
        assert_eq!(
            with_changelog("name: A\n", 2, Some("say \"when\"")),
            "name: A\nchangelog:\n  - \"2: say \\\"when\\\"\"\n"
        );
        let own = "name: A\nchangelog: []\n";
        assert_eq!(with_changelog(own, 2, Some("x")), own);
    }

    #[test]
    fn an_entity_tag_is_a_hash_or_a_number() {
        assert!(matches("\"abc\"", "abc", 3));
        assert!(matches("3", "abc", 3));
        assert!(matches("W/\"abc\"", "abc", 3));
        assert!(!matches("\"2\"", "abc", 3));
    }
}
