//! The table: the first column is the row's name and link, figures stand right, columns give way by their rank when it
//! gets narrow. Search, filters, order and place are in the address; the script only swaps what the server made.

use i18n::Words;
use maud::{Markup, html};

use super::{Button, Icon, MenuItem, button, menu};

/// Where a column's cells stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// Words.
    #[default]
    Start,
    /// Figures.
    End,
}

/// When a column goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Priority {
    /// Never.
    #[default]
    Always,
    /// Under 600 px.
    Md,
    /// Under 860 px.
    Lo,
}

/// The order of a sorted column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

/// A column that can be sorted by.
#[derive(Debug, Clone)]
pub struct Sort {
    /// The same list in the other order.
    pub href: String,
    /// Its order when it is the one sorted by.
    pub now: Option<Direction>,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Its head.
    pub label: String,
    /// Where its cells stand.
    pub align: Align,
    /// When it goes.
    pub priority: Priority,
    /// Its link when the list can be sorted by it.
    pub sort: Option<Sort>,
}

impl Column {
    /// A column of words.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of figures.
    pub fn figure(label: impl Into<String>) -> Self {
        Self { label: label.into(), align: Align::End, ..Self::default() }
    }

    /// Goes under 600 px.
    pub fn md(mut self) -> Self {
        self.priority = Priority::Md;
        self
    }

    /// Goes under 860 px.
    pub fn lo(mut self) -> Self {
        self.priority = Priority::Lo;
        self
    }

    /// Can be sorted by.
    pub fn sort(mut self, href: impl Into<String>, now: Option<Direction>) -> Self {
        self.sort = Some(Sort { href: href.into(), now });
        self
    }

    fn class(&self) -> String {
        let align = if self.align == Align::End { "num" } else { "" };
        let rank = match self.priority {
            Priority::Always => "",
            Priority::Md => " md",
            Priority::Lo => " lo",
        };
        format!("{align}{rank}").trim().to_owned()
    }
}

/// A row; the first cell is its name.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// What a tick sends, unique in the table; also the row's id after `row-`.
    pub key: String,
    /// What the row is called, for the names of its tick and its actions.
    pub name: String,
    /// Where the first cell leads.
    pub href: Option<String>,
    /// One cell for each column.
    pub cells: Vec<Markup>,
    /// At the end: a quiet button, or the menu of several actions ([`Row::menu`]). Always seen.
    pub actions: Option<Markup>,
    /// Its details are open beside the list.
    pub current: bool,
}

/// A row or what stands between rows.
#[derive(Debug, Clone)]
pub enum Rows {
    /// A row.
    Row(Row),
    /// A day, across all columns.
    Day(String),
}

impl From<Row> for Rows {
    fn from(row: Row) -> Self {
        Self::Row(row)
    }
}

/// The height of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// 32 px.
    Compact,
    /// 40 px.
    #[default]
    Normal,
    /// 48 px, for cells of two lines.
    Tall,
}

/// What can be done to ticked rows. Its form posts `pick` once for each, and the button's own name and value.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// Where it is posted to.
    pub action: String,
    /// Against forgery.
    pub csrf: String,
    /// `submit(..)` buttons.
    pub buttons: Vec<Button>,
}

/// There are more rows.
#[derive(Debug, Clone)]
pub struct More {
    /// "12 of 31 shown".
    pub said: String,
    /// The next page, by cursor; `None` at the end.
    pub href: Option<String>,
    /// How many there are on all pages, where that was counted.
    pub all: Option<u64>,
}

impl More {
    /// The foot of a page of a list of which nobody counted all: `said` names how many there are where it is the whole
    /// list, and so many rows of more are only shown. `is_later` is a page that comes after others.
    pub fn after(w: &Words, shown: usize, said: String, href: Option<String>, is_later: bool) -> Self {
        Self::of(w, shown, None, said, href, is_later)
    }

    /// The same, with how many there are on all pages where somebody counted.
    pub fn of(
        w: &Words,
        shown: usize,
        all: Option<u64>,
        said: String,
        href: Option<String>,
        is_later: bool,
    ) -> Self {
        let more = Self { said, href, all };
        if more.href.is_none() && !is_later {
            return more;
        }
        Self { said: more.pattern(w, &shown.to_string()), ..more }
    }

    /// What is said of `n` rows that are shown.
    fn pattern(&self, w: &Words, n: &str) -> String {
        match (&self.href, self.all) {
            (None, None) => w.tx("ui-shown", &[("n", n.into())]),
            (Some(_), None) => w.tx("ui-shown-more", &[("n", n.into())]),
            (_, Some(all)) => {
                let all = super::number(w, i64::try_from(all).unwrap_or(i64::MAX));
                w.tx("ui-shown-of", &[("n", n.into()), ("all", all.into())])
            }
        }
    }
}

