//! First passwords for those of an import to whom no link could go: made when somebody asks, given out once, in one
//! answer, and kept nowhere.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use access::{Granted, ManageMembers, people};
use audit::{Action, Chain, Entry};
use kernel::{ImportId, TenantId, Timestamp, UserId};
use members::{AppPasswordFate, Mailbox, Member, live_holder};
use secrecy::SecretString;
use serde_json::json;
use tracing::Instrument as _;

use super::run::of;
use super::store::{self, Handout, Unkeyed};
use crate::error::Error;
use crate::service::Joining;

/// The most that are made at a time: each takes a few calls, and somebody waits for them.
const AT_ONCE: usize = 100;

/// Somebody, and their first password.
#[derive(Debug)]
pub struct Issued {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
    /// The address of their mailbox.
    pub mailbox: Option<String>,
    /// The password; none where not every way in took it.
    pub password: Option<SecretString>,
}

/// What somebody who asked for first passwords is given.
#[derive(Debug)]
pub struct Handed {
    /// Who, and what was made for them.
    pub people: Vec<Issued>,
    /// How many still have none.
    pub remaining: u32,
}

#[cfg(test)]
mod tests {
    use kernel::Clock;

    use super::*;

    #[test]
    fn the_turn_at_an_import_is_one_s_and_ends_with_them() {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let (handing, tenant) = (Handing::default(), TenantId::new(&clock));
        let [one, other] = [ImportId::new(&clock), ImportId::new(&clock)];
        let turn = Turn::take(&handing, (tenant, one));
        assert!(turn.is_some() && Turn::take(&handing, (tenant, one)).is_none());
        assert!(Turn::take(&handing, (tenant, other)).is_some(), "another import has its own");
        drop(turn);
        assert!(Turn::take(&handing, (tenant, one)).is_some());
    }
}
