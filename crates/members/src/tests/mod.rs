//! What happens by itself to members, here and in the slices below. The rest is tried in `dezky`, with the simulators
//! beside it.

mod events;
mod locks;
mod rig;
mod roster;
