//! What an operation takes and gives, read off the types of its handler, so that it cannot be forgotten or be wrong.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Html;
use axum::response::sse::{Event, Sse};
use futures::Stream;
use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Door;
use crate::auth::{By, Proof};
use crate::body::{Asked, Body};
use crate::error::Problem;

/// What an operation takes and gives, as the description shows it.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Schemas of the path's parameters, in their order.
    pub(crate) path: Vec<Value>,
    /// Parameters of the query, as the description shows them.
    pub(crate) query: Vec<Value>,
    /// Fields of the request's head, as the description shows them.
    pub(crate) head: Vec<Value>,
    /// Schema of the JSON body.
    pub(crate) body: Option<Value>,
    /// The answer of a success.
    pub(crate) answer: Given,
}

/// The answer of a success.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The statuses that it may have; one, where that is always the same.
    pub(crate) statuses: Vec<StatusCode>,
    /// Content type and schema, where it has a body.
    pub(crate) content: Option<(&'static str, Value)>,
}

/// A JSON document that has a description of its own elsewhere, such as a JSON Schema.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Document(pub(crate) Value);

impl JsonSchema for Document {
    fn schema_name() -> Cow<'static, str> {
        "Document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "A document with a description of its own elsewhere.",
            "additionalProperties": true
        })
    }
}

/// The schemas of all types that travel, gathered while operations are described.
#[derive(Debug)]
pub(crate) struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
    bodies: Map<String, Value>,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        let settings = |contract| {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings.contract = contract;
            settings
        };
        // A type may be taken in another form than it is given (what has a default need not be sent), so what is taken
        // stands in one piece and shares no definitions with what is given.
        let mut taken = settings(Contract::Deserialize);
        taken.inline_subschemas = true;
        Self {
            taken: SchemaGenerator::new(taken),
            given: SchemaGenerator::new(settings(Contract::Serialize)),
            bodies: Map::new(),
        }
    }

    fn taken<T: JsonSchema>(&mut self) -> Value {
        T::json_schema(&mut self.taken).to_value()
    }

    /// A schema of what is taken that other schemas can point to.
    fn body<T: JsonSchema>(&mut self) -> Value {
        let schema = self.taken::<T>();
        if T::inline_schema() {
            return schema;
        }
        // `Agent` is given, so what is taken under that name is `AgentBody`.
        let name = T::schema_name();
        let name = format!("{}Body", name.strip_suffix("Body").unwrap_or(&name));
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.bodies.insert(name, schema);
        reference
    }

    pub(crate) fn given<T: JsonSchema>(&mut self) -> Value {
        self.given.subschema_for::<T>().to_value()
    }

    /// Every schema by its name, in the order of the alphabet.
    pub(crate) fn into_components(mut self) -> Value {
        let mut all: Vec<_> = self.bodies.into_iter().collect();
        all.extend(self.taken.take_definitions(true));
        all.extend(self.given.take_definitions(true));
        all.sort_by(|one, other| one.0.cmp(&other.0));
        let mut all = Value::Object(all.into_iter().collect());
        tidy(&mut all);
        all
    }
}

/// `true`, which allows every value, is written as `{}`: readers of API descriptions know only objects.
pub(crate) fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                if matches!(name.as_str(), "items" | "schema") && *inner == json!(true) {
                    *inner = json!({});
                }
                if name == "properties"
                    && let Value::Object(properties) = inner
                {
                    for property in properties.values_mut() {
                        if *property == json!(true) {
                            *property = json!({});
                        }
                    }
                }
                tidy(inner);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// What a handler takes: a parameter of it.
#[diagnostic::on_unimplemented(
    message = "the API description does not know what `{Self}` takes from a request",
    note = "derive `schemars::JsonSchema` for types in `Body`, `Asked` and `Path`; else implement `Takes` in `described.rs`"
)]
pub(crate) trait Takes {
    /// Writes it into the description of the operation.
    fn take(schemas: &mut Schemas, shape: &mut Shape);
}

/// What a handler gives: its answer.
#[diagnostic::on_unimplemented(
    message = "the API description does not know what `{Self}` answers",
    note = "answer `Json<T>` or `Created<Json<T>>` with a `T` that derives `schemars::JsonSchema`, or `NoContent`: the type says the status"
)]
pub(crate) trait Gives {
    /// Its status and content.
    fn give(schemas: &mut Schemas) -> Given;
}

