//! Mails that the product sends: an outbox that is written in the transaction of what they tell of, and the sending of
//! what is due. With the feature `sim` a mail catcher besides. Texts of mails are never logged.
//!
//! A mail is sent at least once. Whoever dies between sending it and writing so sends it again; it is the same mail
//! then, byte for byte and with the same Message-ID, so that the receiver can drop the second.

#![warn(missing_docs)]

mod mail;
mod mailer;
mod message;
mod probe;
mod sender;
#[cfg(feature = "sim")]
pub mod sim;
mod store;
mod tables;
mod template;
#[cfg(test)]
mod tests;
mod transport;

pub use mail::{Mail, enqueue};
pub use mailer::{Mailer, Settings};
pub use probe::Trouble;
pub use sender::{BadSender, Sender};
pub use store::SEALED;
pub use template::{Fill, MOST_DATA, Template, data};
pub use transport::{BadTransport, Transport};
