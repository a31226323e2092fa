//! The kinds of the slice under the laws of all kinds. What happens by itself is tried in `members`, above.

mod laws;
