//! The kinds. How removals stop and go on is tried with the page of a tenant, in its slice.

mod laws;
