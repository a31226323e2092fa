//! The slice's kinds under the laws of all kinds.

mod laws;
