//! A valid call of each route that changes something and a form of each page that does, as each slice lists them in its
//! `tests/routes.json`. Words in braces are filled in from what the product says then.

use std::collections::BTreeMap;
use std::path::Path;

use outbound::Method;
use serde::Deserialize;
use serde_json::{Value, json as value};

use crate::matrix::{OWN, Route, routes};

/// What one slice lists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[derive(Default)]
pub struct Listed {
    pub calls: Vec<Row>,
    /// In the order in which they are sent: some make the next possible.
    pub forms: Vec<Form>,
    /// What makes one of each thing that needs something upstream: paths below that of a tenant, with their bodies.
    pub one_of_each: Vec<(String, Value)>,
    /// By kind, how an object of it is changed behind Dezky's back; `{id}` is the object's own.
    pub spoils: BTreeMap<String, Spoil>,
}

/// What is changed in a simulator behind Dezky's back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoil {
    pub simulator: String,
    /// Its path in the inventory.
    pub object: String,
    pub fields: Value,
}

/// A valid call of a route.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Method and path.
    pub call: String,
    pub slug: String,
    /// The slug of the partner, where the path has one.
    #[serde(default)]
    pub partner: String,
    /// What is meant, where the path has an id or a name.
    #[serde(default)]
    pub id: String,
    #[serde(default = "nothing")]
    pub body: Value,
    /// What its record says; none for what changes nothing.
    pub action: Option<String>,
    pub spoil: Option<Spoil>,
    /// What makes it possible: calls on the same tenant.
    #[serde(default)]
    pub first: Vec<(String, Value)>,
    pub undo: Option<(String, Value)>,
}

/// A form of a console.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Console and path.
    #[serde(rename = "form")]
    at: String,
    pub slug: String,
    #[serde(default)]
    pub partner: String,
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// What its record says; none where it writes none.
    pub action: Option<String>,
    pub spoil: Option<Spoil>,
    /// What makes it possible: calls on the same tenant.
    #[serde(default)]
    pub first: Vec<(String, Value)>,
}

fn nothing() -> Value {
    value!({})
}

impl Row {
    pub fn method(&self) -> Method {
        call(&self.call).0
    }

    pub fn path(&self) -> &str {
        call(&self.call).1
    }

    /// Whether its record is in the platform's log: what concerns a partner, or nobody.
    pub fn is_of_platform(&self, guard: &str) -> bool {
        let action = self.action.as_deref().unwrap_or_default();
        let of_partner = action.starts_with("partner.") || action.starts_with("staff.");
        of_partner || matches!(guard, "(open)" | "ManageDrift" | "ManageFlags")
    }
}

impl Form {
    pub fn mount(&self) -> &str {
        self.at.split_once(' ').unwrap().0
    }

    pub fn path(&self) -> &str {
        self.at.split_once(' ').unwrap().1
    }
}

/// Method and path of a call.
pub fn call(words: &str) -> (Method, &str) {
    let (method, path) = words.split_once(' ').unwrap();
    let all = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    (all.into_iter().find(|known| word(*known) == method).unwrap(), path)
}

/// What all slices list, by their names.
pub fn listed() -> Vec<Listed> {
    let mut files: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .unwrap()
        .map(|krate| krate.unwrap().path().join("tests/routes.json"))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
    };
    files.iter().map(read).collect()
}

/// All forms of the consoles.
pub fn forms() -> Vec<Form> {
    listed().into_iter().flat_map(|slice| slice.forms).collect()
}

/// The routes that may change something, each with its call.
pub fn table() -> Vec<(Route, Row)> {
    let mut rows: Vec<Row> = listed().into_iter().flat_map(|slice| slice.calls).collect();
    // What is one's own alone, such as a password, is no action: it ends the very sign-in that it is done with.
    let changing = routes()
        .into_iter()
        .filter(|route| route.mount == "Api" && route.method != "GET" && !OWN.contains(&route.guard));
    let mut table = Vec::new();
    for route in changing {
        let named = |row: &Row| row.call == format!("{} {}", route.method, route.path);
        let place = rows.iter().position(named);
        let place = place.unwrap_or_else(|| panic!("no tests/routes.json has a call of {route:?}"));
        table.push((route, rows.remove(place)));
    }
    assert!(rows.is_empty(), "no route is {}", rows[0].call);
    table
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}
