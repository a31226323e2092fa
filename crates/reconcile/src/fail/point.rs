//! The points, and the one at which to die.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::store::Resource;

/// The end of one part of a step: what stands before it is done, what comes after it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// The lease is taken.
    Claimed,
    /// The object was looked for.
    Found,
    /// The intent to create is committed; the call is not made.
    CreateIntended,
    /// The call to create was answered; nobody knows of it.
    CreateCalled,
    /// The new object was read back.
    CreateRead,
    /// The lease is renewed for a change; the call is not made.
    UpdateLeased,
    /// The call to change was answered.
    UpdateCalled,
    /// The change was read back.
    UpdateRead,
    /// The destruction is counted; the call is not made.
    DeleteCounted,
    /// The call to destroy was answered.
    DeleteCalled,
    /// It was looked that the object is gone.
    DeleteRead,
    /// The result is written and not committed.
    RecordWritten,
    /// The result is committed.
    RecordCommitted,
}

impl Point {
    /// All of them, in the order of a step.
    pub const ALL: [Self; 13] = [
        Self::Claimed,
        Self::Found,
        Self::CreateIntended,
        Self::CreateCalled,
        Self::CreateRead,
        Self::UpdateLeased,
        Self::UpdateCalled,
        Self::UpdateRead,
        Self::DeleteCounted,
        Self::DeleteCalled,
        Self::DeleteRead,
        Self::RecordWritten,
        Self::RecordCommitted,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Found => "found",
            Self::CreateIntended => "create.intended",
            Self::CreateCalled => "create.called",
            Self::CreateRead => "create.read",
            Self::UpdateLeased => "update.leased",
            Self::UpdateCalled => "update.called",
            Self::UpdateRead => "update.read",
            Self::DeleteCounted => "delete.counted",
            Self::DeleteCalled => "delete.called",
            Self::DeleteRead => "delete.read",
            Self::RecordWritten => "record.written",
            Self::RecordCommitted => "record.committed",
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where to die, and how.
#[derive(Clone)]
pub struct FailPoint {
    kind: String,
    name: Option<String>,
    at: Point,
    /// How often the point must still be reached, the last time included.
    left: Arc<AtomicU32>,
    die: Arc<dyn Fn(&str) + Send + Sync>,
}

impl fmt::Debug for FailPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = (&self.kind, self.name.as_deref().unwrap_or("*"));
        write!(f, "{kind}/{name}:{}", self.at)
    }
}

impl FailPoint {
    /// Reads `<kind>[/<name>]:<point>[:<nth>]=kill`, as in `ocis.drive/acme:create.called:1=kill`. The error is a
    /// sentence. `die` is called with what was reached, and does not return.
    pub fn read(text: &str, die: impl Fn(&str) + Send + Sync + 'static) -> Result<Self, String> {
        let wanted = || format!("“{text}” isn't <kind>[/<name>]:<point>[:<nth>]=kill");
        let parts = text.strip_suffix("=kill").ok_or_else(wanted)?;
        let mut parts = parts.splitn(3, ':');
        let (object, point) = (parts.next().unwrap_or_default(), parts.next().ok_or_else(wanted)?);
        let nth = parts.next().map_or(Ok(1), str::parse).map_err(|_| wanted())?;
        let (kind, name) = object.split_once('/').map_or((object, None), |(kind, name)| (kind, Some(name)));
        let at = Point::ALL.into_iter().find(|known| known.as_str() == point);
        Ok(Self {
            kind: kind.to_owned(),
            name: name.map(str::to_owned),
            at: at.ok_or_else(|| format!("there's no point “{point}”"))?,
            left: Arc::new(AtomicU32::new(nth)),
            die: Arc::new(die),
        })
    }

    /// Dies when this is the place and the time.
    pub(crate) fn reach(&self, point: Point, resource: &Resource) {
        let is_here = self.at == point
            && self.kind == resource.kind
            && self.name.as_ref().is_none_or(|name| *name == resource.name);
        if is_here && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            (self.die)(&format!("{}/{}:{point}", resource.kind, resource.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_with_its_kind_and_name_or_refused_in_words() {
        let read = |text| FailPoint::read(text, |_| ()).map(|point| format!("{point:?}"));
        assert_eq!(read("a.b:found=kill").unwrap(), "a.b/*:found");
        assert_eq!(read("a.b/c.d:create.called:2=kill").unwrap(), "a.b/c.d:create.called");
        for wrong in ["", "a.b", "a.b:found", "a.b:found:x=kill", "a.b=kill"] {
            assert!(read(wrong).unwrap_err().contains("<kind>"), "{wrong}");
        }
        assert!(read("a.b:nowhere=kill").unwrap_err().contains("nowhere"));
    }
}
