//! What can go wrong with the staff of a partner.

use access::allowances::Spent;
use kernel::{Coded, FieldError, Message};

use crate::model::{MOST_CHOSEN, MOST_STAFF};

/// An action on the staff of a partner that was not done.
#[derive(Debug, Coded)]
pub enum Error {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// One of the chosen is no customer of the partner.
    #[coded(Invalid, "not-a-customer", field = "tenants", values(slug = _0))]
    NotACustomer(String),
    /// So many are not chosen one by one.
    #[coded(Invalid, "too-many-chosen", field = "tenants", values(most = MOST_CHOSEN))]
    TooManyChosen,
    /// Nobody of the staff has this id.
    #[coded(NotFound, "no-such-staff")]
    NoSuchStaff,
    /// The address belongs to somebody of the staff.
    #[coded(Conflict, "staff-known", field = "email", values(address = _0))]
    Known(String),
    /// The address is invited already.
    #[coded(Conflict, "already-invited", text = "staff-already-invited", field = "email", values(address = _0))]
    Invited(String),
    /// There is no such invitation.
    #[coded(NotFound, "no-such-invitation", text = "no-such-staff-invitation")]
    NoInvitation,
    /// It was accepted or withdrawn.
    #[coded(Conflict, "invitation-over", text = "staff-invitation-over", values(state = _0))]
    InvitationOver(&'static str),
    /// Nobody removes or changes themself.
    #[coded(Conflict, "oneself", text = "staff-oneself")]
    Oneself,
    /// A partner keeps an owner.
    #[coded(Conflict, "last-owner", text = "last-partner-owner")]
    LastOwner,
    /// Somebody else changed their role or their customers meanwhile.
    #[coded(Stale, "changed-meanwhile", text = "staff-changed-meanwhile")]
    Stale,
    /// There are too many.
    #[coded(Conflict, "too-many-staff", values(most = MOST_STAFF))]
    TooManyStaff,
    /// Too many mails were sent for the partner.
    #[coded(TooMany, "too-many-mails", text = "too-many-partner-mails", values(most = _0.most), again_at = _0.again_at)]
    TooManyMails(Spent),
    /// Too many mails were sent to the address.
    #[coded(TooMany, "too-many-mails", text = "too-many-mails-to-staff", values(most = _0.most), again_at = _0.again_at)]
    TooManyMailsTo(Spent),
    /// The portal has no address, so no link leads anywhere.
    #[coded(Unavailable, "not-done", text = "no-portal-for-staff")]
    NoPortal,
    /// The account or its password isn't there yet.
    #[coded(Unavailable, "not-done", text = "staff-account-pending")]
    AccountPending,
    /// The password is too easy to guess.
    #[coded(Invalid, "weak-password", field = "password", values(why = _0))]
    WeakPassword(Message),
    /// Whoever has the address must come in by their account.
    #[coded(Conflict, "sign-in-first")]
    SignInFirst,
    /// They are of the staff already.
    #[coded(Conflict, "staff-already", values(partner = _0))]
    StaffAlready(String),
    /// A link that lets nobody in.
    #[coded(transparent)]
    Link(#[from] invitations::Dead),
    /// The partner is closed, and so is what its links lead to.
    #[coded(Conflict, "link-closed", text = "partner-link-closed")]
    Closed,
    /// What holds for whatever is done with a partner.
    #[coded(transparent)]
    Partner(#[from] partners::Error),
    /// What members' rules refuse.
    #[coded(transparent)]
    Member(#[from] memberships::Error),
    /// The right is missing.
    #[coded(transparent)]
    Access(#[from] access::Error),
    /// The database did not answer.
    #[coded(transparent)]
    Db(#[from] db::Error),
}
