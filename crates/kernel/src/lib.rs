//! The words that every other crate speaks: ids, time, slugs, domain names, addresses, error kinds.
//! Pure: no I/O, no async, no database types.

#![warn(missing_docs)]

// The derives name the crate.
extern crate self as kernel;

pub mod address;
pub mod clock;
pub mod cursor;
pub mod dns;
pub mod error;
mod expected;
pub mod id;
pub mod input;
pub mod message;
pub mod name;
pub mod needle;
pub mod network;
pub mod retry;
pub mod slug;

pub use address::{DomainName, EmailAddress, readable_address};
pub use clock::{Clock, Timestamp};
pub use cursor::Cursor;
pub use error::{Coded, ErrorKind, FieldError};
pub use expected::Expected;
pub use id::{
    CheckId, DomainId, DriftId, GroupId, ImportId, InvitationId, ListId, MemberId, OffboardingId, PartnerId,
    PublishedId, ResourceId, SessionId, SharedId, TenantId, UserId,
};
pub use input::Input;
pub use kernel_derive::{Coded, Explain};
pub use message::{Explain, Message};
pub use needle::Needle;
pub use slug::Slug;
