//! The slice through its own router, on a real database, against the simulators; the actions are those of `tenants`.

mod access;
mod damage;
mod faults;
mod input;
mod lifecycle;
mod pages;
mod provisioning;
mod rig;
mod stopped;
