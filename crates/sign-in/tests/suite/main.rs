//! Sign-in over HTTP, against the simulated Authentik as issuer, behind the layers that the product has.

#[cfg(test)]
mod account;
#[cfg(test)]
mod bearer;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod misconfigured;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod rig;
