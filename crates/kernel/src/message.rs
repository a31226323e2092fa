//! Texts that aren't in anybody's language yet: the key of a catalogue and the values that go into it. Who shows one has
//! the words for it; logs show the key.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use crate::input::sentence;
use crate::{DomainName, EmailAddress, Slug};

/// A text to be said in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A text of the catalogues.
    Text {
        /// Its key.
        key: Cow<'static, str>,
        /// Which part of it; where the text has no such part, its value.
        part: Part,
        /// What goes into it, by name.
        values: Vec<(Cow<'static, str>, Value)>,
    },
    /// A text that was stored, with what it was in English: another version may have written it, whose texts this one
    /// lacks.
    Stored(Box<Message>, String),
    /// What somebody else said, in their words: an upstream, a parser.
    Quoted(String),
}

/// A part of a text in a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What happened.
    Value,
    /// What is wrong with a field, said beside it.
    Field,
}

/// A value that goes into a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A count; plural rules follow it.
    Count(i64),
    /// Another text.
    Message(Message),
    /// Some of these, as a list in a sentence.
    List(Vec<Value>),
}

impl Message {
    /// The text of a key.
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self::Text { key: key.into(), part: Part::Value, values: Vec::new() }
    }

    /// What somebody else said, as a sentence.
    pub fn quoted(said: &str) -> Self {
        Self::Quoted(sentence(said))
    }

    /// With a value.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl ToValue) -> Self {
        if let Self::Text { values, .. } = &mut self {
            values.push((name.into(), value.to_value()));
        }
        self
    }

    /// With what it was in English when it was stored.
    pub fn or_english(self, said: &str) -> Self {
        Self::Stored(Box::new(self), said.to_owned())
    }

    /// The same beside the field at fault.
    pub fn of_field(mut self) -> Self {
        if let Self::Text { part, .. } = &mut self {
            *part = Part::Field;
        }
        self
    }

    /// The key; none of what somebody else said.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Text { key, .. } => Some(key),
            Self::Stored(message, _) => message.key(),
            Self::Quoted(_) => None,
        }
    }
}

/// For logs.
impl Display for Message {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (key, values) = match self {
            Self::Quoted(said) => return f.write_str(said),
            Self::Stored(message, _) => return message.fmt(f),
            Self::Text { key, values, .. } => (key, values),
        };
        f.write_str(key)?;
        for (at, (name, value)) in values.iter().enumerate() {
            write!(f, "{}{name}: {value}", if at == 0 { " (" } else { ", " })?;
        }
        if values.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Count(count) => count.fmt(f),
            Self::Message(message) => message.fmt(f),
            Self::List(all) => all.iter().try_for_each(|one| write!(f, "[{one}]")),
        }
    }
}

/// What can go into a text.
pub trait ToValue {
    /// As a value.
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl ToValue for Message {
    fn to_value(&self) -> Value {
        Value::Message(self.clone())
    }
}

impl<T: ToValue> ToValue for [T] {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(ToValue::to_value).collect())
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

macro_rules! counts {
    ($($count:ty),*) => {$(
        impl ToValue for $count {
            fn to_value(&self) -> Value {
                Value::Count(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )*};
}

counts!(i64, u32, u64, usize);

macro_rules! shown {
    ($($shown:ty),*) => {$(
        impl ToValue for $shown {
            fn to_value(&self) -> Value {
                Value::Text(self.to_string())
            }
        }
    )*};
}

shown!(EmailAddress, DomainName, Slug);

/// What can be said to a person.
pub trait Explain {
    /// What happened, as a text of the catalogues.
    fn message(&self) -> Message;
}

impl Explain for Message {
    fn message(&self) -> Message {
        self.clone()
    }
}
