//! What upstreams have of Dezky's that this database doesn't have, without noting it: scans rest while a restored
//! database is held, and it is then that somebody must know.

use std::collections::{BTreeMap, BTreeSet};

use db::Error;
use futures_util::{StreamExt as _, stream};

use super::scan::unclaimed;
use super::{Difference, Subject, masks};
use crate::any_kind::AnyKind;
use crate::engine::Reconciler;
use crate::kind::{Problem, upstream_of};
use crate::obstacle::StepError;

/// What bears the mark of something that this database doesn't have, such as of what was made after the backup that was
/// restored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strays {
    /// The objects that nobody accepted, kind by kind.
    pub found: Vec<Subject>,
    /// The upstreams that can't be read in full, and why.
    pub unread: BTreeMap<&'static str, StepError>,
}

impl Reconciler {
    /// Looks for it in all that the upstreams list.
    pub async fn strays(&self) -> Result<Strays, Error> {
        let (_, _, kinds) = self.parts();
        let (mut all, mut down) = (Strays::default(), BTreeSet::new());
        for kind in kinds.values().filter_map(|registered| registered.kind.as_ref().ok()) {
            let upstream = upstream_of(kind.name());
            // What isn't answering is waited for once.
            if down.contains(upstream) {
                continue;
            }
            match self.strays_of(kind.as_ref()).await? {
                Ok(found) => all.found.extend(found),
                Err(problem) => {
                    if problem.is_outage() {
                        down.insert(upstream);
                    }
                    all.unread.entry(upstream).or_insert_with(|| self.said(&problem));
                }
            }
        }
        Ok(all)
    }

    async fn strays_of(&self, kind: &dyn AnyKind) -> Result<Result<Vec<Subject>, Problem>, Error> {
        let (db, clock, _) = self.parts();
        let listed = match kind.list().await {
            Ok(listed) => listed,
            Err(problem) => return Ok(Err(problem)),
        };
        let resources = crate::store::of_kind(db.read(), kind.name()).await?;
        let masks = masks::of_kind(db.read(), clock.now(), kind.name()).await?;
        let known: BTreeSet<&str> = resources.iter().map(|resource| resource.id.as_str()).collect();
        let is_accepted =
            |id: &str| masks.get(id).is_some_and(|masks| masks.of_whole(Difference::Orphan).is_some());
        let is_stray = |mark: &str| !known.contains(mark);
        let strays: Vec<_> = listed
            .into_iter()
            .filter(|one| one.actual.mark.as_deref().is_some_and(is_stray))
            .filter(|one| !is_accepted(&one.actual.upstream_id))
            .map(|one| unclaimed(kind, &resources, one))
            .collect();
        let read = stream::iter(strays).buffered(self.settings().at_a_time).collect::<Vec<_>>().await;
        let found: Result<Vec<_>, Problem> = read.into_iter().collect();
        Ok(found.map(|found| found.into_iter().flatten().map(|found| found.subject).collect()))
    }
}
