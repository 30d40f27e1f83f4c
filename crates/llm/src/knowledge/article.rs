//! An article as markup. Every text is escaped, so that nothing of a page or a model becomes markup by itself.

use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};

use super::{Article, Fact, SourcePage, Writer};

/// The article as HTML with its sources. Only addresses of the web become links.
pub fn html(article: &Article, pages: &[SourcePage], writer: Writer) -> String {
    let mut shown = String::new();
    section(&mut shown, "Symptoms", "ul", &article.symptoms);
    section(&mut shown, "Causes", "ul", &article.causes);
    section(&mut shown, "Steps", "ol", &article.steps);
    section(
        &mut shown,
        "How to see that it worked",
        "ul",
        &article.checks,
    );
    shown.push_str("<h2>Sources</h2><ol>");
    for page in pages {
        let title = if page.title.is_empty() {
            &page.url
        } else {
            &page.title
        };
        shown.push_str("<li>");
        shown.push_str(&link(&page.url, title));
        shown.push_str("</li>");
    }
    shown.push_str("</ol><p><em>");
    shown.push_str(match writer {
        Writer::Model => "Written by a language model from the sources above, and to be checked by a person.",
        Writer::Extraction => {
            "Sentences taken from the sources above without a language model, and to be checked by a person."
        }
    });
    shown.push_str("</em></p>");
    shown
}

fn section(shown: &mut String, title: &str, list: &str, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    shown.push_str("<h2>");
    shown.push_str(title);
    shown.push_str("</h2><");
    shown.push_str(list);
    shown.push('>');
    for fact in facts {
        shown.push_str("<li>");
        shown.push_str(&text(&fact.text));
        shown.push_str(" [");
        shown.push_str(&fact.source.to_string());
        shown.push_str("]</li>");
    }
    shown.push_str("</");
    shown.push_str(list);
    shown.push('>');
}

fn link(url: &str, title: &str) -> String {
    if url.starts_with("https://") || url.starts_with("http://") {
        return format!("<a href=\"{}\">{}</a>", attribute(url), text(title));
    }
    format!("{} ({})", text(title), text(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_page_becomes_markup() {
        let article = Article {
            title: "x".to_owned(),
            steps: vec![Fact {
                text: "<script>alert(1)</script> & more".to_owned(),
                source: 1,
            }],
            ..Article::default()
        };
        let pages = [
            SourcePage {
                url: "https://a.example/\"onmouseover=\"x".to_owned(),
                title: "<b>A</b>".to_owned(),
                text: String::new(),
            },
            SourcePage {
                url: "javascript:alert(1)".to_owned(),
                title: "B".to_owned(),
                text: String::new(),
            },
        ];
        let shown = html(&article, &pages, Writer::Extraction);
        assert!(
            !shown.contains("<script") && !shown.contains("<b>"),
            "{shown}"
        );
        assert!(!shown.contains("href=\"javascript"), "{shown}");
        assert!(shown.contains("&quot;onmouseover"), "{shown}");
        assert!(shown.contains("without a language model"));
    }
}
