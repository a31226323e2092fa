//! The whole product as one process, seen from outside.

#[cfg(test)]
mod access;
#[cfg(test)]
mod actions;
#[cfg(test)]
mod backup_scripts;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod bootstrap;
#[cfg(test)]
mod bootstrap_left;
#[cfg(test)]
mod bootstrap_stalwart;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod breaks;
#[cfg(test)]
mod chaos;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod closed;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod composed;
#[cfg(test)]
mod conformance;
#[cfg(test)]
#[cfg(debug_assertions)]
mod crashes;
#[cfg(test)]
mod deploy;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod domains;
#[cfg(test)]
mod empty;
#[cfg(test)]
mod floors;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod held;
#[cfg(test)]
mod home;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod import_guards;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod member_drift;
#[cfg(test)]
mod member_list;
#[cfg(test)]
mod member_sessions;
#[cfg(test)]
mod members;
#[cfg(test)]
mod monitor;
#[cfg(test)]
mod names;
#[cfg(test)]
mod offboarding;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod overruns;
#[cfg(test)]
mod palette;
#[cfg(test)]
mod provisioning;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod sandbox_pages;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod session;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod start;
#[cfg(test)]
mod states;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod tenant_api;
#[cfg(test)]
#[cfg(feature = "otlp")]
mod traces;
#[cfg(test)]
mod up;
#[cfg(test)]
mod world;
