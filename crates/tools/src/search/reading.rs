//! From a page to what a person would read of it: title, text, links. Nothing active is left, and
//! little that is hidden.

use std::borrow::Cow;
use std::collections::HashSet;

use avops_engine::ToolError;
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use serde::Serialize;
use url::Url;

use crate::outbound::{Deadline, Page, excerpt};

/// Most elements of a page. Large manuals have some ten thousand; the parser's time grows with the
/// square of how deep they are nested.
const MAX_ELEMENTS: usize = 30_000;

/// Deepest nesting of a page; browsers stop at 512.
const MAX_DEPTH: usize = 512;

/// Most links that are given.
const MAX_LINKS: usize = 200;

/// Longest title and longest text of a link, in characters.
const MAX_LABEL: usize = 300;

/// Where a page names its character set, if its head does not: in its first bytes, by the HTML standard.
const CHARSET_WITHIN: usize = 1024;

/// What a person would read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) title: String,
    pub(super) text: String,
    pub(super) truncated: bool,
    pub(super) language: Option<String>,
    pub(super) published: Option<String>,
    pub(super) links: Vec<Link>,
}

/// A link in the text: http or https.
#[derive(Debug, Serialize)]
pub(super) struct Link {
    text: String,
    url: String,
}

/// Reads a page where it holds up nobody else. The text has at most `max_chars` characters.
///
/// # Errors
/// [`ToolError::Refused`] when there is nothing to read or too much to go through.
pub(super) async fn read(
    page: Page,
    max_chars: usize,
    deadline: Deadline,
) -> Result<Reading, ToolError> {
    let url = page.url.to_string();
    let work = tokio::task::spawn_blocking(move || reading_of(&page, max_chars));
    let outcome = match deadline.wait(work).await {
        Some(Ok(outcome)) => outcome,
        Some(Err(error)) => Err(format!("reading it broke off: {error}")),
        None => Err("reading it took too long".to_owned()),
    };
    outcome.map_err(|reason| ToolError::Refused {
        message: format!("{url}: {reason}"),
        hint: None,
    })
}

/// A short piece of HTML as plain text.
pub(super) fn plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return visible(html);
    }
    visible(&Readability::from(html).doc.text())
}

fn reading_of(page: &Page, max_chars: usize) -> Result<Reading, String> {
    let text = decoded(page);
    if !page.kind.contains("html") {
        let (text, truncated) = cut(&visible(&text), max_chars);
        return Ok(Reading {
            title: name_of(&page.url),
            text,
            truncated,
            language: None,
            published: None,
            links: Vec::new(),
        });
    }
    let tags = text
        .as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [b'<', letter] if letter.is_ascii_alphabetic()));
    if tags.count() > MAX_ELEMENTS {
        return Err(format!("it has more than {MAX_ELEMENTS} elements"));
    }
    let config = Config {
        text_mode: TextMode::Formatted,
        max_elements_to_parse: MAX_ELEMENTS,
        // Text for machines only, which no reader of the page sees.
        disable_json_ld: true,
        ..Config::default()
    };
    let mut readability = Readability::new(text.as_ref(), Some(page.url.as_str()), Some(config))
        .map_err(|error| error.to_string())?;
    if !is_shallow(&readability) {
        return Err(format!("it is nested deeper than {MAX_DEPTH} elements"));
    }
    readability.doc.select(HIDDEN).remove();
    let article = readability.parse().map_err(|_| {
        "it has no text to read; pages that are made by a script in the browser have none"
            .to_owned()
    })?;
    let (text, truncated) = cut(&visible(&article.text_content), max_chars);
    let title = label(&article.title);
    Ok(Reading {
        title: if title.is_empty() {
            name_of(&page.url)
        } else {
            title
        },
        text,
        truncated,
        language: article.lang.as_deref().map(label),
        published: article.published_time.as_deref().map(label),
        links: links(&article.content, &page.url),
    })
}

/// What readers do not see, or could act. The reader's own rules find it only outside of short pages.
const HIDDEN: &str = "script, style, noscript, template, iframe, object, embed, form, svg, math, [hidden], \
     [aria-hidden=true], [style*='display:none'], [style*='display: none'], [style*='visibility:hidden'], \
     [style*='visibility: hidden'], [style*='font-size:0'], [style*='font-size: 0'], [style*='opacity:0'], \
     [style*='opacity: 0']";

/// The page's text in the character set that its head or its first bytes name, else UTF-8.
fn decoded(page: &Page) -> Cow<'_, str> {
    let head = page.body.get(..page.body.len().min(CHARSET_WITHIN));
    let head = String::from_utf8_lossy(head.unwrap_or_default()).to_ascii_lowercase();
    let named = page.charset.clone().or_else(|| {
        let (_, rest) = head.split_once("charset=")?;
        let rest = rest.trim_start_matches(['"', '\'']);
        rest.split(['"', '\'', ' ', '>', ';', '/'])
            .next()
            .map(str::to_owned)
    });
    let encoding = named.and_then(|name| Encoding::for_label(name.as_bytes()));
    encoding.unwrap_or(encoding_rs::UTF_8).decode(&page.body).0
}

/// Walks the tree without recursion, which is what the depth is bounded for.
fn is_shallow(readability: &Readability) -> bool {
    let mut node = readability.doc.root();
    let mut depth = 0_usize;
    loop {
        if let Some(child) = node.first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return false;
            }
            node = child;
            continue;
        }
        node = loop {
            if depth == 0 {
                return true;
            }
            if let Some(next) = node.next_sibling() {
                break next;
            }
            let Some(parent) = node.parent() else {
                return true;
            };
            depth -= 1;
            node = parent;
        };
    }
}

/// The links of an article, each place once.
fn links(html: &str, page: &Url) -> Vec<Link> {
    let fragment = Readability::from(html);
    let mut seen = HashSet::from([page.clone()]);
    let mut links = Vec::new();
    for node in fragment.doc.select("a[href]").nodes() {
        let Some(Ok(mut url)) = node.attr("href").map(|href| page.join(&href)) else {
            continue;
        };
        url.set_fragment(None);
        if matches!(url.scheme(), "http" | "https") && seen.insert(url.clone()) {
            links.push(Link {
                text: label(&node.text()),
                url: url.to_string(),
            });
        }
        if links.len() == MAX_LINKS {
            break;
        }
    }
    links
}

/// What stands for a title where there is none.
fn name_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    excerpt(format!("{host}{}", url.path()).as_bytes())
}

fn label(text: &str) -> String {
    let line = visible(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    cut(&line, MAX_LABEL).0
}

fn cut(text: &str, max_chars: usize) -> (String, bool) {
    match text.char_indices().nth(max_chars) {
        None => (text.to_owned(), false),
        Some((end, _)) => (text.get(..end).unwrap_or_default().to_owned(), true),
    }
}

/// Text without characters that are not seen, or that reorder or hide what is around them.
fn visible(text: &str) -> String {
    let seen = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}' => false,
        c => !c.is_control(),
    };
    text.trim().chars().filter(seen).collect()
}
