//! What can be done with the staff of a partner. Each action is one transaction: the rows, what is wanted upstream, the audit
//! record.

mod invitations;
mod staff;

pub(crate) use staff::target_of_staff;
