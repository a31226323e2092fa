//! The palette's search [O2]: each slice brings finders for what it has and shortcuts to what it does; one route on each
//! console runs those whose right the caller holds. It finds nothing that its reader may not open.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use access::{Actor, Attempt, Granted, ListTenants, OwnAccount, Permission, Surface, Usage};
use axum::{Extension, Json};
use db::Db;
use futures_util::future::BoxFuture;
use i18n::Words;
use kernel::Needle;
use kernel::input::Shape;
use kernel::needle::find_key;
use serde::{Deserialize, Serialize};

use crate::context::{Facts, ObjectPage, Web};
use crate::failure::Failure;
use crate::query::{Parameter, Parameters, Query, Tables};
use crate::right::Right;
use crate::routes::{Mount, Routes};
use crate::ui::Icon;

/// The most that is shown of a kind: whoever looks for more goes on typing.
const MOST: u64 = 5;

/// What a finder is asked.
#[derive(Debug, Clone)]
pub struct Sought {
    /// What was typed.
    pub needle: Needle,
    /// The most that is shown.
    pub most: u64,
    /// The reader's words.
    pub words: Words,
}

/// One thing that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The slug of its tenant.
    pub slug: String,
    /// Its id, as the log has it.
    pub id: String,
    /// Its name, as the log has it.
    pub name: String,
    /// What people know it by.
    pub title: String,
    /// What tells it from others; before that its state, so that no long address hides it.
    pub detail: String,
}

type Run = dyn Fn(Db, Actor, Attempt, Sought) -> BoxFuture<'static, Result<Vec<Hit>, Failure>> + Send + Sync;

/// Finds things of one kind on one surface, for those who hold its right.
#[derive(Clone)]
pub struct Finder {
    /// The kind, as its `ObjectPage` names it.
    pub kind: &'static str,
    /// The surface.
    pub surface: Surface,
    /// The key of the words above what it finds.
    pub heading: &'static str,
    /// Its icon.
    pub icon: Icon,
    /// The lower, the earlier it comes.
    pub place: u8,
    run: Arc<Run>,
}

impl Finder {
    /// A finder of what an `ObjectPage` opens.
    pub fn new<P, F, Answer>(
        page: &ObjectPage,
        (heading, icon): (&'static str, Icon),
        place: u8,
        find: F,
    ) -> Self
    where
        P: Permission,
        F: Fn(Granted<P>, Sought) -> Answer + Clone + Send + Sync + 'static,
        Answer: Future<Output = Result<Vec<Hit>, Failure>> + Send + 'static,
    {
        let run = move |db: Db, actor: Actor, attempt: Attempt, sought: Sought| {
            let find = find.clone();
            let answer = async move {
                match Granted::<P>::if_held(&db, &actor, &attempt).await? {
                    Some(by) => find(by, sought).await,
                    None => Ok(Vec::new()),
                }
            };
            Box::pin(answer) as BoxFuture<'static, _>
        };
        Self { kind: page.kind, surface: page.surface, heading, icon, place, run: Arc::new(run) }
    }
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finder")
            .field("kind", &self.kind)
            .field("surface", &self.surface)
            .finish_non_exhaustive()
    }
}

type Held = for<'a> fn(&'a Db, &'a Actor, &'a Attempt) -> BoxFuture<'a, Result<bool, Failure>>;

/// A way to what people do often, offered to those who may: the page of it, or the page whose dialog `#` names.
#[derive(Debug, Clone, Copy)]
pub struct Shortcut {
    /// The surface.
    pub surface: Surface,
    /// The key of its words.
    pub label: &'static str,
    /// Where it leads; `{slug}` stands for the workspace that the person is in.
    pub href: &'static str,
    /// Its icon.
    pub icon: Icon,
    /// The right that it takes.
    pub right: &'static str,
    held: Held,
}

impl Shortcut {
    /// A shortcut to what `P` allows.
    pub const fn new<P: Permission>(
        surface: Surface,
        label: &'static str,
        href: &'static str,
        icon: Icon,
    ) -> Self {
        Self { surface, label, href, icon, right: P::NAME, held: held::<P> }
    }
}

fn held<'a, P: Permission>(
    db: &'a Db,
    actor: &'a Actor,
    attempt: &'a Attempt,
) -> BoxFuture<'a, Result<bool, Failure>> {
    Box::pin(async move { Ok(Granted::<P>::if_held(db, actor, attempt).await?.is_some()) })
}

