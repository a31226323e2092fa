//! The version of an object that a change was made from.

/// Which versions a caller takes an object to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// They did not say.
    Any,
    /// One of these; with none, no version fits.
    OneOf(Vec<i64>),
}

impl Expected {
    /// True when nobody changed the object since the caller read it.
    pub fn fits(&self, present: i64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&present),
        }
    }
}

impl From<Option<i64>> for Expected {
    fn from(version: Option<i64>) -> Self {
        version.map_or(Self::Any, |version| Self::OneOf(vec![version]))
    }
}
