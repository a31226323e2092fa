//! The tenants that are made, by number.

use serde_json::json;

use super::load::Prepared;

/// The slug of a tenant.
pub fn slug(n: usize) -> String {
    format!("bench-{n:05}")
}

/// The request that makes a tenant.
pub fn new_tenant(n: usize, token: &str) -> Prepared {
    let slug = slug(n);
    let domain = format!("{slug}.test");
    let body = json!({"slug": slug, "name": format!("Bench {n:05} ApS"), "plan": "business", "seats": 25,
        "primaryDomain": domain});
    Prepared::post("/api/tenants", token, &body)
}
