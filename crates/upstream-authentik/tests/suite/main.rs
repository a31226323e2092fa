//! The client against the simulator, the simulator's OIDC provider, and the recorded transcripts.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod client;
#[cfg(all(test, feature = "conformance"))]
mod conformance;
#[cfg(test)]
mod fidelity;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod made;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod people;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod sign_out;
#[cfg(test)]
mod state;
#[cfg(test)]
mod transcripts;
#[cfg(test)]
mod users;
