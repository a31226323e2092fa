//! What a handler may take as arguments. The list is closed, so that nothing of a request is read but by what limits
//! it [A17]; and from the types of its arguments the route table knows which parameters a route reads.

use access::Permission;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use kernel::input::Field;

use crate::body::{FormBody, JsonBody};
use crate::caller::Chosen;
use crate::context::ApiWords;
use crate::failure::Failure;
use crate::present::View;
use crate::query::{Parameters, Query};
use crate::right::Right;
use crate::sse::Live;
use crate::version::Version;

/// An argument of a handler.
pub trait Argument {
    /// The parameters of the query that it reads.
    fn query() -> &'static [&'static [Field]] {
        &[]
    }
}

impl<P: Permission> Argument for Right<P> {}
impl<S> Argument for State<S> {}
impl<T> Argument for Path<T> {}
impl<T> Argument for Extension<T> {}
impl Argument for HeaderMap {}
impl Argument for Uri {}
impl Argument for View {}
impl Argument for Version {}
impl Argument for JsonBody {}
/// For a protocol of others, which has its own words for a body that can't be read.
impl Argument for Result<JsonBody, Failure> {}
impl Argument for Chosen {}
impl Argument for FormBody {}
impl Argument for Live {}
impl Argument for ApiWords {}

impl<T: Parameters> Argument for Query<T> {
    fn query() -> &'static [&'static [Field]] {
        T::TABLES
    }
}

/// All arguments of a handler, as axum names them.
pub trait Arguments {
    /// The parameters of the query that they read.
    fn query() -> Vec<&'static Field>;
}

impl Arguments for ((),) {
    fn query() -> Vec<&'static Field> {
        Vec::new()
    }
}

macro_rules! arguments {
    ($($argument:ident),+) => {
        impl<M, $($argument: Argument),+> Arguments for (M, $($argument,)+) {
            fn query() -> Vec<&'static Field> {
                let mut all = Vec::new();
                $(all.extend($argument::query().iter().copied().flatten());)+
                all
            }
        }
    };
}
arguments!(A);
arguments!(A, B);
arguments!(A, B, C);
arguments!(A, B, C, D);
arguments!(A, B, C, D, E);
arguments!(A, B, C, D, E, F);
arguments!(A, B, C, D, E, F, G);
