//! What the objects of the API are: a table of each family's fields, with what the server says about them. The API, the
//! inventory and `/_sim` all go by it. Fields, defaults and words are those of `openapi-subset.json`.

mod access;
mod flows;
mod sso;
mod stages;

use super::objects::Object;
use super::world::World;

pub use access::{BRAND, ROLE, TOKEN};
pub use flows::{EXPRESSION, FLOW, FLOW_BINDING, POLICY_BINDING};
pub use sso::{APPLICATION, KEY_PAIR, PROVIDER, SCOPE_MAPPING};
pub use stages::{
    CONSENT, DENY, EMAIL, IDENTIFICATION, PASSWORD, PROMPT, PROMPT_STAGE, STATIC_SETUP, TOTP_SETUP,
    USER_LOGIN, USER_LOGOUT, USER_WRITE, VALIDATE, WEBAUTHN_SETUP,
};

/// All of them.
pub static ALL: [&Family; 25] = [
    &PROVIDER,
    &APPLICATION,
    &SCOPE_MAPPING,
    &KEY_PAIR,
    &FLOW,
    &FLOW_BINDING,
    &POLICY_BINDING,
    &EXPRESSION,
    &IDENTIFICATION,
    &EMAIL,
    &PROMPT_STAGE,
    &PROMPT,
    &USER_WRITE,
    &USER_LOGIN,
    &USER_LOGOUT,
    &DENY,
    &VALIDATE,
    &PASSWORD,
    &CONSENT,
    &TOTP_SETUP,
    &STATIC_SETUP,
    &WEBAUTHN_SETUP,
    &ROLE,
    &TOKEN,
    &BRAND,
];

/// The kinds of what a policy can be bound to.
pub const TARGETS: [&str; 3] = ["applications", "flows", "flowBindings"];

/// A refusal of an object as a whole: a field, or `non_field_errors`, and the text.
pub type Refusal = (&'static str, String);

/// One type of objects.
#[derive(Clone, Copy)]
pub struct Family {
    /// Where they are kept, which is the kind in `/_sim`. Stages of all types are one kind.
    pub kind: &'static str,
    /// Where they are below `/api/v3`.
    pub place: &'static str,
    /// The words of their permissions: `{app}.view_{model}`.
    pub app: &'static str,
    pub model: &'static str,
    /// What a 404 calls them.
    pub class: &'static str,
    /// The field that addresses one.
    pub key: &'static str,
    /// What people call one; empty where the API doesn't say it.
    pub title: &'static str,
    pub component: &'static str,
    /// Whether policies know them by another id than their own (section 9).
    pub has_pointer: bool,
    /// What is written and shown.
    pub fields: &'static [Field],
    /// Fields that no two objects of the kind have alike, and what is said of a second.
    pub unique: &'static [(&'static str, &'static str)],
    /// The query parameters that select; every other one is ignored (section 1).
    pub filters: &'static [&'static str],
    /// The order of a list that asks for none.
    pub order: &'static str,
    /// What must be true of the fields together.
    pub check: fn(&World, &Object) -> Result<(), Refusal>,
}

/// One field.
pub struct Field {
    pub name: &'static str,
    pub kind: FieldKind,
    pub standard: Standard,
}