/// The palette's route on each console.
pub fn routes() -> Vec<Routes> {
    vec![
        Routes::new(Mount::Operator).get("/palette", of_operator),
        Routes::new(Mount::Portal).get("/palette", of_portal),
    ]
}

const PARAMETERS: &[Parameter] = &[
    Parameter::optional("q", Shape::Search, "Words to search for. Without them, the actions."),
    Parameter::optional("in", Shape::Text(63), "The slug of the workspace to search."),
];

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    #[serde(rename = "in")]
    tenant: Option<String>,
}

impl Parameters for Asked {
    const TABLES: Tables = &[PARAMETERS];
}

#[derive(Serialize)]
struct Found {
    sections: Vec<Section>,
}

/// What was found of one kind.
#[derive(Serialize)]
struct Section {
    heading: String,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    title: String,
    detail: String,
    href: String,
    icon: &'static str,
}

async fn of_operator(
    Right(by): Right<ListTenants>,
    Extension(web): Extension<Web>,
    Extension(facts): Extension<Facts>,
    Query(asked): Query<Asked>,
) -> Result<Json<Found>, Failure> {
    find(by.actor(), &web, &facts.words, asked).await
}

async fn of_portal(
    Right(by): Right<OwnAccount>,
    Extension(web): Extension<Web>,
    Extension(facts): Extension<Facts>,
    Query(asked): Query<Asked>,
) -> Result<Json<Found>, Failure> {
    find(by.actor(), &web, &facts.words, asked).await
}

/// Everything in its fixed order: what can be done, then what there is.
async fn find(actor: &Actor, web: &Web, words: &Words, asked: Asked) -> Result<Json<Found>, Failure> {
    let slug = asked.tenant.unwrap_or_default();
    let needle = Needle::read(&asked.q.unwrap_or_default());
    let mut sections = vec![shortcuts(actor, web, words, &slug, needle.as_ref()).await?];
    if let Some(needle) = needle {
        let sought = Sought { needle, most: MOST, words: words.clone() };
        for finder in web.finders().iter().filter(|finder| finder.surface == actor.surface) {
            let attempt = attempt(&slug, Usage::Read);
            let hits = (finder.run)(web.db().clone(), actor.clone(), attempt, sought.clone()).await?;
            sections.push(section(web, words, finder, hits));
        }
    }
    sections.retain(|section| !section.items.is_empty());
    Ok(Json(Found { sections }))
}

/// The rights are judged over the workspace that the page is of, as its own routes would.
fn attempt(slug: &str, usage: Usage) -> Attempt {
    Attempt { path: vec![("slug".to_owned(), slug.to_owned())], usage, route: "GET /palette".to_owned() }
}

async fn shortcuts(
    actor: &Actor,
    web: &Web,
    words: &Words,
    slug: &str,
    needle: Option<&Needle>,
) -> Result<Section, Failure> {
    let attempt = attempt(slug, Usage::Change);
    let (mut items, mut rights) = (Vec::new(), BTreeMap::new());
    for shortcut in web.shortcuts().iter().filter(|shortcut| shortcut.surface == actor.surface) {
        let title = words.t(shortcut.label);
        if needle.is_some_and(|needle| !needle.finds(&find_key(&[&title]))) {
            continue;
        }
        let is_held = match rights.get(shortcut.right) {
            Some(known) => *known,
            None => (shortcut.held)(web.db(), actor, &attempt).await?,
        };
        rights.insert(shortcut.right, is_held);
        if is_held {
            let href = shortcut.href.replace("{slug}", slug);
            items.push(Item { title, detail: String::new(), href, icon: shortcut.icon.name() });
        }
    }
    Ok(Section { heading: words.t("ui-find-actions"), items })
}

fn section(web: &Web, words: &Words, finder: &Finder, hits: Vec<Hit>) -> Section {
    let page = web.objects().iter().find(|page| page.kind == finder.kind && page.surface == finder.surface);
    let item = |hit: Hit| {
        let href = page?.at(&hit.slug, &hit.id, &hit.name);
        Some(Item { title: hit.title, detail: hit.detail, href, icon: finder.icon.name() })
    };
    Section { heading: words.t(finder.heading), items: hits.into_iter().filter_map(item).collect() }
}
