//! Lists of members: what of them is asked for, in which order, and with what the upstreams say of each. A filter on what
//! only an upstream knows leaves out whoever it is unknown of, and says how many those are.

use access::{Granted, ManageMembers};
use kernel::Cursor;
use kernel::cursor::Page;
use memberships::{Error, Member, MemberFilter, Order, rows};
use people::{Known, Why, patience};

use crate::reads::{Details, mailbox_state, steps};
use crate::service::Members;

/// Members that are looked through at a time.
const READ: u64 = 200;

/// Whether somebody has a second factor, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// They have one.
    On,
    /// They have none.
    Off,
    /// Nobody can say.
    Unknown,
}

impl SecondFactor {
    /// The words in addresses.
    pub const WORDS: [&'static str; 3] = ["on", "off", "unknown"];

    /// By its word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "on" => Some(Self::On),
            "off" => Some(Self::Off),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Unknown => "unknown",
        }
    }

    /// What is known of a person.
    pub fn of(known: Known<bool>) -> Self {
        match known {
            Ok(true) => Self::On,
            Ok(false) => Self::Off,
            Err(_) => Self::Unknown,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the rows say.
    pub filter: MemberFilter,
    /// What the identity provider says.
    pub second_factor: Option<SecondFactor>,
    pub order: Order,
}

/// A page of a list.
#[derive(Debug)]
pub struct Listed {
    /// The members.
    pub page: Page<Details>,
    /// How many there are, where that is more than the page has and is known.
    pub all: Option<u64>,
    /// How many were looked at and left out, since it is not known whether they are meant.
    pub unknown: usize,
    /// Why that is, where it is the same for all of them.
    pub why: Option<Why>,
}

/// How many have a second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Have one.
    pub on: usize,
    /// Have none.
    pub off: usize,
    /// Nobody can say.
    pub unknown: usize,
    /// Why that is, where it is the same for all.
    pub why: Option<Why>,
}

impl Members {
    /// A page of the members of a tenant, each with what they have upstream.
    pub async fn page(
        &self,
        by: &Granted<ManageMembers>,
        wanted: &Wanted,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Listed, Error> {
        let Some(meant) = wanted.second_factor else {
            let page = self.batch(by, wanted, after, limit, patience()).await?;
            let all = if page.is_part(after) {
                Some(rows::count(self.platform.db.read(), by.tenant(), &wanted.filter).await?)
            } else {
                None
            };
            return Ok(Listed { page, all, unknown: 0, why: None });
        };
        // All that is waited for is waited for once, however many are looked through.
        let until = patience();
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut found, mut from, mut unknown, mut why) = (Vec::new(), after.cloned(), 0, None);
        loop {
            let batch = self.batch(by, wanted, from.as_ref(), READ, until).await?;
            for details in batch.items {
                let known = details.live.second_factor;
                if SecondFactor::of(known) == meant {
                    found.push(details);
                } else if let Err(reason) = known {
                    unknown += 1;
                    why = why.or(Some(reason).filter(|reason| reason.is_of_upstream()));
                }
            }
            from = batch.next;
            if found.len() > most || from.is_none() {
                break;
            }
        }
        let key = |details: &Details| rows::key(wanted.order, &details.member);
        Ok(Listed { page: Page::from_overfull(found, most, key), all: None, unknown, why })
    }

    /// How many members of a tenant have a second factor.
    pub async fn tally(&self, by: &Granted<ManageMembers>) -> Result<Tally, Error> {
        let (wanted, until) = (Wanted::default(), patience());
        let (mut tally, mut from) = (Tally::default(), None);
        loop {
            let batch = self.batch(by, &wanted, from.as_ref(), READ, until).await?;
            for details in batch.items {
                match details.live.second_factor {
                    Ok(true) => tally.on += 1,
                    Ok(false) => tally.off += 1,
                    Err(why) => {
                        tally.unknown += 1;
                        tally.why = tally.why.or(Some(why).filter(|why| why.is_of_upstream()));
                    }
                }
            }
            from = batch.next;
            if from.is_none() {
                return Ok(tally);
            }
        }
    }

    async fn batch(
        &self,
        by: &Granted<ManageMembers>,
        wanted: &Wanted,
        after: Option<&Cursor>,
        limit: u64,
        until: tokio::time::Instant,
    ) -> Result<Page<Details>, Error> {
        let db = self.platform.db.read();
        let page = rows::page(db, by.tenant(), &wanted.filter, wanted.order, after, limit).await?;
        let page = page.ok_or_else(other_order)?;
        let owners = |member: &Member| [member.user.to_string(), member.id.to_string()];
        let owners: Vec<String> = page.items.iter().flat_map(owners).collect();
        let resources = reconcile::of_owners(db, &owners).await?;
        let live = self.people.live_of(by.tenant(), &page.items, &resources, until).await?;
        let mut live = live.into_iter();
        let details = |member: Member| {
            let live = live.next()?;
            let mailbox = mailbox_state(&member, &resources);
            let steps = steps(&member, &resources);
            Some(Details { steps, member, sign_out: None, mailbox, is_invited: false, live })
        };
        Ok(Page { items: page.items.into_iter().filter_map(details).collect(), next: page.next })
    }
}

fn other_order() -> Error {
    Error::Invalid(vec![kernel::FieldError::of("cursor", "invalid", "member-cursor-of-other-order")])
}
