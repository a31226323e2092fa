//! What must be there, as data. The same entries are compared with a server, made in it, and written as a blueprint, so
//! no rule stands here twice.

use kernel::Message;
use serde_json::Value;

use crate::model::Model;

/// One object that must be there.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name by which other entries refer to it, and the end of the key of its words, `bootstrap-<id>`.
    pub id: &'static str,
    /// The key of the text that says what doesn't work without it.
    pub why: &'static str,
    /// What it is.
    pub model: Model,
    /// By what it is found; no two objects have the same.
    pub identifiers: Vec<(&'static str, Want)>,
    /// How it must be besides.
    pub attributes: Vec<Attribute>,
    /// What tells that an object of this name is somebody else's.
    pub guards: Vec<Guard>,
    /// Entries that must be there before, though no field names them.
    pub after: Vec<&'static str>,
}

/// How a field must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The field.
    pub field: &'static str,
    /// What is wanted in it.
    pub want: Want,
    /// How far what is there may differ.
    pub rule: Rule,
}

/// How far a field may differ from what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Not at all; a list may have another order.
    Exactly,
    /// A list may have more.
    AtLeast,
    /// Whatever is set stays. Where that is something else, the text of this key says what it means, if anything.
    UnlessSet(Option<&'static str>),
    /// It is set when the object is made, and never looked at again.
    AtCreation,
}

/// A field that must be so, or the object isn't ours and is left alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// The field.
    pub field: &'static str,
    /// What it has in ours.
    pub want: Want,
    /// How far it may differ from that.
    pub told: Told,
    /// The key of the text that says whose it is.
    pub why: &'static str,
    /// Whether the object is used, and mended, all the same. It is only said then.
    pub is_usable: bool,
}

/// How a field tells that an object is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It has just this.
    Exactly,
    /// It has this or nothing.
    OrUnset,
    /// It is a list that has nothing beside this; it may have less.
    Within,
}

/// A value that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// Just this.
    Plain(Value),
    /// A setting, and what follows it.
    Text(Setting, &'static str),
    /// The id of another object.
    Ref(Ref),
    /// Several.
    List(Vec<Want>),
    /// Several, with names.
    Object(Vec<(&'static str, Want)>),
}

/// Another object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ref {
    /// That of the entry with this id.
    Of(&'static str),
    /// One that the server has by itself, with this value in a field.
    Found(Model, &'static str, &'static str),
}

/// What differs from one installation to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// The address of the portal.
    Portal,
    /// The address of the operator console.
    Operator,
    /// The address of the file service.
    Files,
    /// The OIDC client of the file service.
    FilesClient,
    /// The group whose members run the platform.
    AdminGroup,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Portal, Self::Operator, Self::Files, Self::FilesClient, Self::AdminGroup];

    /// Its name in the context of a blueprint, and what stands there until somebody changes it.
    pub fn in_context(self) -> (&'static str, &'static str) {
        match self {
            Self::Portal => ("portal_url", "https://portal.example.com"),
            Self::Operator => ("operator_url", "https://operator.example.com"),
            Self::Files => ("files_url", "https://files.example.com"),
            Self::FilesClient => ("files_client", "dezky-files"),
            Self::AdminGroup => ("admin_group", "dezky-platform-admins"),
        }
    }
}

/// The settings of an installation. Addresses have no path and no final slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address of the portal, where it is served.
    pub portal: Option<String>,
    /// The address of the operator console, where it is served.
    pub operator: Option<String>,
    /// The address of the file service, where there is one.
    pub files: Option<String>,
    /// The OIDC client of the file service.
    pub files_client: String,
    /// The group whose members run the platform.
    pub admin_group: String,
}

impl Settings {
    /// Those of the documentation, with which blueprints are written.
    pub fn example() -> Self {
        let example = |setting: Setting| setting.in_context().1.to_owned();
        Self {
            portal: Some(example(Setting::Portal)),
            operator: Some(example(Setting::Operator)),
            files: Some(example(Setting::Files)),
            files_client: example(Setting::FilesClient),
            admin_group: example(Setting::AdminGroup),
        }
    }

    /// The value of one. No entry asks for the address of what isn't there.
    pub fn get(&self, setting: Setting) -> &str {
        let address = match setting {
            Setting::Portal => &self.portal,
            Setting::Operator => &self.operator,
            Setting::Files => &self.files,
            Setting::FilesClient => return &self.files_client,
            Setting::AdminGroup => return &self.admin_group,
        };
        address.as_deref().unwrap_or_default()
    }

