//! YAML to nodes with spans. The only file that knows the YAML library.
//!
//! Bounds are checked while events arrive, so that nothing large is ever built.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span};

/// Longest recipe, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting of lists and mappings.
pub const MAX_DEPTH: usize = 32;
/// Most nodes, aliases counted with all they stand for.
pub const MAX_NODES: usize = 10_000;
/// Most uses of aliases.
pub const MAX_ALIASES: usize = 50;

/// A piece of the document.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Scalar { text: String, plain: bool },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Node {
    /// What it is, for messages.
    pub(crate) fn noun(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }

    /// States whether it is empty in YAML's sense: `key:` with nothing, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The value as JSON, scalars read by the YAML 1.2 core schema. A number that starts with a zero that
    /// counts for nothing (`017`, `08`) stays text: it is an id, not a number.
    pub(crate) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Scalar { text, plain: false } => Value::String(text.clone()),
            Kind::Scalar { text, plain: true } => plain_value(text),
            Kind::List(list) => Value::Array(list.iter().map(Self::to_json).collect()),
            Kind::Map(map) => Value::Object(
                map.iter()
                    .map(|(key, node)| (key.text.clone(), node.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

fn plain_value(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let leading_zero = digits.len() > 1
        && digits.starts_with('0')
        && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && !leading_zero {
        if let Ok(whole) = text.parse::<i64>() {
            return Value::Number(whole.into());
        }
        let number = text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .and_then(Number::from_f64);
        if let Some(number) = number.filter(|_| digits.contains(|c: char| c.is_ascii_digit())) {
            return Value::Number(number);
        }
    }
    Value::String(text.to_owned())
}

/// Reads one document. The diagnostics hold everything wrong with it as YAML; `None` when it cannot be read on.
pub(crate) fn read(source: &Source, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let text = source.text();
    if text.len() > MAX_BYTES {
        let message = format!(
            "the recipe is {} bytes long; at most {MAX_BYTES} are allowed",
            text.len()
        );
        diagnostics.push(
            Diagnostic::error("R002", Span::default(), message)
                .help("split it into several recipes"),
        );
        return None;
    }
    let mut reader = Reader {
        source,
        diagnostics,
        nodes: 0,
        aliases: 0,
        anchors: HashMap::new(),
        stack: Vec::new(),
        root: None,
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => match reader.take(event, span_of(source, span)) {
                Step::On => {}
                Step::End => break,
                Step::Broken => return None,
            },
            Err(error) => {
                let at = error
                    .marker()
                    .byte_offset()
                    .unwrap_or(text.len())
                    .min(text.len());
                let message = format!("this is not YAML: {}", lower_first(&error.to_string()));
                reader
                    .diagnostics
                    .push(Diagnostic::error("R001", Span::new(at, at), message).help(
                    "check indentation, quotes and colons; put texts with `: ` or `#` in quotes",
                ));
                return None;
            }
        }
    }
    let root = reader.root;
    if root.is_none() {
        let message = "the recipe is empty";
        diagnostics.push(
            Diagnostic::error("R001", Span::default(), message)
                .help("start with `name:` and the four phases"),
        );
    }
    root
}

enum Step {
    On,
    End,
    Broken,
}

struct Reader<'a> {
    source: &'a Source,
    diagnostics: &'a mut Vec<Diagnostic>,
    nodes: usize,
    aliases: usize,
    anchors: HashMap<usize, (Node, usize)>,
    stack: Vec<Open>,
    root: Option<Node>,
}

struct Open {
    start: Span,
    anchor: usize,
    nodes_before: usize,
    items: Vec<Node>,
    entries: Vec<(Key, Node)>,
    key: Option<Key>,
    is_map: bool,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Step {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = "a second document starts here; a recipe is one document";
                self.refuse(
                    "R005",
                    span,
                    message,
                    "remove the `---` and what follows it, or save it as a recipe of its own",
                )
            }
            Event::Scalar(text, style, anchor, tag) => {
                if tag.is_some() {
                    return self.refuse_tag(span);
                }
                let plain = style == ScalarStyle::Plain;
                let node = Node {
                    span,
                    kind: Kind::Scalar {
                        text: text.into_owned(),
                        plain,
                    },
                };
                self.count(span, anchor, node)
            }
            Event::SequenceStart(_, anchor, tag) => self.open(span, anchor, tag.is_some(), false),
            Event::MappingStart(_, anchor, tag) => self.open(span, anchor, tag.is_some(), true),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(span, anchor),
            Event::UnresolvedAlias(name) => {
                let message = format!("the alias `*{name}` names nothing");
                self.refuse(
                    "R001",
                    span,
                    &message,
                    "define it first with `&name`, or quote the text",
                )
            }
            Event::StreamEnd => Step::End,
            _ => Step::On,
        }
    }

    fn refuse(&mut self, code: &'static str, span: Span, message: &str, help: &str) -> Step {
        self.diagnostics
            .push(Diagnostic::error(code, span, message).help(help));
        Step::Broken
    }

    fn refuse_tag(&mut self, span: Span) -> Step {
        self.refuse(
            "R004",
            span,
            "tags such as `!name` are not allowed",
            "remove the tag, or quote a text that starts with `!`",
        )
    }

    fn too_many(&mut self, span: Span) -> Step {
        self.refuse(
            "R002",
            span,
            &format!("the recipe has more than {MAX_NODES} values"),
            "split it into several recipes",
        )
    }

    fn count(&mut self, span: Span, anchor: usize, node: Node) -> Step {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.too_many(span);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), 1));
        }
        self.place(node)
    }

    fn open(&mut self, start: Span, anchor: usize, tagged: bool, is_map: bool) -> Step {
        if tagged {
            return self.refuse_tag(start);
        }
        if self.stack.len() >= MAX_DEPTH {
            let message = format!("lists and mappings are nested deeper than {MAX_DEPTH}");
            return self.refuse(
                "R002",
                start,
                &message,
                "move the inner part to a recipe of its own",
            );
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.too_many(start);
        }
        let nodes_before = self.nodes - 1;
        self.stack.push(Open {
            start,
            anchor,
            nodes_before,
            items: Vec::new(),
            entries: Vec::new(),
            key: None,
            is_map,
        });
        Step::On
    }

    fn close(&mut self, end: Span) -> Step {
        let Some(open) = self.stack.pop() else {
            return Step::On;
        };
        let span = Span::new(open.start.start, self.trimmed(open.start.start, end.end));
        let kind = if open.is_map {
            Kind::Map(open.entries)
        } else {
            Kind::List(open.items)
        };
        let node = Node { span, kind };
        if open.anchor > 0 {
            self.anchors
                .insert(open.anchor, (node.clone(), self.nodes - open.nodes_before));
        }
        self.place(node)
    }

    /// A block ends where the next begins; people see its last character as its end.
    fn trimmed(&self, start: usize, end: usize) -> usize {
        self.source
            .text()
            .get(start..end)
            .map_or(end, |text| start + text.trim_end().len())
    }

    fn alias(&mut self, span: Span, anchor: usize) -> Step {
        self.aliases += 1;
        if self.aliases > MAX_ALIASES {
            let message = format!("the recipe uses more than {MAX_ALIASES} aliases");
            return self.refuse("R003", span, &message, "write the values out");
        }
        let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
            return self.refuse(
                "R003",
                span,
                "this alias stands inside the value that it names",
                "write the value out",
            );
        };
        self.nodes += size;
        if self.nodes > MAX_NODES {
            return self.refuse(
                "R003",
                span,
                &format!("with its aliases the recipe has more than {MAX_NODES} values"),
                "write the values out",
            );
        }
        self.place(node)
    }

    fn place(&mut self, node: Node) -> Step {
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Step::On;
        };
        if !open.is_map {
            open.items.push(node);
            return Step::On;
        }
        let Some(key) = open.key.take() else {
            let Kind::Scalar { text, .. } = node.kind else {
                return self.refuse(
                    "R001",
                    node.span,
                    "a key must be a single value",
                    "quote the key",
                );
            };
            open.key = Some(Key {
                text,
                span: node.span,
            });
            return Step::On;
        };
        if open.entries.iter().any(|(other, _)| other.text == key.text) {
            let message = format!("the key `{}` stands here twice", key.text);
            self.diagnostics
                .push(Diagnostic::error("R006", key.span, message).help("keep one of them"));
            return Step::On;
        }
        open.entries.push((key, node));
        Step::On
    }
}

fn span_of(source: &Source, span: YamlSpan) -> Span {
    span.byte_range().map_or_else(
        || Span::new(source.text().len(), source.text().len()),
        |range| Span::new(range.start, range.end.min(source.text().len())),
    )
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}
