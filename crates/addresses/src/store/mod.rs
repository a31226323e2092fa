//! Every query on addresses, the mailboxes that have them, and what is to end of those.

pub mod app_password_ends;
pub mod mailboxes;
pub mod register;
