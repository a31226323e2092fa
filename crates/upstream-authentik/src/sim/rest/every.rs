//! `/stages/all/` and `/policies/all/`: stages and policies of every type (section 9).

use axum::extract::{Path, Query, State};

use super::lists::{Parameters, page};
use super::objects::is_searched;
use super::show::brief;
use super::{Answer, Problem, Shared, no_content, ok};
use crate::sim::world::World;

/// What is listed.
#[derive(Clone, Copy)]
pub struct Every {
    pub kind: &'static str,
    /// What a 404 calls one.
    pub class: &'static str,
}

pub const STAGES: Every = Every { kind: "stages", class: "Stage" };
pub const POLICIES: Every = Every { kind: "policies", class: "Policy" };

impl Every {
    pub fn list(self, State(store): Shared, Query(query): Query<Parameters>) -> Answer {
        let rows = store.read(|world| {
            let found = world.objects.of(self.kind).filter(|object| is_searched(object, &query));
            found.map(|object| brief(world, object)).collect()
        });
        page(&query, rows, &["name"])
    }

    pub fn show(self, State(store): Shared, Path(id): Path<String>) -> Answer {
        store.read(|world| {
            let object = world.objects.get(self.kind, &id).ok_or_else(|| Problem::no_such(self.class))?;
            Ok(ok(brief(world, object)))
        })
    }

    pub fn delete(self, State(store): Shared, Path(id): Path<String>) -> Answer {
        let is_removed = store.write(|world: &mut World| world.remove_object(self.kind, &id));
        if is_removed { Ok(no_content()) } else { Err(Problem::no_such(self.class)) }
    }
}