    /// What a value is called by people: an object by its name, never by its id.
    pub fn describe(&self, want: &Want, entries: &[Entry]) -> String {
        match want {
            Want::Plain(Value::String(text)) => text.clone(),
            Want::Plain(value) => value.to_string(),
            Want::Text(setting, rest) => format!("{}{rest}", self.get(*setting)),
            Want::Ref(Ref::Found(_, _, value)) => (*value).to_owned(),
            Want::Ref(Ref::Of(id)) => {
                let entry = entries.iter().find(|entry| entry.id == *id);
                entry.map_or_else(|| (*id).to_owned(), |entry| self.name_of(entry, entries))
            }
            Want::List(all) => {
                let all: Vec<String> = all.iter().map(|one| self.describe(one, entries)).collect();
                all.join(", ")
            }
            Want::Object(fields) => {
                let url = fields.iter().find(|(name, _)| *name == "url");
                url.map_or_else(String::new, |(_, url)| self.describe(url, entries))
            }
        }
    }

    /// The name by which an entry is found.
    pub fn name_of(&self, entry: &Entry, entries: &[Entry]) -> String {
        entry.identifiers.last().map_or_else(String::new, |(_, want)| self.describe(want, entries))
    }

    /// What an entry is called, in the reader's words.
    pub fn message(&self, entry: &Entry, entries: &[Entry]) -> Message {
        Message::new(format!("bootstrap-{}", entry.id)).with("name", self.name_of(entry, entries))
    }
}

impl Entry {
    /// An entry that is found by one field.
    pub fn new(id: &'static str, why: &'static str, model: Model, field: &'static str, want: Want) -> Self {
        Self::by(id, why, model, vec![(field, want)])
    }

    /// One that stands between two objects.
    pub fn between(
        id: &'static str,
        why: &'static str,
        model: Model,
        ends: [(&'static str, &'static str); 2],
    ) -> Self {
        Self::by(id, why, model, ends.map(|(field, of)| (field, Want::Ref(Ref::Of(of)))).to_vec())
    }

    fn by(id: &'static str, why: &'static str, model: Model, identifiers: Vec<(&'static str, Want)>) -> Self {
        Self { id, why, model, identifiers, attributes: Vec::new(), guards: Vec::new(), after: Vec::new() }
    }

    /// With a field that must be just so.
    pub fn exactly(self, field: &'static str, want: impl Into<Want>) -> Self {
        self.with(field, want.into(), Rule::Exactly)
    }

    /// With a list that must have at least this.
    pub fn at_least(self, field: &'static str, want: Vec<Want>) -> Self {
        self.with(field, Want::List(want), Rule::AtLeast)
    }

    /// With a field that is set when it is made.
    pub fn at_first(self, field: &'static str, want: impl Into<Want>) -> Self {
        self.with(field, want.into(), Rule::AtCreation)
    }

    /// With a field under a rule.
    pub fn with(mut self, field: &'static str, want: Want, rule: Rule) -> Self {
        self.attributes.push(Attribute { field, want, rule });
        self
    }

    /// With what tells that it is somebody else's.
    pub fn unless(mut self, guard: Guard) -> Self {
        self.guards.push(guard);
        self
    }

    /// Once another is there.
    pub fn once(mut self, id: &'static str) -> Self {
        self.after.push(id);
        self
    }

    /// Whether an object of this name may be used although it isn't ours.
    pub fn may_be_others(&self) -> bool {
        self.guards.iter().all(|guard| guard.is_usable)
    }

    /// True when every field must be just so, and nothing of anybody else's can be in it.
    pub fn is_wholly_ours(&self) -> bool {
        !self.attributes.is_empty() && self.attributes.iter().all(|one| one.rule == Rule::Exactly)
    }
}

impl From<&str> for Want {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

impl From<bool> for Want {
    fn from(flag: bool) -> Self {
        Self::Plain(flag.into())
    }
}

impl From<i64> for Want {
    fn from(number: i64) -> Self {
        Self::Plain(number.into())
    }
}

impl From<Ref> for Want {
    fn from(of: Ref) -> Self {
        Self::Ref(of)
    }
}

impl From<Setting> for Want {
    fn from(setting: Setting) -> Self {
        Self::Text(setting, "")
    }
}

impl From<&[&str]> for Want {
    fn from(texts: &[&str]) -> Self {
        Self::List(texts.iter().copied().map(Self::from).collect())
    }
}
