//! The consoles' routes, from the golden route table: what a page may lead to, and what a crawl must have reached.

const ROUTES: &str = include_str!("../../../src/wiring/snapshots/dezky__wiring__tests__routes.snap");

/// A route of a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub surface: &'static str,
    pub path: &'static str,
    pub method: &'static str,
}

impl Route {
    /// True for a path that this route serves.
    pub fn serves(&self, path: &str) -> bool {
        let (own, asked) = (self.path.split('/'), path.split('/'));
        own.clone().count() == asked.clone().count()
            && own.zip(asked).all(|(own, asked)| own == asked || own.starts_with('{') && !asked.is_empty())
    }

    /// The fewer names it has to be filled in, the better it fits.
    fn holes(&self) -> usize {
        self.path.matches('{').count()
    }
}

/// The routes of a console.
pub fn of(surface: &str) -> Vec<Route> {
    let body = ROUTES.splitn(3, "---\n").nth(2).expect("the golden file has a head");
    let routes = body.lines().filter(|line| !line.is_empty()).map(|line| {
        let (what, _) = line.split_once(": ").expect("a guard");
        let words: Vec<&'static str> = what.split(' ').collect();
        let [surface, path, method] = words.as_slice() else { panic!("{line}") };
        Route { surface, path, method }
    });
    routes.filter(|route| route.surface == surface).collect()
}

/// The route that serves a path.
pub fn serving(routes: &[Route], method: &str, path: &str) -> Option<Route> {
    let fit = routes.iter().filter(|route| route.method == method && route.serves(path));
    fit.min_by_key(|route| route.holes()).copied()
}
