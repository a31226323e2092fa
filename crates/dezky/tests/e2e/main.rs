//! Browser journeys: people at work in the real product, in a real browser. Elements are found as people find them,
//! by role, label and words; what the pages are made of is no business of these tests.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod console;
#[cfg(test)]
mod crawl;
#[cfg(test)]
#[path = "../product/empty.rs"]
#[expect(dead_code, reason = "the product tests use all of it")]
mod empty;
#[cfg(test)]
#[path = "../product/harness.rs"]
#[expect(dead_code, reason = "the product tests use all of it")]
mod harness;
#[cfg(test)]
mod journey;
#[cfg(test)]
#[path = "../product/world.rs"]
#[expect(dead_code, reason = "the product tests use all of it")]
mod world;

#[cfg(test)]
mod dialogs;
#[cfg(test)]
mod domains;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod editors;
#[cfg(test)]
mod first_day;
#[cfg(test)]
mod flags;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod kept_forms;
#[cfg(test)]
mod life;
#[cfg(test)]
mod main_job;
#[cfg(test)]
mod members;
#[cfg(test)]
mod no_script;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod sign_out;
