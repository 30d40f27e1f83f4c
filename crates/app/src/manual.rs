//! The manual: pages that are built in, cut into sections, and a search over them that needs nothing from outside.

use bm25::{Language, SearchEngine, SearchEngineBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::{nearest, slug};
use crate::{Actor, App, Error, Page, PageRequest, Permission};

/// Pages in the order of the table of contents.
const PAGES: [(&str, &str); 10] = [
    ("runbook", include_str!("../../../docs/guide/runbook.md")),
    ("recipes", include_str!("../../../docs/guide/recipes.md")),
    ("sop", include_str!("../../../docs/guide/sop.md")),
    ("testing", include_str!("../../../docs/guide/testing.md")),
    (
        "promotion",
        include_str!("../../../docs/guide/promotion.md"),
    ),
    (
        "workflows",
        include_str!("../../../docs/guide/workflows.md"),
    ),
    ("tools", include_str!("../../../docs/guide/tools.md")),
    ("rooms", include_str!("../../../docs/guide/rooms.md")),
    ("settings", include_str!("../../../docs/guide/settings.md")),
    (
        "operations",
        include_str!("../../../docs/guide/operations.md"),
    ),
];

/// The page that holds the pages of all diagnostics.
const DIAGNOSTICS: &str = "diagnostics";
/// Longest excerpt, in characters.
const EXCERPT: usize = 280;
/// Most passages that a search finds.
const MOST: usize = 50;
/// Longest search, in characters.
const LONGEST_SEARCH: usize = 400;

/// A page of the manual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ManualChapter {
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its sections; the first is what stands before any heading.
    pub sections: Vec<ManualSection>,
}

/// A section of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ManualSection {
    /// Its name in addresses, unique within the page.
    pub anchor: String,
    /// 1 for the page's own, 2 and more below.
    pub level: u8,
    /// Its title.
    pub title: String,
    /// Its text without the heading, as Markdown.
    pub markdown: String,
}

/// A page in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ManualEntry {
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its sections down to the second level.
    pub sections: Vec<ManualHeading>,
}

/// A section in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ManualHeading {
    /// Its name in addresses.
    pub anchor: String,
    /// Its title.
    pub title: String,
}

/// What is looked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualSearch {
    /// Words, in any form.
    #[serde(default)]
    pub q: String,
    /// At most so many passages; 50 when absent, never more than 500.
    pub limit: Option<u32>,
    /// The `next` of the bite before.
    pub cursor: Option<String>,
}

/// A section that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Passage {
    /// The page in addresses.
    pub page: String,
    /// The page's title.
    pub title: String,
    /// The section in addresses.
    pub anchor: String,
    /// The section's title.
    pub section: String,
    /// How it begins.
    pub excerpt: String,
}

/// The manual, ready to be searched.
pub(crate) struct Manual {
    pages: Vec<ManualChapter>,
    /// Numbers of page and section, by the search engine's number.
    places: Vec<(usize, usize)>,
    engine: SearchEngine<u32>,
}

impl Manual {
    /// Cuts the pages up and makes them searchable.
    pub(crate) fn new() -> Self {
        let mut pages: Vec<ManualChapter> =
            PAGES.iter().map(|(slug, text)| page(slug, text)).collect();
        pages.push(diagnostics());
        let mut places = Vec::new();
        let mut corpus = Vec::new();
        for (number, page) in pages.iter().enumerate() {
            for (place, section) in page.sections.iter().enumerate() {
                places.push((number, place));
                // A title says more than a line of the text.
                corpus.push(format!(
                    "{0} {0} {0} {1} {2}",
                    section.title, page.title, section.markdown
                ));
            }
        }
        let engine = SearchEngineBuilder::<u32>::with_corpus(Language::English, corpus).build();
        Self {
            pages,
            places,
            engine,
        }
    }

    /// Passages about these words, the best first.
    pub(crate) fn search(&self, words: &str, most: usize) -> Vec<(&ManualChapter, &ManualSection)> {
        let words: String = words.chars().take(LONGEST_SEARCH).collect();
        self.engine
            .search(&words, most)
            .into_iter()
            .filter_map(|found| {
                let number = usize::try_from(found.document.id).ok()?;
                let (page, section) = self.places.get(number)?;
                let page = self.pages.get(*page)?;
                Some((page, page.sections.get(*section)?))
            })
            .collect()
    }
}

/// The table of contents.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn contents(app: &App, by: &Actor) -> Result<Vec<ManualEntry>, Error> {
    by.require(Permission::See)?;
    let entries = app.manual.pages.iter().map(|page| ManualEntry {
        slug: page.slug.clone(),
        title: page.title.clone(),
        sections: page
            .sections
            .iter()
            .filter(|section| section.level == 2)
            .map(|section| ManualHeading {
                anchor: section.anchor.clone(),
                title: section.title.clone(),
            })
            .collect(),
    });
    Ok(entries.collect())
}

