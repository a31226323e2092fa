//! Attempts to send mails: how they ended.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::book::Book;

/// How an attempt to send a mail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailResult {
    /// The mail server has it.
    Sent,
    /// It is tried again.
    Delayed,
    /// It is not tried again.
    GivenUp,
}

impl MailResult {
    const ALL: [Self; 3] = [Self::Sent, Self::Delayed, Self::GivenUp];

    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delayed => "delayed",
            Self::GivenUp => "given_up",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    result: &'static str,
}

/// Counts mails. Clones count together.
#[derive(Debug, Clone)]
pub struct Mails(Family<Ended, Counter>);

impl Default for Mails {
    fn default() -> Self {
        let mails = Self(Family::default());
        // There from the start: an alert sees a first mail only as a change from nought.
        for result in MailResult::ALL {
            mails.ended(result, 0);
        }
        mails
    }
}

impl Mails {
    pub(crate) fn enter(&self, book: &mut Book) {
        book.enter("mails", &["result"], "Attempts to send a mail", self.0.clone());
    }

    /// Notes how so many ended.
    pub fn ended(&self, result: MailResult, count: u64) {
        self.0.get_or_create(&Ended { result: result.as_str() }).inc_by(count);
    }
}
