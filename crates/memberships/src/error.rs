//! What can go wrong with a member.

use access::allowances::Spent;
use kernel::{Coded, FieldError, Message};

/// What an upstream, or what is not there yet, kept from being done.
#[derive(Debug, Coded)]
pub enum NotDone {
    /// The portal has no address, so no link leads anywhere.
    #[coded(Unavailable, "not-done", text = "no-portal")]
    NoPortal,
    /// Their address takes no mail.
    #[coded(Unavailable, "not-done", text = "no-mail-to")]
    NoMailTo,
    /// The sign-in service does not answer.
    #[coded(Unavailable, "not-done", text = "sign-in-silent")]
    SignInSilent,
    /// The sign-in service was asked to end a session and it goes on.
    #[coded(Unavailable, "not-done", text = "session-goes-on")]
    SessionGoesOn,
    /// A password was set at some upstreams only; one of them says why.
    #[coded(Unavailable, "not-done", text = "password-not-everywhere", values(why = _0))]
    PasswordNotEverywhere(Message),
    /// The account is being made.
    #[coded(Unavailable, "not-done", text = "account-pending")]
    AccountPending,
}

/// An action on a member that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// The workspace has no such member.
    #[coded(NotFound, "no-such-member")]
    NotFound,
    /// The address belongs to a member of this workspace.
    #[coded(Conflict, "member-known", field = "email", values(address = _0))]
    Known(String),
    /// The address may be somebody's who is not this workspace's to touch.
    #[coded(Conflict, "has-account", field = "email", values(address = _0))]
    HasAccount(String),
    /// The address is on a domain that is not this workspace's.
    #[coded(Conflict, "foreign-domain", field = "email", values(domain = _0))]
    ForeignDomain(String),
    /// The person came with an account that Dezky did not make [A16].
    #[coded(Conflict, "own-account")]
    OwnAccount,
    /// The address is invited to this workspace.
    #[coded(Conflict, "already-invited", field = "email", values(address = _0))]
    Invited(String),
    /// The workspace has no such invitation.
    #[coded(NotFound, "no-such-invitation")]
    NoInvitation,
    /// It was accepted or withdrawn.
    #[coded(Conflict, "invitation-over", values(state = _0))]
    InvitationOver(&'static str),
    /// The person has a place here already.
    #[coded(Conflict, "member-already", values(workspace = _0))]
    MemberAlready(String),
    /// What the person had here before is not gone yet.
    #[coded(Conflict, "still-leaving", values(workspace = _0))]
    StillLeaving(String),
    /// The person has no such session.
    #[coded(NotFound, "no-such-session")]
    NoSession,
    /// Nobody can say whether the person has a second factor.
    #[coded(Conflict, "second-factor-unknown")]
    FactorUnknown,
    /// Nobody can say who has a second factor.
    #[coded(Conflict, "second-factor-unknown", text = "second-factors-unknown")]
    FactorsUnknown,
    /// A second mail would be a nuisance.
    #[coded(Conflict, "reminded-lately")]
    RemindedLately,
    /// So many mails went out for this workspace that no more may now.
    #[coded(TooMany, "too-many-mails", values(most = _0.most, minutes = _0.minutes()), again_at = _0.again_at)]
    TooManyMails(Spent),
    /// So many mails went to the address that no more may now.
    #[coded(TooMany, "too-many-mails", text = "too-many-mails-to", values(address = address, most = spent.most, minutes = spent.minutes()), again_at = spent.again_at)]
    TooManyMailsTo {
        /// The address.
        address: String,
        /// What is used up.
        spent: Spent,
    },
    /// The person asked so often who is known here that they are told no more now.
    #[coded(TooMany, "asked-too-often", values(most = _0.most, minutes = _0.minutes()), again_at = _0.again_at)]
    AskedTooOften(Spent),
    /// A mailbox has the address.
    #[coded(Conflict, "mailbox-taken", field = "mailbox", values(address = _0))]
    MailboxTaken(String),
    /// Who has a mailbox keeps it.
    #[coded(Conflict, "has-mailbox", field = "mailbox", values(address = _0))]
    HasMailbox(String),
    /// Something has the address; the text says what.
    #[coded(Conflict, "address-taken", text = "mailbox-address-taken", field = "mailbox", values(holder = _0))]
    AddressTaken(Message),
    /// All seats are taken [E10].
    #[coded(Conflict, "no-seat", values(seats = _0))]
    NoSeat(i64),
    /// Nobody does that to themself [E6].
    #[coded(Conflict, "not-oneself")]
    Oneself,
    /// Somebody must own the workspace [E6].
    #[coded(Conflict, "last-owner")]
    LastOwner,
    /// Somebody else may know the password, or hold the link that chooses it.
    #[coded(Conflict, "no-own-password", field = "role")]
    NoOwnPassword,
    /// The mailbox that an invitation would go to opens only once it is accepted.
    #[coded(Conflict, "locked-mailbox", field = "email", values(address = _0))]
    LockedMailbox(String),
    /// Only owners touch owners.
    #[coded(Forbidden, "owners-only")]
    OwnersOnly,
    /// The person works elsewhere too, so this workspace does not give them passwords.
    #[coded(Conflict, "shared-account")]
    Shared,
    /// The person works elsewhere too, so this workspace does not name them.
    #[coded(Conflict, "shared-account", text = "shared-name")]
    SharedName,
    /// The member is being removed.
    #[coded(Conflict, "member-removing")]
    Removing,
    /// Somebody changed it meanwhile.
    #[coded(Stale, "stale")]
    Stale,
    /// The workspace's state forbids it.
    #[coded(Conflict, "wrong-state", values(state = _0))]
    WrongState(&'static str),
    /// The link of an invitation would be refused.
    #[coded(Conflict, "workspace-closed", values(state = _0))]
    LinkClosed(&'static str),
    /// The password is too easy to guess.
    #[coded(Invalid, "weak-password", field = "password", values(why = _0))]
    WeakPassword(Message),
    /// The account is not there yet, or an upstream did not do it.
    #[coded(transparent)]
    NotDone(NotDone),
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        match error {
            addresses::Error::Taken(holder) => Self::AddressTaken(holder),
            addresses::Error::Db(error) => Self::Db(error),
        }
    }
}
