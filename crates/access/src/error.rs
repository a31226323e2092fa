//! Why a right is not given.

use kernel::{Coded, Message};

use crate::role::Surface;

/// A right that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Coded)]
pub enum Denial {
    /// The token is for another surface.
    #[coded(Forbidden, "missing-audience")]
    MissingAudience {
        /// The audience that is needed.
        needed: &'static str,
        /// The audience of the caller's token.
        has: &'static str,
    },
    /// The surface is right, the person is no platform admin.
    #[coded(Forbidden, "missing-platform-admin")]
    MissingPlatformAdmin,
    /// The person's role does not allow it.
    #[coded(Forbidden, "missing-role", values(needed = people(needed), has = has))]
    MissingRole {
        /// The roles that could.
        needed: Vec<&'static str>,
        /// The role the person has.
        has: &'static str,
    },
    /// The workspace is suspended.
    #[coded(Forbidden, "tenant-suspended", values(name = _0))]
    Suspended(String),
    /// The workspace has ended.
    #[coded(Forbidden, "tenant-ended", values(name = _0))]
    Ended(String),
    /// An operator, who sees every tenant, changes one whose state does not allow it.
    #[coded(Conflict, "wrong-state", text = "workspace-wrong-state")]
    WrongState {
        /// Its name.
        name: String,
        /// Its state.
        state: &'static str,
    },
    /// The person is in no workspace, or works for no partner, in a state that allows it.
    #[coded(Forbidden, "no-open-workspace")]
    NoWorkspace,
    /// The workspace ended the sign-ins of before [E4].
    #[coded(Forbidden, "signed-out-of-workspace", values(name = _0))]
    SignedOut(String),
    /// The password is a generated one and must be replaced first [E1].
    #[coded(Forbidden, "password-due")]
    PasswordDue,
    /// It is not there, or not for this person; which of the two is not said.
    #[coded(NotFound, "not-found")]
    NotFound,
}

impl Denial {
    pub(crate) fn of_surface(surface: Surface) -> Self {
        Self::MissingAudience { needed: Surface::Operator.audience(), has: surface.audience() }
    }
}

/// The people of these roles.
fn people(roles: &[&str]) -> Vec<Message> {
    roles.iter().map(|role| Message::new(format!("people-of-{role}"))).collect()
}

/// A check that did not give a right.
#[derive(Debug, Coded)]
pub enum Error {
    /// The right is missing.
    #[coded(transparent)]
    Denied(#[from] Denial),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
