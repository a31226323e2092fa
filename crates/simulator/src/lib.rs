//! What every simulated upstream shares: a store that survives restarts, the inventory, the fault dial
//! (`docs/sandbox.md`) and a listener that can hang up without an answer. Knows nothing of any one upstream.

#![warn(missing_docs)]

mod admin;
mod calls;
mod faults;
mod fidelity;
mod page;
mod server;
mod store;

pub use calls::Calls;
pub use faults::{Dial, Fault, FaultKind};
pub use fidelity::{Fidelity, Step};
pub use page::{bytes, escape, is_for_people, list, overview, page};
pub use server::{HangUp, Overlap, Running, Server};
pub use store::{State, Store};
