//! The slice without its neighbours: its kind under the laws of all kinds. The rest is tried in `dezky`, with the
//! simulators beside it.

mod laws;
