//! The OpenAPI 3.1 document, made from the route table, and its page.

use std::collections::BTreeMap;

use kernel::input::{Field, MOST_IN_TEXTS, MOST_SEARCHED, MOST_WORDS, Shape};
use maud::{DOCTYPE, Markup, html};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::routes::{Mount, RouteInfo};

type Schemas = Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>;

/// What an operation answers with.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    status: u16,
    name: &'static str,
    is_list: bool,
    schemas: fn(&mut Schemas),
}

/// The documentation of one route.
#[derive(Debug, Clone)]
pub struct Operation {
    summary: &'static str,
    tag: &'static str,
    body: Option<&'static [Field]>,
    answer: Option<Answer>,
    /// What it answers with instead to those who may see less.
    less: Option<Answer>,
    /// The media type of an answer that is no JSON.
    file: Option<&'static str>,
}

impl Operation {
    /// An operation; `summary` says in a few words what it does.
    pub fn new(tag: &'static str, summary: &'static str) -> Self {
        Self { summary, tag, body: None, answer: None, less: None, file: None }
    }

    /// With a JSON body.
    pub fn body(mut self, fields: &'static [Field]) -> Self {
        self.body = Some(fields);
        self
    }

    /// The fields of its body, if it takes one.
    pub fn fields(&self) -> &'static [Field] {
        self.body.unwrap_or_default()
    }

    /// Answers with a `T`.
    pub fn answer<T: ToSchema + 'static>(mut self, status: u16) -> Self {
        self.answer = Some(Answer { status, name: name_of::<T>(), is_list: false, schemas: schemas_of::<T> });
        self
    }

    /// Answers with a `T` instead to those who may see less.
    pub fn or<T: ToSchema + 'static>(self) -> Self {
        let less =
            self.answer.map(|answer| Answer { name: name_of::<T>(), schemas: schemas_of::<T>, ..answer });
        Self { less, ..self }
    }

    /// Answers with a file of this media type.
    pub fn file(mut self, kind: &'static str) -> Self {
        self.file = Some(kind);
        self
    }

    /// Answers with a page of `T`.
    pub fn list<T: ToSchema + 'static>(self) -> Self {
        let mut this = self.answer::<T>(200);
        this.answer = this.answer.map(|answer| Answer { is_list: true, ..answer });
        this
    }
}

/// The name of a type without its path; views are not generic.
fn name_of<T>() -> &'static str {
    std::any::type_name::<T>().rsplit("::").next().unwrap_or("Object")
}

fn schemas_of<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((name_of::<T>().to_owned(), T::schema()));
    T::schemas(schemas);
}

/// The document of these routes.
pub fn document(routes: &[RouteInfo]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut schemas = Schemas::new();
    for route in routes.iter().filter(|route| matches!(route.mount, Mount::Api | Mount::ApiOnly)) {
        let Some(operation) = &route.operation else {
            continue;
        };
        for answer in operation.answer.iter().chain(&operation.less) {
            (answer.schemas)(&mut schemas);
        }
        let method = route.method.as_str().to_ascii_lowercase();
        paths.entry(route.path).or_default().insert(method, describe(route, operation));
    }
    let mut components: BTreeMap<String, Value> = schemas
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()))
        .collect();
    components.insert("Problem".to_owned(), problem_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dezky API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The control plane of a business workspace. Send an access token as `Authorization: Bearer`. \
                Errors are RFC 9457 problems. A POST may carry an `Idempotency-Key`.",
        },
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": components,
        },
    })
}

fn describe(route: &RouteInfo, operation: &Operation) -> Value {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    parameters.extend(route.query.iter().map(|field| {
        json!({"name": field.name, "in": "query", "description": field.doc, "schema": shape(field.shape)})
    }));
    let mut described = json!({
        "operationId": format!("{}_{}", route.method.as_str().to_ascii_lowercase(), identifier(route.path)),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": responses(operation),
    });
    match route.guard {
        Ok(permission) => described["x-permission"] = json!(permission),
        Err(because) => {
            described["security"] = json!([]);
            described["description"] = json!(because);
        }
    }
    if let Some(fields) = operation.body {
        described["requestBody"] = json!({"content": {"application/json": {"schema": object(fields)}}});
    }
    described
}

fn identifier(path: &str) -> String {
    let parts = path.trim_start_matches("/api/").split('/');
    parts.map(|part| part.trim_matches(['{', '}']).replace('-', "_")).collect::<Vec<_>>().join("_")
}

