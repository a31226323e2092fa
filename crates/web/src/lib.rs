//! Everything between HTTP and an action: the routes that carry their right, forms and JSON bodies, errors as pages
//! and as RFC 9457 problems, the page shell and its components, OpenAPI. Knows no slice.

pub mod assets;
mod body;
mod caller;
mod context;
mod failure;
mod guard;
mod idempotency;
mod kept;
mod list;
mod multipart;
pub mod openapi;
mod present;
mod right;
mod routes;
mod sse;
pub mod ui;
mod version;

pub use body::{FormBody, JsonBody, form_pairs, too_large};
pub use caller::{Caller, Known, Token, Unknown, Via};
pub use context::{Facts, Nav, ObjectPage, Places, TenantTab, Web, WebSettings, cookie, identify};
pub use failure::Failure;
pub use guard::{FORGED, MOST_BYTES, from_own_page, guard, protect};
pub use idempotency::{KeptInstead, keep_answers, purge as purge_idempotency_keys};
pub use kept::{Kept, KeptForm, keepable};
pub use list::{ListQuery, address, listed};
pub use present::{View, is_swap, lead_to, present, sign_in_address};
pub use right::Right;
pub use routes::{Door, RouteInfo, Routes, Slice};
pub use sse::live;
pub use version::{Version, check_version};
