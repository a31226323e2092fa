//! What the pages of a tenant show of it.

mod steps;
mod stopped;

pub use steps::{card_of_steps, name_of_step};
pub use stopped::{card_of_stopped, dialog_of_stopped};
