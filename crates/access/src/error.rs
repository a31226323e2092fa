//! Why a right is not given.

use kernel::{Coded, ErrorKind};

use crate::role::Surface;

/// A right that is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The token is for another surface.
    #[error("this needs a token with the audience {needed}; yours has the audience {has}")]
    MissingAudience {
        /// The audience that is needed.
        needed: &'static str,
        /// The audience of the caller's token.
        has: &'static str,
    },
    /// The surface is right, the person is no platform admin.
    #[error("only platform admins can do this, and your account isn’t one")]
    MissingPlatformAdmin,
    /// The person's role does not allow it.
    #[error("only {needed} can do this; your role is {has}")]
    MissingRole {
        /// Who could, in words.
        needed: String,
        /// The role the person has.
        has: &'static str,
    },
    /// The workspace is suspended.
    #[error("the workspace {0} is suspended")]
    Suspended(String),
    /// The workspace has ended.
    #[error("the workspace {0} has ended")]
    Ended(String),
    /// An operator, who sees every tenant, changes one whose state does not allow it.
    #[error("the workspace {name} is {state}, so nothing in it can be changed")]
    WrongState {
        /// Its name.
        name: String,
        /// Its state.
        state: &'static str,
    },
    /// The person is in no workspace, or works for no partner, in a state that allows it.
    #[error("you're in no active workspace, so you can't change your account")]
    NoWorkspace,
    /// The workspace ended the sign-ins of before [E4].
    #[error("{0} signed you out")]
    SignedOut(String),
    /// The password is a generated one and must be replaced first [E1].
    #[error("your password is a one-time password; choose your own first")]
    PasswordDue,
    /// It is not there, or not for this person; which of the two is not said.
    #[error("this doesn't exist, or you don't have access to it")]
    NotFound,
}

impl Denial {
    pub(crate) fn of_surface(surface: Surface) -> Self {
        Self::MissingAudience { needed: Surface::Operator.audience(), has: surface.audience() }
    }
}

/// A check that did not give a right.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The right is missing.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Denied(Denial::NotFound) => ErrorKind::NotFound,
            Self::Denied(Denial::WrongState { .. }) => ErrorKind::Conflict,
            Self::Denied(_) => ErrorKind::Forbidden,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(Denial::MissingAudience { .. }) => "missing-audience",
            Self::Denied(Denial::MissingPlatformAdmin) => "missing-platform-admin",
            Self::Denied(Denial::MissingRole { .. }) => "missing-role",
            Self::Denied(Denial::Suspended(_)) => "tenant-suspended",
            Self::Denied(Denial::Ended(_)) => "tenant-ended",
            Self::Denied(Denial::WrongState { .. }) => "wrong-state",
            Self::Denied(Denial::NoWorkspace) => "no-open-workspace",
            Self::Denied(Denial::SignedOut(_)) => "signed-out-of-workspace",
            Self::Denied(Denial::PasswordDue) => "password-due",
            Self::Denied(Denial::NotFound) => "not-found",
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Denied(Denial::MissingAudience { .. }) => {
                "Sign in to the operator console and use its token."
            }
            Self::Denied(Denial::MissingPlatformAdmin) => {
                "Ask a platform admin to do it or to make you an admin, or sign in with another account."
            }
            Self::Denied(Denial::MissingRole { .. }) => "Ask one of them to do it, or to change your role.",
            Self::Denied(Denial::Suspended(_)) => {
                "No one can use it until it is resumed. Nothing is deleted. Ask your provider to resume it."
            }
            Self::Denied(Denial::Ended(_)) => {
                "No one can use it any more. Ask your provider which data is still kept."
            }
            Self::Denied(Denial::WrongState { .. }) => "You can view it, but not change it.",
            Self::Denied(Denial::NoWorkspace) => "Ask an admin to invite you to a workspace.",
            Self::Denied(Denial::SignedOut(_)) => "Sign out and in again to open it.",
            Self::Denied(Denial::PasswordDue) => "Sign in to the portal and choose a password of your own.",
            Self::Denied(Denial::NotFound) => "Check the address.",
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }
}
