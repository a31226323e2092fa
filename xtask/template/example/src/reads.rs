//! What is shown of examples.

use std::collections::BTreeMap;

use access::{Granted, ManageGroups};
use kernel::Cursor;
use kernel::cursor::Page;
use reconcile::Status;

use crate::error::Error;
use crate::model::{Example, name_key};
use crate::service::Examples;
use crate::store;

/// One of a list, with its state.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The row.
    pub example: Example,
    /// What is under way or fails, if anything.
    pub undone: Option<Status>,
}

impl Summary {
    /// Where it stands in the list.
    fn key(&self) -> Vec<String> {
        vec![name_key(&self.example.name), self.example.id.to_string()]
    }
}

impl Examples {
    /// A page of the examples of a tenant, by name.
    pub async fn page(
        &self,
        by: &Granted<ManageGroups>,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<Summary>, Error> {
        let db = self.platform.db.read();
        let examples = store::of_tenant(db, by.tenant()).await?;
        let owners: Vec<String> = examples.iter().map(|example| example.id.to_string()).collect();
        let undone: BTreeMap<String, Status> = reconcile::undone(db, &owners).await?.into_iter().collect();
        let state = |example: &Example| undone.get(&example.id.to_string()).copied();
        let mut all: Vec<Summary> =
            examples.into_iter().map(|example| Summary { undone: state(&example), example }).collect();
        all.sort_by_cached_key(Summary::key);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_after = |summary: &Summary| after.is_none_or(|after| summary.key() > after.0);
        let rest = all.into_iter().filter(is_after).take(limit.saturating_add(1)).collect();
        Ok(Page::from_overfull(rest, limit, Summary::key))
    }

    /// One with its state.
    pub async fn summary(&self, example: Example) -> Result<Summary, Error> {
        let undone = reconcile::undone(self.platform.db.read(), &[example.id.to_string()]).await?;
        Ok(Summary { undone: undone.first().map(|(_, status)| *status), example })
    }
}
