//! Everything between HTTP and an action: the routes that carry their right, forms and JSON bodies, errors as pages
//! and as RFC 9457 problems, the page shell and its components, OpenAPI. Knows no slice.

#![warn(missing_docs)]

mod argument;
pub mod assets;
mod body;
mod caller;
mod context;
mod done;
pub mod draft;
mod failure;
mod guard;
mod hold;
mod idempotency;
mod kept;
mod list;
mod navigation;
pub mod openapi;
pub mod palette;
mod present;
mod query;
mod refusal;
mod right;
mod routes;
mod sse;
mod streams;
pub mod ui;
mod version;
mod ways;

pub use argument::{Argument, Arguments};
pub use body::{File, FormBody, JsonBody, form_pairs, peek};
pub use caller::{Caller, Chosen, Known, Token, Unknown, Via};
pub use context::{
    ApiWords, App, Facts, Limits, Nav, ObjectPage, Places, TenantTab, Web, WebSettings, cookie, identify,
};
pub use done::Done;
pub use failure::{Failure, status_of};
pub use guard::{FEW_BYTES, FORGED, MANY_BYTES, bound, from_own_page, guard};
pub use hold::{Told, WhileHeld, told};
pub use idempotency::{KeptInstead, purge as purge_idempotency_keys};
pub use kept::{FORGET, Kept, KeptForm, keepable};
pub use list::{ListQuery, Listed, PAGING, address, listed, workspace};
pub use palette::{Finder, Hit, Shortcut, Sought};
pub use present::{LIVE, View, is_swap, lead_to, present, sign_in_address};
pub use query::{Parameter, Parameters, Query, Tables};
pub use refusal::Refusal;
pub use right::Right;
pub use routes::{Mount, RouteInfo, Routes};
pub use sse::Live;
pub use version::Version;
