//! The client against the simulator, the simulator's OIDC provider, and the recorded transcripts.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod client;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod sign_out;
#[cfg(test)]
mod state;
#[cfg(test)]
mod transcripts;
