//! What can go wrong with a member.

use access::allowances::Spent;
use kernel::input::sentence;
use kernel::{Coded, ErrorKind, FieldError, Timestamp};

/// What is wrong and what to do, as a page says it on its own.
pub fn sentences(error: &impl Coded) -> String {
    sentence(&error.said())
}

/// An action on a member that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks rules.
    #[error("the input breaks rules")]
    Invalid(Vec<FieldError>),
    /// The workspace has no such member.
    #[error("this workspace has no such member")]
    NotFound,
    /// The address belongs to a member of this workspace.
    #[error("{0} is already a member of this workspace")]
    Known(String),
    /// The address may be somebody's who is not this workspace's to touch.
    #[error("no account can be created for {0}: the address may already belong to someone")]
    HasAccount(String),
    /// The address is on a domain that is not this workspace's.
    #[error("no account can be created for an address on {0}: the domain belongs to someone else")]
    ForeignDomain(String),
    /// The person came with an account that Dezky did not make [A16].
    #[error("this person signs in with their own account, and only they can change it")]
    OwnAccount,
    /// The address is invited to this workspace.
    #[error("{0} is already invited to this workspace")]
    Invited(String),
    /// The workspace has no such invitation.
    #[error("this workspace has no such invitation")]
    NoInvitation,
    /// It was accepted or withdrawn.
    #[error("this invitation was already {0}")]
    InvitationOver(&'static str),
    /// The person has a place here already.
    #[error("you're already a member of {0}")]
    MemberAlready(String),
    /// What the person had here before is not gone yet.
    #[error("your earlier access to {0} is still being removed")]
    StillLeaving(String),
    /// The person has no such session.
    #[error("this person has no such session")]
    NoSession,
    /// Nobody can say whether the person has a second factor.
    #[error("we can't tell right now whether this person has a second factor")]
    FactorUnknown,
    /// Nobody can say who has a second factor.
    #[error("we can't tell right now who has a second factor")]
    FactorsUnknown,
    /// A second mail would be a nuisance.
    #[error("this person was reminded within the last day")]
    RemindedLately,
    /// So many mails went out for this workspace that no more may now.
    #[error("this workspace sent {} emails within an hour, the most it may", .0.most)]
    TooManyMails(Spent),
    /// So many mails went to the address that no more may now.
    #[error("{address} was sent {} emails within an hour, the most anyone is sent", .spent.most)]
    TooManyMailsTo {
        /// The address.
        address: String,
        /// What is used up.
        spent: Spent,
    },
    /// The person asked so often who is known here that they are told no more now.
    #[error("you looked up {} addresses or domains within an hour, the most you may", .0.most)]
    AskedTooOften(Spent),
    /// A mailbox has the address.
    #[error("{0} is someone else's mailbox")]
    MailboxTaken(String),
    /// Who has a mailbox keeps it.
    #[error("they already have the mailbox {0}")]
    HasMailbox(String),
    /// Something has the address; the sentence says what.
    #[error("{0}")]
    AddressTaken(String),
    /// All seats are taken [E10].
    #[error("all {0} seats of this workspace are taken")]
    NoSeat(i64),
    /// Nobody does that to themself [E6].
    #[error("you can't do that to yourself")]
    Oneself,
    /// Somebody must own the workspace [E6].
    #[error("this is the last owner of the workspace")]
    LastOwner,
    /// Somebody else may know the password, or hold the link that chooses it.
    #[error("this person hasn't chosen a password of their own yet, so they can't become an owner")]
    NoOwnPassword,
    /// The mailbox that an invitation would go to opens only once it is accepted.
    #[error("{0} opens only once the invitation is accepted, so no one could read it there")]
    LockedMailbox(String),
    /// Only owners touch owners.
    #[error("only an owner of the workspace can do that to an owner, or make someone an owner")]
    OwnersOnly,
    /// The person works elsewhere too, so this workspace does not give them passwords.
    #[error("this person is also in other workspaces, so this workspace can't set their password")]
    Shared,
    /// The person works elsewhere too, so this workspace does not name them.
    #[error("this person is also in other workspaces, so this workspace can't change their name")]
    SharedName,
    /// The member is being removed.
    #[error("this member is being removed")]
    Removing,
    /// Somebody changed it meanwhile.
    #[error("someone else has changed this member since you read it")]
    Stale,
    /// The workspace's state forbids it.
    #[error("the workspace is {0}, so its members can't be changed")]
    WrongState(&'static str),
    /// The link of an invitation would be refused.
    #[error("this workspace is {0}, so an invitation link wouldn't let anyone in")]
    LinkClosed(&'static str),
    /// The password is too easy to guess.
    #[error("this password can't be used: {0}")]
    WeakPassword(String),
    /// The account is not there yet, or an upstream did not do it.
    #[error("{0}")]
    NotDone(String),
    /// The right is missing.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<addresses::Error> for Error {
    fn from(error: addresses::Error) -> Self {
        match error {
            addresses::Error::Taken(sentence) => Self::AddressTaken(sentence),
            addresses::Error::Db(error) => Self::Db(error),
        }
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::WeakPassword(_) => ErrorKind::Invalid,
            Self::NotFound | Self::NoInvitation | Self::NoSession => ErrorKind::NotFound,
            Self::OwnersOnly => ErrorKind::Forbidden,
            Self::Stale => ErrorKind::Stale,
            Self::Known(_)
            | Self::HasAccount(_)
            | Self::ForeignDomain(_)
            | Self::OwnAccount
            | Self::Invited(_)
            | Self::InvitationOver(_)
            | Self::MemberAlready(_)
            | Self::StillLeaving(_)
            | Self::MailboxTaken(_)
            | Self::HasMailbox(_)
            | Self::AddressTaken(_)
            | Self::NoSeat(_)
            | Self::Oneself
            | Self::LastOwner
            | Self::NoOwnPassword
            | Self::LockedMailbox(_)
            | Self::Shared
            | Self::SharedName
            | Self::Removing
            | Self::FactorUnknown
            | Self::FactorsUnknown
            | Self::RemindedLately
            | Self::LinkClosed(_)
            | Self::WrongState(_) => ErrorKind::Conflict,
            Self::NotDone(_) => ErrorKind::Unavailable,
            Self::TooManyMails(_) | Self::TooManyMailsTo { .. } | Self::AskedTooOften(_) => {
                ErrorKind::TooMany
            }
            Self::Access(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-input",
            Self::NotFound => "no-such-member",
            Self::Known(_) => "member-known",
            Self::HasAccount(_) => "has-account",
            Self::ForeignDomain(_) => "foreign-domain",
            Self::OwnAccount => "own-account",
            Self::Invited(_) => "already-invited",
            Self::NoInvitation => "no-such-invitation",
            Self::InvitationOver(_) => "invitation-over",
            Self::MemberAlready(_) => "member-already",
            Self::StillLeaving(_) => "still-leaving",
            Self::NoSession => "no-such-session",
            Self::FactorUnknown | Self::FactorsUnknown => "second-factor-unknown",
            Self::RemindedLately => "reminded-lately",
            Self::TooManyMails(_) | Self::TooManyMailsTo { .. } => "too-many-mails",
            Self::AskedTooOften(_) => "asked-too-often",
            Self::MailboxTaken(_) => "mailbox-taken",
            Self::HasMailbox(_) => "has-mailbox",
            Self::AddressTaken(_) => "address-taken",
            Self::NoSeat(_) => "no-seat",
            Self::Oneself => "not-oneself",
            Self::LastOwner => "last-owner",
            Self::NoOwnPassword => "no-own-password",
            Self::LockedMailbox(_) => "locked-mailbox",
            Self::OwnersOnly => "owners-only",
            Self::Shared | Self::SharedName => "shared-account",
            Self::Removing => "member-removing",
            Self::Stale => "stale",
            Self::LinkClosed(_) => "workspace-closed",
            Self::WrongState(_) => "wrong-state",
            Self::WeakPassword(_) => "weak-password",
            Self::NotDone(_) => "not-done",
            Self::Access(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Invalid(_) | Self::WeakPassword(_) => return None,
            Self::NotFound => "Check the list of members.",
            Self::Known(_) => "Find them in the list of members.",
            Self::HasAccount(_) => "Invite them instead: they get a link by email, and join as themselves.",
            Self::ForeignDomain(_) => {
                "Invite the person: they join with the account they have. Or use an address on your own domain."
            }
            Self::OwnAccount => {
                "They change it where they got it. You can change their role, mailbox and access here."
            }
            Self::Invited(_) => "Send that invitation again, or withdraw it first.",
            Self::NoInvitation => "Check the list of invitations.",
            Self::InvitationOver(_) => "Invite them again.",
            Self::MemberAlready(_) => "There's nothing left to do.",
            Self::StillLeaving(_) => "Open the link again in a few minutes: it still works.",
            Self::NoSession => "It may have ended already. Check the list of sessions.",
            Self::FactorUnknown => "Try again in a moment. We don't remind anyone who may already have one.",
            Self::FactorsUnknown => "Try again in a moment, or remove this filter.",
            Self::RemindedLately => "Remind them again tomorrow.",
            Self::MailboxTaken(_) | Self::AddressTaken(_) => "Choose another name for the mailbox.",
            Self::HasMailbox(_) => "Add an alias instead of another name.",
            Self::NoSeat(_) => "Remove a member, or ask for more seats.",
            Self::Oneself => "Ask another admin of the workspace.",
            Self::LastOwner => "Make someone else an owner first.",
            Self::NoOwnPassword => "Ask them to sign in and choose one, then make them an owner.",
            Self::LockedMailbox(_) => {
                "Send the invitation to a private address and enter the mailbox name. Or add them with a first password."
            }
            Self::OwnersOnly => "Ask an owner of the workspace.",
            Self::Shared => "They can choose a new password themselves, on their account page.",
            Self::SharedName => "Contact your provider, or ask them to change it themselves.",
            Self::Removing => "Wait until they're removed.",
            Self::Stale => "Read the member again and repeat your change.",
            Self::LinkClosed(_) => "Resume the workspace first, then invite.",
            Self::WrongState(_) => "Contact your provider.",
            Self::NotDone(_) => "Try again in a moment.",
            Self::TooManyMails(spent) | Self::TooManyMailsTo { spent, .. } | Self::AskedTooOften(spent) => {
                return Some(spent.advice());
            }
            Self::Access(error) => return error.advice(),
            Self::Db(error) => return error.advice(),
        };
        Some(text.to_owned())
    }

    fn again_at(&self) -> Option<Timestamp> {
        match self {
            Self::TooManyMails(spent) | Self::TooManyMailsTo { spent, .. } | Self::AskedTooOften(spent) => {
                Some(spent.again_at)
            }
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let at = |field: &str, said: &str| vec![FieldError::new(field, self.code(), said)];
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Known(_) => at("email", "This address already belongs to a member of this workspace."),
            Self::HasAccount(_) => {
                at("email", "This address may already belong to someone. Invite them instead.")
            }
            Self::ForeignDomain(_) => {
                at("email", "This domain belongs to someone else. Invite the person instead.")
            }
            Self::Invited(_) => at("email", "This address is already invited."),
            Self::LockedMailbox(address) => at(
                "email",
                &format!("{address} opens only once the invitation is accepted. Enter a private address."),
            ),
            Self::NoOwnPassword => at(
                "role",
                "They haven’t chosen a password of their own yet. Ask them to sign in and choose one first.",
            ),
            Self::AddressTaken(_) => at("mailbox", &format!("{self}.")),
            Self::MailboxTaken(_) => at("mailbox", "Someone else has this mailbox."),
            Self::HasMailbox(name) => at("mailbox", &format!("They already have {name}.")),
            Self::WeakPassword(why) => at("password", &format!("This can’t be used: {why}.")),
            _ => Vec::new(),
        }
    }
}