fn responses(operation: &Operation) -> Value {
    let problem = json!({
        "description": "A problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    if let Some(kind) = operation.file {
        let schema = json!({"type": "string"});
        return json!({"200": {"description": "The file", "content": {kind: {"schema": schema}}}, "default": problem});
    }
    let Some(answer) = operation.answer else {
        return json!({"204": {"description": "Done"}, "default": problem});
    };
    let named = |answer: Answer| json!({"$ref": format!("#/components/schemas/{}", answer.name)});
    let one = match operation.less {
        Some(less) => json!({"oneOf": [named(answer), named(less)]}),
        None => named(answer),
    };
    let schema = if answer.is_list {
        let items = json!({"type": "array", "items": one});
        let next = json!({"type": ["string", "null"]});
        json!({"type": "object", "required": ["items", "nextCursor"], "properties": {"items": items, "nextCursor": next}})
    } else {
        one
    };
    let done = json!({"description": "Done", "content": {"application/json": {"schema": schema}}});
    json!({answer.status.to_string(): done, "default": problem})
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|f| (f.name.to_owned(), property(f))).collect();
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn property(field: &Field) -> Value {
    let mut schema = shape(field.shape);
    schema["description"] = json!(field.doc);
    // What may be left out may be null as well.
    if !field.required {
        schema["type"] = json!([schema["type"], "null"]);
        if let Some(words) = schema["enum"].as_array_mut() {
            words.push(Value::Null);
        }
    }
    schema
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text(most) | Shape::Name(most) | Shape::Label(most) | Shape::Raw(most) => {
            json!({"type": "string", "maxLength": most})
        }
        Shape::Search => json!({"type": "string", "maxLength": MOST_SEARCHED}),
        Shape::Word(words) => json!({"type": "string", "enum": words}),
        Shape::Integer(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Texts(most) => {
            json!({"type": "array", "items": {"type": "string", "maxLength": MOST_IN_TEXTS}, "maxItems": most})
        }
        Shape::Object(fields) => object(fields),
    }
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "requestId"],
        "properties": {
            "type": {"type": "string", "description": "Stable; ends in a word for programs."},
            "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
            "advice": {"type": ["string", "null"], "description": "What to do."},
            "requestId": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "properties": {
                "field": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"},
            }}},
        },
    })
}

/// The documentation as a page of its own.
pub fn page(routes: &[RouteInfo], nonce: &str) -> Markup {
    let documented: Vec<(&RouteInfo, &Operation)> = routes
        .iter()
        .filter(|route| matches!(route.mount, Mount::Api | Mount::ApiOnly))
        .filter_map(|route| Some((route, route.operation.as_ref()?)))
        .collect();
    let mut tags: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (route, operation) in documented {
        tags.entry(operation.tag).or_default().push((route, operation));
    }
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Dezky API" }
                link rel="stylesheet" href=(crate::assets::href("app.css"));
                link rel="icon" href=(crate::assets::href("favicon.svg"));
                script src=(crate::assets::href("app.js")) defer nonce=(nonce) {}
            }
            body {
                main class="page docs" id="main" {
                    h1 { "Dezky API" }
                    p class="soft" {
                        "JSON under " code { "/api" } ", errors as RFC 9457 problems, lists as "
                        code { "{items, nextCursor}" } ". Send an access token as "
                        code { "Authorization: Bearer" } ". The machine-readable form is "
                        a href="/openapi.json" { "openapi.json" } " (OpenAPI 3.1)."
                    }
                    @for (tag, operations) in tags {
                        section class="stack" {
                            h2 { (tag) }
                            @for (route, operation) in operations { (operation_card(route, operation)) }
                        }
                    }
                }
            }
        }
    }
}

fn operation_card(route: &RouteInfo, operation: &Operation) -> Markup {
    html! {
        details class="card docs-op" {
            summary {
                span class="docs-method" { (route.method.as_str()) }
                code { (route.path) }
                span class="soft" { (operation.summary) }
            }
            div class="docs-body stack" {
                p class="soft small" {
                    @match route.guard {
                        Ok(permission) => { "Needs the permission " code { (permission) } "." }
                        Err(because) => { "Open: " (because) "." }
                    }
                }
                @if !route.query.is_empty() {
                    (fields_table("Query", route.query.iter().map(|field| (field.name.to_owned(), said(field), field.doc))))
                }
                @if let Some(fields) = operation.body { (fields_table("Body", flatten("", fields).into_iter())) }
                @if let Some(answer) = operation.answer {
                    p { "Answers " code { (answer.status) } " with "
                        @if answer.is_list { "a page of " } code { (answer.name) }
                        @if let Some(less) = operation.less { " or " code { (less.name) } } "." }
                } @else if let Some(kind) = operation.file {
                    p { "Answers " code { "200" } " with a file, " code { (kind) } "." }
                } @else { p { "Answers " code { "204" } "." } }
            }
        }
    }
}

fn flatten(prefix: &str, fields: &'static [Field]) -> Vec<(String, String, &'static str)> {
    let mut rows = Vec::new();
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        rows.push((name.clone(), said(field), field.doc));
        if let Shape::Object(inner) = field.shape {
            rows.extend(flatten(&format!("{name}."), inner));
        }
    }
    rows
}

fn said(field: &Field) -> String {
    let needed = if field.required { ", required" } else { "" };
    match field.shape {
        Shape::Text(most) | Shape::Name(most) | Shape::Label(most) | Shape::Raw(most) => {
            format!("text, at most {most}{needed}")
        }
        Shape::Search => format!("at most {MOST_WORDS} words{needed}"),
        Shape::Word(words) => format!("{}{needed}", words.join(" | ")),
        Shape::Integer(least, most) => format!("{least} to {most}{needed}"),
        Shape::Flag => format!("true | false{needed}"),
        Shape::Texts(most) => format!("list of at most {most} texts{needed}"),
        Shape::Object(_) => format!("object{needed}"),
    }
}

fn fields_table(title: &str, rows: impl Iterator<Item = (String, String, &'static str)>) -> Markup {
    html! {
        h3 { (title) }
        dl class="docs-fields" {
            @for (name, shape, doc) in rows {
                dt { code { (name) } small class="muted" { (shape) } }
                dd { (doc) }
            }
        }
    }
}