/// A handler whose types say what it takes and gives. Implemented for every function whose parameters are [`Takes`]
/// and whose answer is [`Gives`].
pub(crate) trait Described<T> {
    /// Describes the operation.
    fn shape(schemas: &mut Schemas) -> Shape;
}

macro_rules! described {
    ($($part:ident)*) => {
        // `M` is the mark by which axum tells kinds of handlers apart.
        impl<F, Fut, Answer, M, $($part),*> Described<(M, $($part,)*)> for F
        where
            F: FnOnce($($part),*) -> Fut,
            Fut: Future<Output = Answer>,
            Answer: Gives,
            $($part: Takes,)*
        {
            fn shape(schemas: &mut Schemas) -> Shape {
                let mut shape = Shape::default();
                $($part::take(schemas, &mut shape);)*
                shape.answer = Answer::give(schemas);
                shape
            }
        }
    };
}

described!();
described!(A);
described!(A B);
described!(A B C);
described!(A B C D);
described!(A B C D E);
described!(A B C D E G);
described!(A B C D E G H);

macro_rules! takes_nothing {
    ($($part:ty),*) => {
        $(impl Takes for $part {
            fn take(_: &mut Schemas, _: &mut Shape) {}
        })*
    };
}

takes_nothing!(State<Door>, By, Proof, HeaderMap);

impl<T: JsonSchema> Takes for Path<T> {
    fn take(schemas: &mut Schemas, shape: &mut Shape) {
        let schema = schemas.taken::<T>();
        match schema.get("prefixItems").and_then(Value::as_array) {
            Some(parts) => shape.path.extend(parts.iter().cloned()),
            None => shape.path.push(schema),
        }
    }
}

impl<T: JsonSchema> Takes for Body<T> {
    fn take(schemas: &mut Schemas, shape: &mut Shape) {
        shape.body = Some(schemas.body::<T>());
    }
}

impl<T: JsonSchema> Takes for Asked<T> {
    fn take(schemas: &mut Schemas, shape: &mut Shape) {
        asked::<T>(schemas, shape);
    }
}

/// Describes each field of `T` as a parameter of the query.
pub(crate) fn asked<T: JsonSchema>(schemas: &mut Schemas, shape: &mut Shape) {
    let schema = schemas.taken::<T>();
    let required = schema.get("required").and_then(Value::as_array);
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    for (name, property) in properties {
        let mut property = property.clone();
        let is_required = required.is_some_and(|list| list.contains(&json!(name)));
        let mut parameter = json!({ "name": name, "in": "query", "required": is_required });
        if let (Value::Object(schema), Value::Object(parameter)) = (&mut property, &mut parameter) {
            if let Some(description) = schema.shift_remove("description") {
                parameter.insert("description".to_owned(), description);
            }
            without_null(schema);
        }
        parameter["schema"] = property;
        shape.query.push(parameter);
    }
}

/// A query has no word for null: what may be null may be left out.
fn without_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&json!("null")));
    }
    if schema.get("default") == Some(&Value::Null) {
        schema.shift_remove("default");
    }
}

impl<T: Gives> Gives for Result<T, Problem> {
    fn give(schemas: &mut Schemas) -> Given {
        T::give(schemas)
    }
}

impl<T: JsonSchema> Gives for Json<T> {
    fn give(schemas: &mut Schemas) -> Given {
        Given {
            statuses: vec![StatusCode::OK],
            content: Some(("application/json", schemas.given::<T>())),
        }
    }
}

impl<T> Gives for Html<T> {
    fn give(_: &mut Schemas) -> Given {
        text("text/html")
    }
}

impl<S: Stream<Item = Result<Event, Infallible>>> Gives for Sse<S> {
    fn give(_: &mut Schemas) -> Given {
        text("text/event-stream")
    }
}

/// An answer that is a text of some kind.
pub(crate) fn text(kind: &'static str) -> Given {
    Given {
        statuses: vec![StatusCode::OK],
        content: Some((kind, json!({ "type": "string" }))),
    }
}
