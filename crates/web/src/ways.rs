//! The ways out of a refusal: pages that answer, and that are open to whoever was refused. Never the refused address
//! itself, nor one that only takes forms.

use access::Surface;
use axum::extract::MatchedPath;
use axum::http::{Extensions, Method};
use kernel::ErrorKind;

use crate::caller::Caller;
use crate::context::{Facts, Web};
use crate::failure::Failure;
use crate::guard::FORGED;

/// A page of everybody who is signed in, whatever else they may see.
const OWN: &str = "/account/sessions";

/// Where a refusal leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// The page that what was asked for belongs to.
    Above(String),
    /// The start page.
    Home,
    /// The reader's own account, where not even the start page is theirs.
    Account,
    /// The portal, from a console that has nothing for them.
    Portal(String),
}

impl Way {
    pub(crate) fn href(&self) -> &str {
        match self {
            Self::Above(path) => path,
            Self::Home => "/",
            Self::Account => OWN,
            Self::Portal(origin) => origin,
        }
    }
}

/// The address to come back to: that of the page itself, or of the page above one that answers a form.
pub(crate) fn to_come_back(extensions: &Extensions, facts: &Facts) -> String {
    if facts.method == Method::GET || facts.method == Method::HEAD {
        return facts.path.clone();
    }
    Asked::of(extensions, facts).above(|_| true).unwrap_or_else(|| "/".to_owned())
}

/// The ways out, the nearest first; never none.
pub(crate) fn out(extensions: &Extensions, facts: &Facts, failure: &Failure) -> Vec<Way> {
    let asked = Asked::of(extensions, facts);
    let above = match failure.kind {
        // Whoever may not do it may not see what it is done to.
        ErrorKind::Forbidden if failure.code != FORGED => None,
        // Not even the workspace is known to be there.
        ErrorKind::NotFound if failure.code == "not-found" => None,
        ErrorKind::NotFound => asked.above(names_no_object),
        _ => asked.above(|_| true),
    };
    let is_home_refused = asked.is_itself("/");
    let may_go_home = match extensions.get::<Caller>().and_then(Caller::known) {
        Some(known) => known.actor.surface == Surface::Portal || known.actor.is_operator(),
        None => true,
    };
    let home = if may_go_home && !is_home_refused { Way::Home } else { Way::Account };
    let mut ways: Vec<Way> = above.filter(|path| path != "/").map(Way::Above).into_iter().collect();
    ways.push(home);
    if !may_go_home {
        let portal = Web::of(extensions).ok().and_then(|web| web.settings().portal.clone());
        ways.extend(portal.map(Way::Portal));
    }
    ways
}

/// A page whose address names nothing but a workspace is there while that is.
fn names_no_object(pattern: &str) -> bool {
    pattern.matches('{').count() == pattern.matches("{slug}").count()
}

/// What was asked for.
struct Asked<'a> {
    method: &'a Method,
    /// The path of the route table, whose names are not filled in; empty where there is no such route.
    pattern: &'a str,
    path: &'a str,
    has_query: bool,
    pages: Vec<&'static str>,
}

impl<'a> Asked<'a> {
    fn of(extensions: &'a Extensions, facts: &'a Facts) -> Self {
        let (path, query) = facts.path.split_once('?').unwrap_or((&facts.path, ""));
        Self {
            method: &facts.method,
            pattern: extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str),
            path,
            has_query: !query.is_empty(),
            pages: Web::of(extensions).map(|web| web.pages()).unwrap_or_default(),
        }
    }

    /// Whether this is the page that was asked for.
    fn is_itself(&self, path: &str) -> bool {
        self.method == Method::GET && self.path == path && !self.has_query
    }

    /// The longest part of the address that is a page which fits.
    fn above(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        let names: Vec<&str> = self.pattern.split('/').collect();
        let filled: Vec<&str> = self.path.split('/').collect();
        if names.len() != filled.len() {
            return None;
        }
        (2..=names.len()).rev().find_map(|n| {
            let (pattern, path) = (names[..n].join("/"), filled[..n].join("/"));
            let is_page = self.pages.contains(&pattern.as_str()) && fits(&pattern);
            (is_page && !self.is_itself(&path)).then_some(path)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [&str; 4] = ["/", "/admin/{slug}", "/admin/{slug}/domains", "/admin/{slug}/domains/{name}"];

    fn above(method: &Method, pattern: &str, address: &str, fits: fn(&str) -> bool) -> Option<String> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let has_query = !query.is_empty();
        Asked { method, pattern, path, has_query, pages: PAGES.to_vec() }.above(fits)
    }

    #[test]
    fn a_form_that_is_refused_leads_to_the_page_it_belongs_to() {
        let remove = ("/admin/{slug}/domains/{name}/remove", "/admin/acme/domains/acme.test/remove");
        let at = |fits| above(&Method::POST, remove.0, remove.1, fits);
        assert_eq!(at(|_| true).as_deref(), Some("/admin/acme/domains/acme.test"));
        assert_eq!(at(names_no_object).as_deref(), Some("/admin/acme/domains"), "the domain itself is gone");
        let add = above(&Method::POST, "/admin/{slug}/domains", "/admin/acme/domains", |_| true);
        assert_eq!(add.as_deref(), Some("/admin/acme/domains"), "the form's own page is a page too");
        assert_eq!(above(&Method::POST, "", "/nowhere/at/all", |_| true), None);
    }

    #[test]
    fn a_page_that_is_refused_never_leads_to_itself() {
        let list = |address| above(&Method::GET, "/admin/{slug}/domains", address, |_| true);
        assert_eq!(list("/admin/acme/domains").as_deref(), Some("/admin/acme"));
        assert_eq!(list("/admin/acme/domains?limit=x").as_deref(), Some("/admin/acme/domains"));
        assert_eq!(above(&Method::GET, "/", "/", |_| true), None);
    }
}
