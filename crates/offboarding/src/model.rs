//! What an offboarding is: which ways in were looked at, how each was found, and when there is nothing left to shut. No I/O.

use kernel::{OffboardingId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::hand_over::Handed;

/// How it is known how a way in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Somebody went through it, or could not.
    Tried,
    /// Its upstream said so.
    Read,
}

impl How {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tried => "tried",
            Self::Read => "read",
        }
    }
}

/// How a way in is. Of several that are told as one, the last in this order is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessState {
    /// Nobody gets through.
    Refused,
    /// It stays open on purpose: the person works elsewhere too, and it is the same way in there.
    Elsewhere,
    /// It is the person's own: Dezky did not make it, and leaves it alone [A16].
    Own,
    /// Nobody could say.
    Unknown,
    /// Somebody would.
    Open,
}

impl AccessState {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Open => "open",
            Self::Elsewhere => "elsewhere",
            Self::Own => "own",
            Self::Unknown => "unknown",
        }
    }

    /// True when there is nothing left to shut.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Refused | Self::Elsewhere | Self::Own)
    }
}

/// The ways in, in the order in which people read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The account at the identity provider.
    Account,
    /// That it counts as one of the workspace's.
    Membership,
    /// That it counts as one of groups inside the workspace.
    Groups,
    /// Browsers that are signed in to Dezky's own pages.
    Pages,
    /// Browsers that are signed in at the identity provider.
    Sessions,
    /// Tokens that renew a sign-in, or are one.
    Tokens,
    /// Mail, with an app password.
    Mail,
    /// The mailbox, whatever the password.
    Mailbox,
    /// Passwords of mail programs.
    AppPasswords,
    /// The account for files.
    Files,
    /// The workspace's shared space.
    Space,
    /// Spaces of groups.
    GroupSpaces,
}

impl Place {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Membership => "membership",
            Self::Groups => "groups",
            Self::Pages => "pages",
            Self::Sessions => "sessions",
            Self::Tokens => "tokens",
            Self::Mail => "mail",
            Self::Mailbox => "mailbox",
            Self::AppPasswords => "app_passwords",
            Self::Files => "files",
            Self::Space => "space",
            Self::GroupSpaces => "group_spaces",
        }
    }
}

/// What is known of one way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which.
    pub place: Place,
    /// How it is known.
    pub how: How,
    /// How it is.
    pub verdict: AccessState,
    /// How many are left, where they are counted.
    pub left: Option<usize>,
    /// When it was looked at.
    pub at: Timestamp,
}

/// An offboarding and its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offboarding {
    pub id: OffboardingId,
    /// The workspace.
    pub tenant: TenantId,
    /// Whose ways in.
    pub user: UserId,
    /// Who began it.
    pub started_by: UserId,
    /// When it began.
    pub began_at: Timestamp,
    /// When the ways in were last looked at.
    pub checked_at: Option<Timestamp>,
    /// When nothing was left to shut, or it was given up.
    pub finished_at: Option<Timestamp>,
    /// How often the ways in were looked at.
    pub attempts: i64,
    /// What was seen.
    pub checks: Vec<Seen>,
    /// Where new mail goes, if not to their mailbox.
    pub handed: Option<Handed>,
    /// When they were let in again. What was seen before is history from then on.
    pub restored_at: Option<Timestamp>,
}

impl Offboarding {
    /// True when every way in was looked at and none is open, until they are let in again.
    pub fn is_shut(&self) -> bool {
        self.restored_at.is_none()
            && self.checked_at.is_some()
            && self.checks.iter().all(|seen| seen.verdict.is_settled())
    }

    /// True while it is looked at again by itself.
    pub fn goes_on(&self) -> bool {
        self.finished_at.is_none()
    }
}
