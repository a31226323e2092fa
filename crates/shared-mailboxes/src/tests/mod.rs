//! The laws of the slice's kinds, and what follows from its rows. The slice behind its routes is tried in `dezky`, with the
//! real mail simulator beside it.

mod laws;
mod rows;
