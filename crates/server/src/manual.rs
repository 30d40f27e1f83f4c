//! The API description as a page to read: no script, nothing from outside.

use html_escape::encode_safe as safe;
use serde_json::Value;

const STYLE: &str = "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}\
    details{border-top:1px solid #8884;padding:.35rem 0}summary{cursor:pointer;overflow-wrap:anywhere}\
    summary b{display:inline-block;min-width:4.5rem}table{border-collapse:collapse;margin:.25rem 0 .75rem}\
    td{border-top:1px solid #8883;padding:.2rem .75rem .2rem 0;vertical-align:top;overflow-wrap:anywhere}\
    h3,h4{margin:.75rem 0 .1rem}section:target{outline:2px solid #08f;outline-offset:.3rem}\
    :root{color-scheme:light dark}";

/// Fields within fields are written out this deep; deeper ones are called by their kind.
const DEEPEST: usize = 2;

/// The page for an `OpenAPI` document of ours.
pub(crate) fn page(document: &Value) -> String {
    let mut operations = String::new();
    for (path, methods) in entries(&document["paths"]) {
        for (method, described) in entries(methods) {
            operations.push_str(&operation(path, method, described));
        }
    }
    let schemas: String = entries(&document["components"]["schemas"])
        .map(|(name, schema)| named(name, schema))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"/icon.svg\">\
         <title>AVOps API</title><style>{STYLE}</style>\
         <h1>AVOps API</h1><p>JSON over HTTP. The same as <a href=\"/openapi.json\">OpenAPI 3.1</a>. \
         Send <code>Authorization: Bearer TOKEN</code>. {}</p>\
         <h2>Operations</h2>{operations}<h2>Bodies and answers</h2>{schemas}</html>",
        safe(text(&document["info"]["description"]))
    )
}

fn operation(path: &str, method: &str, described: &Value) -> String {
    let needs = match text(&described["description"]) {
        "" => "Open to all.",
        needs => needs,
    };
    let mut shown = format!(
        "<details><summary><b>{}</b> <code>{}</code> · {}</summary><p>{}</p>",
        safe(&method.to_ascii_uppercase()),
        safe(path),
        safe(text(&described["summary"])),
        safe(needs)
    );
    let parameters: String = described["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| {
            let name = format!("{} ({})", text(&parameter["name"]), text(&parameter["in"]));
            let required = parameter["required"] == true;
            row(
                &name,
                &parameter["schema"],
                required,
                text(&parameter["description"]),
            )
        })
        .collect();
    if !parameters.is_empty() {
        shown.push_str(&format_table("Parameters", &parameters));
    }
    shown.push_str(&content("Body", &described["requestBody"]["content"]));
    for (status, answer) in entries(&described["responses"]) {
        if status == "default" {
            continue;
        }
        let answered = content("Answer", &answer["content"]);
        if answered.is_empty() {
            shown.push_str("<h4>Answer</h4><p>Without a body.</p>");
        }
        shown.push_str(&answered);
    }
    shown.push_str("</details>");
    shown
}

fn content(title: &str, content: &Value) -> String {
    let parts = entries(content).map(|(kind, media)| {
        let (kind, what) = (safe(kind), kind_of(&media["schema"]));
        format!("<h4>{title}</h4><p>{what} as <code>{kind}</code></p>")
    });
    parts.collect::<Vec<_>>().concat()
}

/// A schema with a name of its own.
fn named(name: &str, schema: &Value) -> String {
    let name = safe(name);
    format!(
        "<section id=\"{name}\"><h3>{name}</h3><p>{}</p>{}</section>",
        safe(text(&schema["description"])),
        fields(schema, DEEPEST)
    )
}

/// The fields of an object, or its alternatives.
fn fields(schema: &Value, depth: usize) -> String {
    let mut shown = String::new();
    let rows: String = entries(&schema["properties"])
        .map(|(name, property)| {
            let required = schema["required"]
                .as_array()
                .is_some_and(|list| list.iter().any(|one| one == name));
            let mut row = row(name, property, required, text(&property["description"]));
            let inner = if property["properties"].is_object() {
                property
            } else {
                &property["items"]
            };
            if depth > 0 && inner["properties"].is_object() {
                row.push_str("<tr><td></td><td colspan=\"3\">");
                row.push_str(&fields(inner, depth - 1));
                row.push_str("</td></tr>");
            }
            row
        })
        .collect();
    if !rows.is_empty() {
        shown.push_str("<table>");
        shown.push_str(&rows);
        shown.push_str("</table>");
    }
    let alternatives: Vec<_> = alternatives(schema).collect();
    if alternatives.iter().any(|one| one["properties"].is_object()) {
        for one in alternatives {
            shown.push_str("<p>Either: ");
            shown.push_str(&safe(text(&one["description"])));
            shown.push_str("</p>");
            shown.push_str(&fields(one, depth));
        }
    } else if rows.is_empty() {
        shown.push_str("<p>");
        shown.push_str(&kind_of(schema));
        shown.push_str("</p>");
    }
    shown
}

fn format_table(title: &str, rows: &str) -> String {
    format!("<h4>{title}</h4><table>{rows}</table>")
}

fn row(name: &str, schema: &Value, required: bool, description: &str) -> String {
    format!(
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
        safe(name),
        kind_of(schema),
        if required { "required" } else { "" },
        safe(description)
    )
}

/// What a value is, in a few words, with a link where it has a name.
fn kind_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        let name = safe(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().map(word).collect();
        return words.join(" | ");
    }
    if !schema["const"].is_null() {
        return word(&schema["const"]);
    }
    let choices: Vec<_> = alternatives(schema).map(kind_of).collect();
    if !choices.is_empty() {
        return choices.join(" | ");
    }
    let kinds: Vec<_> = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return "anything".to_owned(),
    };
    let kinds: Vec<_> = kinds.iter().map(|kind| plain(kind, schema)).collect();
    kinds.join(" | ")
}

fn plain(kind: &str, schema: &Value) -> String {
    match kind {
        "array" => format!("list of {}", kind_of(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("names with {}", kind_of(&schema["additionalProperties"]))
        }
        "string" => match text(&schema["format"]) {
            "date-time" => "time".to_owned(),
            "uuid" => "id".to_owned(),
            _ => "text".to_owned(),
        },
        kind => safe(kind).into_owned(),
    }
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|name| schema[name].as_array())
        .flatten()
}

fn word(value: &Value) -> String {
    format!("<code>{}</code>", safe(&value.to_string()))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
