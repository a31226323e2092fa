//! An import and its lines: where it stands, what it waits for, what became of whom. No I/O.

use access::Surface;
use kernel::{ImportId, TenantId, Timestamp, UserId};

use crate::lines::Reason;

/// How people who are imported come by their first password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// Each whose mail can be read without it gets a mail with a link, and chooses one.
    Invite,
    /// Nobody gets a mail; an admin makes first passwords, all in a file or each on their page.
    Later,
}

impl Passwords {
    /// The words on the wire.
    pub const WORDS: &'static [&'static str] = &["invite", "later"];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Later => "later",
        }
    }

    /// What a word means; nothing said means a mail.
    pub fn parse(word: Option<&str>) -> Self {
        if word == Some("later") { Self::Later } else { Self::Invite }
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    /// Where to.
    pub tenant: TenantId,
    /// Who started it; it goes on only while they may.
    pub started_by: UserId,
    /// The surface it was started on; rights of another one do not count.
    pub started_on: Surface,
    /// How people come by their passwords.
    pub passwords: Passwords,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was stopped.
    pub cancelled_at: Option<Timestamp>,
    /// When nothing was left to do.
    pub finished_at: Option<Timestamp>,
    /// Who or what stopped it.
    pub stopped_by: Option<String>,
    /// What it waits for, while it doesn't get on.
    pub waits: Option<Wait>,
}

/// Why an import doesn't get on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// A word of [`Wait::ALL`].
    pub what: &'static str,
    /// When it goes on, where that is known.
    pub until: Option<Timestamp>,
}

impl Wait {
    /// No more mails may go out; no more addresses may be looked up; something that is needed doesn't answer; links would
    /// lead into a closed workspace.
    pub const ALL: [&'static str; 4] = ["too-many-mails", "asked-too-often", "not-done", "workspace-closed"];

    /// Of a code; what nobody knows better is not done yet.
    pub fn of(code: &str, until: Option<Timestamp>) -> Self {
        Self { what: Self::ALL.into_iter().find(|known| *known == code).unwrap_or("not-done"), until }
    }
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// People are being made.
    Running,
    /// All lines are done.
    Done,
    /// It was stopped before its end.
    Cancelled,
}

impl Status {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Import {
    /// Where it stands.
    pub fn status(&self) -> Status {
        match (self.cancelled_at, self.finished_at) {
            (Some(_), _) => Status::Cancelled,
            (None, Some(_)) => Status::Done,
            (None, None) => Status::Running,
        }
    }
}

/// Somebody who was made of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Who.
    pub user: UserId,
    /// A link was sent, by which they choose a password.
    pub linked: bool,
    /// A first password was made for them, in a file.
    pub has_password: bool,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    Waiting,
    /// Somebody was made of it.
    Made(Made),
    /// Its person was invited, since no account could be made for the address.
    Invited(Reason),
    /// Nobody was.
    Left(Reason),
}

impl Fate {
    /// The word on the wire.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Made(_) => "made",
            Self::Invited(_) => "invited",
            Self::Left(_) => "left",
        }
    }
}

/// How many lines of an import are how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nothing was done yet.
    pub waiting: u32,
    /// Somebody was made.
    pub made: u32,
    /// Of those, to whom a link was sent.
    pub linked: u32,
    /// Somebody was invited in place of being made.
    pub invited: u32,
    /// Nobody was made.
    pub left: u32,
    /// Of those made, who still waits for something upstream.
    pub under_way: u32,
    /// Of those, who has something that failed and is tried again.
    pub failing: u32,
    /// Of those made, who came by no password yet, and is ready for one.
    pub unkeyed: u32,
}

impl Counts {
    /// All lines.
    pub fn all(&self) -> u32 {
        self.waiting + self.made + self.invited + self.left
    }
}
