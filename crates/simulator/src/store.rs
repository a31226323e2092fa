//! The state of a simulator: in memory, with the version before the last change (for stale reads), and on disk
//! when it has a file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Notify;

/// What a simulator remembers.
pub trait State: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The inventory: `{"<kind>": [{"id", ...}]}`.
    fn inventory(&self) -> Value;
    /// Merges `fields` into an object, or makes it. The error is a sentence.
    fn put(&mut self, kind: &str, id: &str, fields: &Value) -> Result<(), String>;
    /// Removes an object; false when there is none.
    fn remove(&mut self, kind: &str, id: &str) -> bool;
}

/// A state that takes longer to copy is large, and is not copied before each of many changes.
const LARGE: Duration = Duration::from_micros(250);

struct Versions<S> {
    now: S,
    before: S,
    copied_at: Instant,
    copying_took: Duration,
}

impl<S: Clone> Versions<S> {
    /// Keeps the state as it is before a change. A large one is copied so seldom that it costs little.
    fn keep(&mut self) {
        if self.copying_took > LARGE && self.copied_at.elapsed() < self.copying_took * 20 {
            return;
        }
        let began = Instant::now();
        self.before = self.now.clone();
        (self.copied_at, self.copying_took) = (Instant::now(), began.elapsed());
    }
}

/// The state behind its lock. Clones share it.
pub struct Store<S> {
    versions: Arc<RwLock<Versions<S>>>,
    changed: Arc<Notify>,
    file: Option<Arc<PathBuf>>,
}

impl<S> Clone for Store<S> {
    fn clone(&self) -> Self {
        Self { versions: self.versions.clone(), changed: self.changed.clone(), file: self.file.clone() }
    }
}

impl<S: State> Store<S> {
    /// A store of its own in memory.
    pub fn in_memory(state: S) -> Self {
        Self::with(state, None)
    }

    /// A store kept in `file`; `first` makes the state when there is no file yet or it can't be read.
    pub fn in_file(file: &Path, first: impl FnOnce() -> S) -> Self {
        let kept = std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self::with(kept.unwrap_or_else(first), Some(Arc::new(file.to_owned())))
    }

    fn with(state: S, file: Option<Arc<PathBuf>>) -> Self {
        let versions = Versions {
            before: state.clone(),
            now: state,
            copied_at: Instant::now(),
            copying_took: Duration::ZERO,
        };
        Self { versions: Arc::new(RwLock::new(versions)), changed: Arc::new(Notify::new()), file }
    }

    /// Looks at the present state.
    pub fn read<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(&self.versions.read().unwrap_or_else(PoisonError::into_inner).now)
    }

    /// Looks at the state as it was before the last change; if it is large, perhaps as it was a few changes earlier.
    pub fn read_stale<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(&self.versions.read().unwrap_or_else(PoisonError::into_inner).before)
    }

    /// Changes the state.
    pub fn write<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let mut versions = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        versions.keep();
        let result = change(&mut versions.now);
        drop(versions);
        self.changed.notify_one();
        result
    }

    /// Writes the file whenever the state has changed, for as long as it is polled. Changes that come while it
    /// writes, and a moment after, are written together.
    pub async fn keep(&self) {
        let Some(file) = self.file.clone() else {
            return std::future::pending().await;
        };
        loop {
            let began = Instant::now();
            self.save(&file);
            // The whole state is written each time; a large one must leave time for requests.
            tokio::time::sleep(began.elapsed() * 20).await;
            self.changed.notified().await;
        }
    }

    /// Writes the file now, if there is one.
    pub fn save_now(&self) {
        if let Some(file) = &self.file {
            self.save(file);
        }
    }

    fn save(&self, file: &Path) {
        let partial = file.with_extension("partial");
        let written = self
            .read(|state| serde_json::to_vec(state))
            .map_err(std::io::Error::from)
            .and_then(|bytes| std::fs::write(&partial, bytes))
            .and_then(|()| std::fs::rename(&partial, file));
        if let Err(error) = written {
            tracing::warn!(%error, file = %file.display(), "the simulator's state was not written");
        }
    }
}
