//! The slice without its routes: its kinds under the laws of all kinds, and what happens by itself. The rest is tried in
//! `dezky`, with the simulators beside it.

mod events;
mod laws;
mod locks;
mod rig;
mod roster;
