//! A person's own second factor. It is enrolled at the identity provider and nowhere else; here it is only told.

use std::collections::BTreeSet;

use access::{Granted, Permission};
use tokio::time::timeout_at;

use crate::live::{Known, Why, patience};
use crate::service::People;

/// Where a person is told of their second factor.
pub const PAGE: &str = "/account/second-factor";

impl People {
    /// Whether the caller has a second factor, whatever else they prove.
    pub async fn own_second_factor<P: Permission>(&self, by: &Granted<P>) -> Known<bool> {
        let Some(account) = by.actor().person.sub.as_ref().map(|sub| sub.to_lowercase()) else {
            return Err(Why::NoAccount);
        };
        let reading = self.live.factors.of(None, BTreeSet::from([account.clone()]));
        let known = timeout_at(patience(), reading).await.unwrap_or(Err(Why::Slow))?;
        known.get(&account).copied().unwrap_or(Err(Why::Slow))
    }
}
