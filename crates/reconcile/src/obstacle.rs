//! What a step ran into, as data: pages say it in their reader's language, and what reacts to it reads a code.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use kernel::message::{ToValue, Value};
use kernel::{Explain, Message};
use serde::{Deserialize, Serialize, Serializer};

type Values = Vec<(Cow<'static, str>, Value)>;

/// What of an upstream's state forbids a step: a text of the catalogues, `blocked-...`, and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    code: Cow<'static, str>,
    values: Values,
}

impl Obstacle {
    /// That of a code, the key of its text.
    pub fn new(code: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), values: Vec::new() }
    }

    /// With a value.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl ToValue) -> Self {
        self.values.push((name.into(), value.to_value()));
        self
    }

    /// Its code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Explain for Obstacle {
    fn message(&self) -> Message {
        said(self.code.clone(), self.values.iter().cloned())
    }
}

/// For logs: the code and the values.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

fn said(
    key: impl Into<Cow<'static, str>>,
    values: impl Iterator<Item = (Cow<'static, str>, Value)>,
) -> Message {
    values.fold(Message::new(key), |message, (name, value)| message.with(name, value))
}

/// What the last attempt ran into. Its JSON is its English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepError {
    /// In English, for programs; of a failed call in the words of who failed it.
    pub said: String,
    /// The same as data; none of a failed call, nor of what a version stored that had sentences alone.
    pub obstacle: Option<Obstacle>,
}

impl StepError {
    /// That of two columns. A version that knew no obstacles writes the sentence alone, so one that is of another
    /// sentence is of a former attempt.
    pub fn read(said: Option<String>, obstacle: Option<&str>) -> Option<Self> {
        let said = said?;
        let kept = obstacle.and_then(|obstacle| serde_json::from_str::<Kept>(obstacle).ok());
        let kept = kept.filter(|kept| kept.english == said);
        let obstacle = kept.map(|kept| Obstacle { code: kept.code.into(), values: values(kept.values) });
        Some(Self { said, obstacle })
    }

    /// The sentence and the obstacle, each for its column.
    pub fn columns(error: Option<&Self>) -> (Option<String>, Option<String>) {
        let kept = |error: &Self| {
            let Obstacle { code, values } = error.obstacle.as_ref()?;
            let (code, english) = (code.to_string(), error.said.clone());
            serde_json::to_string(&Kept { code, values: kept_values(values), english }).ok()
        };
        (error.map(|error| error.said.clone()), error.and_then(kept))
    }

    /// True of the obstacle of a code.
    pub fn is(&self, code: &str) -> bool {
        self.obstacle.as_ref().is_some_and(|obstacle| obstacle.code == code)
    }
}

impl Explain for StepError {
    fn message(&self) -> Message {
        match &self.obstacle {
            Some(obstacle) => obstacle.message().or_english(&self.said),
            None => Message::Quoted(self.said.clone()),
        }
    }
}

/// For logs.
impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl Serialize for StepError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.said)
    }
}

/// An obstacle as it is stored.
#[derive(Serialize, Deserialize)]
struct Kept {
    code: String,
    #[serde(default)]
    values: BTreeMap<String, KeptValue>,
    /// The sentence that it stands for.
    english: String,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum KeptValue {
    Count(i64),
    Text(String),
    List(Vec<KeptValue>),
    Message {
        code: String,
        #[serde(default)]
        values: BTreeMap<String, KeptValue>,
    },
}

fn kept_values(values: &[(Cow<'static, str>, Value)]) -> BTreeMap<String, KeptValue> {
    values.iter().map(|(name, value)| (name.to_string(), KeptValue::of(value))).collect()
}

fn values(kept: BTreeMap<String, KeptValue>) -> Values {
    kept.into_iter().map(|(name, value)| (name.into(), value.read())).collect()
}

impl KeptValue {
    fn of(value: &Value) -> Self {
        match value {
            Value::Text(text) | Value::Message(Message::Quoted(text)) => Self::Text(text.clone()),
            Value::Count(count) => Self::Count(*count),
            Value::List(all) => Self::List(all.iter().map(Self::of).collect()),
            Value::Message(Message::Text { key, values, .. }) => {
                Self::Message { code: key.to_string(), values: kept_values(values) }
            }
            Value::Message(Message::Stored(message, _)) => Self::of(&Value::Message((**message).clone())),
        }
    }

    fn read(self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Count(count) => Value::Count(count),
            Self::List(all) => Value::List(all.into_iter().map(Self::read).collect()),
            Self::Message { code, values: kept } => Value::Message(said(code, values(kept).into_iter())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error() -> StepError {
        let alias = Message::new("blocked-used-alias").with("address", "a@other.test");
        let users = Value::List(vec![Value::Text("b@acme.test".to_owned()), Value::Message(alias)]);
        let obstacle = Obstacle::new("blocked-used").with("most", 3_u64).with("users", users);
        StepError { said: "It's still used.".to_owned(), obstacle: Some(obstacle) }
    }

    #[test]
    fn an_obstacle_is_read_as_it_was_stored() {
        let (said, obstacle) = StepError::columns(Some(&error()));
        assert_eq!(StepError::read(said, obstacle.as_deref()), Some(error()));
        assert_eq!(StepError::columns(None), (None, None));
    }

    #[test]
    fn a_sentence_that_stands_alone_or_was_written_since_is_shown_as_it_is() {
        let (_, obstacle) = StepError::columns(Some(&error()));
        for stored in [None, obstacle.as_deref(), Some("{\"code\": 1}"), Some("no JSON")] {
            let read = StepError::read(Some("oCIS can't be reached".to_owned()), stored).unwrap();
            assert_eq!(read.message(), Message::Quoted("oCIS can't be reached".to_owned()), "{stored:?}");
        }
        assert_eq!(StepError::read(None, obstacle.as_deref()), None);
    }

    #[test]
    fn logs_and_json_show_the_key_and_the_english() {
        let logged =
            "blocked-used (most: 3, users: [b@acme.test][blocked-used-alias (address: a@other.test)])";
        assert_eq!(error().to_string(), logged);
        assert_eq!(serde_json::json!(error()), "It's still used.");
    }
}
