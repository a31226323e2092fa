//! The slice through its own router, on a real database, against the simulators.

mod access;
mod damage;
mod faults;
mod input;
mod lifecycle;
mod pages;
mod provisioning;
mod rig;
mod stopped;