/// What a field takes.
pub enum FieldKind {
    /// A text that may be empty.
    Text,
    /// A text that may not.
    Filled,
    Slug,
    Flag,
    Number,
    Decimal,
    Choice(&'static [&'static str]),
    /// A list of words; with `true` it may not be empty.
    Words(&'static [&'static str], bool),
    /// A text such as `hours=1;minutes=2`.
    Duration,
    Time,
    Object,
    RedirectUris,
    /// Python; the word stands in errors in place of a file's name.
    Code(&'static str),
    /// The id of an object of a kind.
    One(&'static str),
    Many(&'static str),
}

/// What a field holds when it isn't given.
pub enum Standard {
    /// It has to be given.
    Required,
    Null,
    Text(&'static str),
    Flag(bool),
    Number(i64),
    Decimal(f64),
    List(&'static [&'static str]),
    Object,
    Fresh(fn() -> String),
}

impl Family {
    pub fn model_name(&self) -> String {
        format!("{}.{}", self.app, self.model)
    }

    /// The field with the id.
    pub fn id(&self) -> &'static str {
        if self.kind == "brands" { "brand_uuid" } else { "pk" }
    }

    pub fn plural(&self) -> String {
        match self.title.strip_suffix("Policy") {
            Some(start) => format!("{start}Policies"),
            None => format!("{}s", self.title),
        }
    }

    /// Whether an object of the kind is of this family.
    pub fn has(&self, object: &Object) -> bool {
        self.title.is_empty() || object.get("meta_model_name").is_some_and(|name| *name == *self.model_name())
    }

    /// Whether an object of the family goes when what this field names goes. A provider stays without the flow that
    /// signs out.
    pub fn goes_with(&self, field: &Field) -> bool {
        let is_required = matches!(field.standard, Standard::Required) && field.name != "invalidation_flow";
        is_required || matches!(self.kind, "bindings" | "tokens")
    }

    /// Whether fields of that name can be set.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The family of an object of a kind.
pub fn of(kind: &str, object: &Object) -> Option<&'static Family> {
    ALL.into_iter().find(|family| family.kind == kind && family.has(object))
}

/// The only family of a kind.
pub fn only(kind: &str) -> Option<&'static Family> {
    let mut all = ALL.into_iter().filter(|family| family.kind == kind);
    all.next().filter(|_| all.next().is_none())
}

/// A family without anything particular.
const fn family(kind: &'static str, place: &'static str, app: &'static str, model: &'static str) -> Family {
    Family {
        kind,
        place,
        app,
        model,
        class: "",
        key: "pk",
        title: "",
        component: "",
        has_pointer: false,
        fields: &[],
        unique: &[],
        filters: &[],
        order: "name",
        check: |_, _| Ok(()),
    }
}

const fn field(name: &'static str, kind: FieldKind, standard: Standard) -> Field {
    Field { name, kind, standard }
}

const fn required(name: &'static str, kind: FieldKind) -> Field {
    field(name, kind, Standard::Required)
}

const fn text(name: &'static str, standard: &'static str) -> Field {
    field(name, FieldKind::Text, Standard::Text(standard))
}

const fn filled(name: &'static str, standard: &'static str) -> Field {
    field(name, FieldKind::Filled, Standard::Text(standard))
}

const fn flag(name: &'static str, standard: bool) -> Field {
    field(name, FieldKind::Flag, Standard::Flag(standard))
}

const fn number(name: &'static str, standard: i64) -> Field {
    field(name, FieldKind::Number, Standard::Number(standard))
}

const fn decimal(name: &'static str, standard: f64) -> Field {
    field(name, FieldKind::Decimal, Standard::Decimal(standard))
}

const fn choice(name: &'static str, words: &'static [&'static str], standard: &'static str) -> Field {
    field(name, FieldKind::Choice(words), Standard::Text(standard))
}

const fn words(
    name: &'static str,
    words: &'static [&'static str],
    standard: &'static [&'static str],
) -> Field {
    field(name, FieldKind::Words(words, false), Standard::List(standard))
}

const fn duration(name: &'static str, standard: &'static str) -> Field {
    field(name, FieldKind::Duration, Standard::Text(standard))
}

/// The id of another object, or null.
const fn one(name: &'static str, kind: &'static str) -> Field {
    field(name, FieldKind::One(kind), Standard::Null)
}

const fn many(name: &'static str, kind: &'static str) -> Field {
    field(name, FieldKind::Many(kind), Standard::List(&[]))
}

/// The name that no two have alike.
const NAME: Field = required("name", FieldKind::Filled);
const ENGINE_MODES: &[&str] = &["all", "any"];
