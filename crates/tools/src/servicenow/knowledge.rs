//! Knowledge articles: cleaned, saved as drafts, published on purpose.

use std::collections::{BTreeSet, HashSet};

use avops_engine::{ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::records::{Marked, Table, is_sys_id, mark};
use super::session::Session;
use super::wire::{FoundArticles, Record};
use super::{OneRecord, artifact, put};
use crate::outbound::{Deadline, before_acting, set_query};

/// The arguments of `create_kb`.
#[derive(Deserialize)]
pub(super) struct Create {
    title: String,
    html: String,
    category: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    knowledge_base: Option<String>,
}

/// The arguments of `find_kb`.
#[derive(Deserialize)]
pub(super) struct Find {
    query: String,
    #[serde(default = "five")]
    limit: u8,
}

fn five() -> u8 {
    5
}

pub(super) fn table(session: &Session) -> Table<'_> {
    Table {
        session,
        name: "kb_knowledge",
        fields: "sys_id,number,short_description,workflow_state,meta,text",
        marked: Marked::Within("text"),
    }
}

pub(super) async fn create(
    session: &Session,
    args: &Create,
    default_base: Option<&str>,
    key: &str,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let wanted = args.knowledge_base.as_deref().or(default_base);
    let base = base(session, wanted, deadline)
        .await
        .map_err(before_acting)?;
    let category = match &args.category {
        None => None,
        Some(label) => Some(
            category(session, &base, label, deadline)
                .await
                .map_err(before_acting)?,
        ),
    };
    let mark = mark(key, 0);
    // The mark is put on after the cleaning, which takes comments away.
    let text = format!("{}<!-- {mark} -->", cleaned(&args.html));
    let mut fields = Map::new();
    put(&mut fields, "short_description", Some(&args.title));
    put(&mut fields, "text", Some(&text));
    put(&mut fields, "kb_knowledge_base", Some(&base));
    put(&mut fields, "kb_category", category.as_deref());
    put(&mut fields, "article_type", Some("text"));
    put(&mut fields, "workflow_state", Some("draft"));
    let tags = args.tags.join(",");
    put(
        &mut fields,
        "meta",
        Some(tags.as_str()).filter(|tags| !tags.is_empty()),
    );
    let article = table(session).create(&mark, &fields, deadline).await?;
    Ok(reply(session, &article))
}

/// Reads an article as it is now. It was made elsewhere, so it is no artifact of this call.
pub(super) async fn get(
    session: &Session,
    args: &OneRecord,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let article = table(session).get(&args.id, deadline).await?;
    Ok(ToolReply {
        artifacts: Vec::new(),
        ..reply(session, &article)
    })
}

/// Sets an article's state to published and reads it back.
pub(super) async fn publish(
    session: &Session,
    args: &OneRecord,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let table = table(session);
    let found = table.get(&args.id, deadline).await.map_err(before_acting)?;
    let mut fields = Map::new();
    put(&mut fields, "workflow_state", Some("published"));
    let article = table
        .change(found.text("sys_id"), &fields, deadline)
        .await?;
    Ok(reply(session, &article))
}

pub(super) async fn find(
    session: &Session,
    args: &Find,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let mut request = session.request(Method::GET, &["api", "sn_km_api", "knowledge", "articles"]);
    let limit = args.limit.to_string();
    set_query(&mut request, &[("query", &args.query), ("limit", &limit)]);
    let found: FoundArticles = session.ask(request, deadline).await?;
    let found = found.result.articles.into_iter().map(|article| {
        json!({
            "url": link(session, &article.number),
            "number": article.number,
            "title": article.title,
            "snippet": article.snippet,
        })
    });
    Ok(ToolReply {
        output: Value::Array(found.collect()),
        artifacts: Vec::new(),
    })
}