/// A page with its sections.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(app: &App, by: &Actor, slug: &str) -> Result<ManualChapter, Error> {
    by.require(Permission::See)?;
    let found = app.manual.pages.iter().find(|page| page.slug == slug);
    found.cloned().ok_or_else(|| Error::NotFound {
        what: "page of the manual",
        name: slug.to_owned(),
        nearest: nearest(slug, app.manual.pages.iter().map(|page| page.slug.as_str())),
    })
}

/// Looks for words; the best passages come first.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::BadInput`] for a cursor that is none.
pub fn search(app: &App, by: &Actor, search: &ManualSearch) -> Result<Page<Passage>, Error> {
    by.require(Permission::See)?;
    let found = app.manual.search(&search.q, MOST);
    let passages = found
        .into_iter()
        .map(|(page, section)| passage(page, section))
        .collect();
    let page = PageRequest {
        limit: search.limit,
        cursor: search.cursor.clone(),
    };
    Page::of(passages, &page, |passage| {
        format!("{}#{}", passage.page, passage.anchor)
    })
}

/// A section as a search shows it.
pub(crate) fn passage(page: &ManualChapter, section: &ManualSection) -> Passage {
    Passage {
        page: page.slug.clone(),
        title: page.title.clone(),
        anchor: section.anchor.clone(),
        section: section.title.clone(),
        excerpt: excerpt(&section.markdown),
    }
}

/// The beginning of a text, up to the end of a word.
fn excerpt(markdown: &str) -> String {
    let prose: Vec<&str> = markdown
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.starts_with("```"))
        .collect();
    let text = prose.join(" ");
    if text.chars().count() <= EXCERPT {
        return text.trim().to_owned();
    }
    let short: String = text.chars().take(EXCERPT).collect();
    let end = short.rfind(' ').unwrap_or(short.len());
    format!("{} …", short.get(..end).unwrap_or(&short).trim_end())
}

/// Cuts a page at its headings. What stands in a fence is no heading.
fn page(slug: &str, text: &str) -> ManualChapter {
    let mut sections: Vec<ManualSection> = Vec::new();
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        }
        let heading = if is_fenced { None } else { heading(line) };
        if let Some((level, title)) = heading {
            sections.push(section(level, title, &sections));
        } else if let Some(last) = sections.last_mut() {
            last.markdown.push_str(line);
            last.markdown.push('\n');
        }
    }
    let title = sections
        .first()
        .map_or_else(|| slug.to_owned(), |section| section.title.clone());
    ManualChapter {
        slug: slug.to_owned(),
        title,
        sections,
    }
}

fn diagnostics() -> ManualChapter {
    let title = "Diagnostics".to_owned();
    let mut page = ManualChapter {
        slug: DIAGNOSTICS.to_owned(),
        sections: vec![ManualSection {
            anchor: DIAGNOSTICS.to_owned(),
            level: 1,
            title: title.clone(),
            markdown: "What the check of a recipe may say: R is an error, W a warning.\n"
                .to_owned(),
        }],
        title,
    };
    for (code, title) in avops_recipe::codes() {
        let text = avops_recipe::explain(code).unwrap_or_default();
        let body = text.split_once('\n').map_or("", |(_, body)| body);
        page.sections.push(ManualSection {
            anchor: code.to_lowercase(),
            level: 2,
            title: format!("{code}: {title}"),
            markdown: body.trim_start().to_owned(),
        });
    }
    page
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let level = line.len() - line.trim_start_matches('#').len();
    let title = line.get(level..)?.strip_prefix(' ')?;
    let level = u8::try_from(level)
        .ok()
        .filter(|level| (1..=6).contains(level))?;
    Some((level, title.trim()))
}

fn section(level: u8, title: &str, before: &[ManualSection]) -> ManualSection {
    let title = title.replace('`', "");
    let wanted = slug(&title);
    let taken = |anchor: &str| before.iter().any(|section| section.anchor == anchor);
    let mut anchor = wanted.clone();
    let mut number = 2;
    while taken(&anchor) {
        anchor = format!("{wanted}-{number}");
        number += 1;
    }
    ManualSection {
        anchor,
        level,
        title,
        markdown: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_at_its_headings_and_not_within_code() {
        let text = "# A\nbegin\n## B\none\n```\n# no heading\n```\n### B\ntwo\n";
        let page = page("a", text);
        let cut: Vec<(&str, u8, &str)> = page
            .sections
            .iter()
            .map(|s| (s.anchor.as_str(), s.level, s.markdown.as_str()))
            .collect();
        assert_eq!(
            cut,
            [
                ("a", 1, "begin\n"),
                ("b", 2, "one\n```\n# no heading\n```\n"),
                ("b-2", 3, "two\n"),
            ]
        );
    }

    #[test]
    fn words_find_the_section_that_is_about_them() {
        let manual = Manual::new();
        let first = |words: &str| {
            let (page, section) = manual.search(words, 1).remove(0);
            format!("{}#{}", page.slug, section.anchor)
        };
        assert_eq!(first("webinar deleted or Zoom rooms"), "tools#zoom");
        assert!(first("backup and restore the database").starts_with("operations#"));
        assert!(first("what does R012 mean").starts_with("diagnostics#r012"));
        assert!(manual.search("qwertzuiop", 3).is_empty());
    }
}