/// A table in its card.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its id: the region that the filter swaps.
    pub id: String,
    /// What it lists, for those who don't see it.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Rows>,
    /// The height of rows.
    pub size: Size,
    /// The filter bar.
    pub filter: Option<Markup>,
    /// Ticks and their bar.
    pub bulk: Option<Bulk>,
    /// Under the rows.
    pub more: Option<More>,
    /// Shown when there are no rows.
    pub empty: Option<Markup>,
    /// Links in rows and heads swap this region instead of loading the page; for side sheets.
    pub swap: Option<String>,
}

impl Table {
    fn head(&self, w: &Words, acts: bool) -> Markup {
        html! {
            thead { tr {
                @if self.bulk.is_some() {
                    th class="pick" scope="col" { input type="checkbox" data-all data-free aria-label=(w.t("ui-pick-all")); }
                }
                @for column in &self.columns {
                    @let now = column.sort.as_ref().and_then(|sort| sort.now);
                    @let order = now.map(|now| if now == Direction::Up { "ascending" } else { "descending" });
                    th scope="col" class=(column.class()) aria-sort=[order] {
                        @if let Some(sort) = &column.sort {
                            a href=(sort.href) data-swap=(self.id) {
                                (column.label)
                                @match now { Some(Direction::Up) => (Icon::Up), Some(Direction::Down) => (Icon::Down), None => {} }
                            }
                        } @else { (column.label) }
                    }
                }
                @if acts { th scope="col" { span class="sr" { (w.t("ui-actions")) } } }
            } }
        }
    }

    fn row(&self, w: &Words, row: &Row, acts: bool) -> Markup {
        html! {
            tr id={ "row-" (super::slug(&row.key)) } aria-current=[row.current.then_some("true")] {
                @if self.bulk.is_some() {
                    td class="pick" {
                        input type="checkbox" name="pick" value=(row.key) form={ (self.id) "-bulk" } data-free
                            aria-label=(w.tx("ui-pick", &[("name", (&row.name).into())]));
                    }
                }
                @for (at, (cell, column)) in row.cells.iter().zip(&self.columns).enumerate() {
                    @if at == 0 {
                        th scope="row" class=(column.class()) {
                            @if let Some(href) = &row.href { a href=(href) data-swap=[&self.swap] { (cell) } } @else { (cell) }
                        }
                    } @else { td class=(column.class()) { (cell) } }
                }
                @if acts { td class="acts" { @if let Some(actions) = &row.actions { (actions) } } }
            }
        }
    }

    fn bar(&self, w: &Words, bulk: &Bulk) -> Markup {
        let form = format!("{}-bulk", self.id);
        html! {
            form class="bulk" id=(form) method="post" action=(bulk.action) {
                input type="hidden" name="csrf" value=(bulk.csrf);
                b class="num" role="status" data-picked=(w.tx("ui-picked", &[("n", "{n}".into())])) { (w.t("ui-with-picked")) }
                @for one in &bulk.buttons { (one.clone().small()) }
                button class="btn s quiet push" type="button" data-unpick { (Icon::X) (w.t("ui-clear")) }
            }
        }
    }
}

/// The table in its card.
pub fn table(w: &Words, table: &Table) -> Markup {
    let acts = table.rows.iter().any(|row| matches!(row, Rows::Row(row) if row.actions.is_some()));
    let size = match table.size {
        Size::Compact => " compact",
        Size::Normal => "",
        Size::Tall => " tall",
    };
    let span = table.columns.len() + usize::from(acts) + usize::from(table.bulk.is_some());
    let follows = if table.more.is_some() { " more-follows" } else { "" };
    let joined = if table.filter.is_some() { " joined" } else { "" };
    html! {
        section class={ "table-card" (joined) } id=(table.id) aria-label=(table.caption) {
            @if let Some(filter) = &table.filter { (filter) }
            @if !table.rows.is_empty() {
                table class={ "table" (size) (follows) } {
                    caption { (table.caption) }
                    (table.head(w, acts))
                    tbody {
                        @for row in &table.rows {
                            @match row {
                                Rows::Row(row) => (table.row(w, row, acts)),
                                Rows::Day(day) => { tr class="day" { th colspan=(span) scope="colgroup" { (day) } } }
                            }
                        }
                    }
                }
            } @else if let Some(empty) = &table.empty { (empty) }
            @if let Some(more) = &table.more {
                p class="more" {
                    span class="num" role="status" data-shown=(more.pattern(w, "{n}")) { (more.said) }
                    @if let Some(href) = &more.href { a class="btn s" href=(href) data-more=(table.id) { (w.t("ui-load-more")) } }
                }
            }
            @if let Some(bulk) = &table.bulk { (table.bar(w, bulk)) }
        }
    }
}

impl Row {
    /// "Actions for {name}" with three dots, opening the menu of this id.
    pub fn menu_button(w: &Words, name: &str, menu: &str) -> Button {
        button(w.tx("ui-actions-for", &[("name", name.into())])).only(Icon::More).quiet().small().menu(menu)
    }

    /// The "…" of the row of this key and name, with what it opens.
    pub fn menu(w: &Words, key: &str, name: &str, items: &[MenuItem]) -> Markup {
        let id = format!("row-menu-{}", super::slug(key));
        html! { (Self::menu_button(w, name, &id)) (menu(&id, true, items)) }
    }
}