/// The `sys_id` of the knowledge base: the one that is named, or the only one. Titles are compared here, since in a
/// query they could become operators.
async fn base(
    session: &Session,
    wanted: Option<&str>,
    deadline: Deadline,
) -> Result<String, ToolError> {
    if let Some(id) = wanted.filter(|wanted| is_sys_id(wanted)) {
        return Ok(id.to_owned());
    }
    let table = Table {
        session,
        name: "kb_knowledge_base",
        fields: "sys_id,title,active",
        marked: Marked::Field("sys_id"),
    };
    let bases = table.find("active=true", deadline).await?;
    let usable = || bases.iter().filter(|base| base.text("active") != "false");
    let found: Vec<&Record> = match wanted {
        Some(title) => usable()
            .filter(|base| same(base.text("title"), title))
            .collect(),
        None => usable().collect(),
    };
    let titles: BTreeSet<&str> = usable().map(|base| base.text("title")).collect();
    let titles = titles.into_iter().collect::<Vec<_>>().join(", ");
    match (found.as_slice(), wanted) {
        ([only], _) => Ok(only.text("sys_id").to_owned()),
        (_, Some(title)) => Err(refused(
            &format!("there is no single knowledge base `{title}`"),
            format!("there are: {titles}"),
        )),
        (_, None) => Err(refused(
            "it is not said which knowledge base the article goes to",
            format!("give `knowledge_base`, or set it for the tool; there are: {titles}"),
        )),
    }
}

async fn category(
    session: &Session,
    base: &str,
    label: &str,
    deadline: Deadline,
) -> Result<String, ToolError> {
    let table = Table {
        session,
        name: "kb_category",
        fields: "sys_id,label,parent_id",
        marked: Marked::Field("sys_id"),
    };
    let all = table.find(&format!("parent_id={base}"), deadline).await?;
    let of_base = || {
        all.iter()
            .filter(|category| category.text("parent_id") == base)
    };
    let found = of_base().find(|category| same(category.text("label"), label));
    found
        .map(|category| category.text("sys_id").to_owned())
        .ok_or_else(|| {
            let labels: Vec<&str> = of_base().map(|category| category.text("label")).collect();
            refused(
                &format!("the knowledge base has no category `{label}`"),
                format!("it has: {}", labels.join(", ")),
            )
        })
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn refused(message: &str, hint: String) -> ToolError {
    ToolError::Refused {
        message: format!("{message}; nothing was sent"),
        hint: Some(hint),
    }
}

/// Keeps what an article needs and nothing that acts: no scripts, styles, forms, frames or drawings, and only plain
/// links.
fn cleaned(html: &str) -> String {
    ammonia::Builder::default()
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .clean(html)
        .to_string()
}

fn reply(session: &Session, article: &Record) -> ToolReply {
    let number = article.text("number");
    let tags = article.text("meta").split(',').map(str::trim);
    let tags: Vec<&str> = tags.filter(|tag| !tag.is_empty()).collect();
    let output = json!({
        "sys_id": article.text("sys_id"),
        "number": number,
        "title": article.text("short_description"),
        "state": article.text("workflow_state"),
        "url": link(session, number),
        "tags": tags,
    });
    let artifacts = vec![artifact("kb", &output)];
    ToolReply { output, artifacts }
}

fn link(session: &Session, number: &str) -> String {
    let number: String = url::form_urlencoded::byte_serialize(number.as_bytes()).collect();
    format!("{}/kb_view.do?sysparm_article={number}", session.base)
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn an_article_keeps_its_text_and_loses_what_acts() {
        for (html, kept) in [
            (
                "<h2>Symptoms</h2><p>Black &amp; mute</p>",
                "<h2>Symptoms</h2><p>Black &amp; mute</p>",
            ),
            ("<p onclick=\"x()\">a</p><script>x()</script>", "<p>a</p>"),
            (
                "<a href=\"javascript:x()\">a</a>",
                "<a rel=\"noopener noreferrer\">a</a>",
            ),
            ("<img src=\"data:text/html,x\">", "<img>"),
            ("<svg><script>x()</script></svg><style>p{}</style>b", "b"),
            (
                "<iframe src=\"https://evil.example\"></iframe><form><input></form>c",
                "c",
            ),
            ("<!-- avops:forged:0 -->d", "d"),
        ] {
            assert_eq!(cleaned(html), kept);
            assert_eq!(cleaned(&cleaned(html)), kept, "cleaning twice");
        }
    }
}
