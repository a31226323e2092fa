//! The filter bar: search, selects and chips as a GET form, so that what is seen can be sent to somebody as a link.

use i18n::Words;
use maud::{Markup, html};

use super::{Icon, button, submit};

/// A filter of few values.
#[derive(Debug, Clone, Default)]
pub struct FilterSelect {
    /// Its name in the address.
    pub name: String,
    /// What it filters by; also its first option, which stands for all.
    pub label: String,
    /// Values and what they are called.
    pub options: Vec<(String, String)>,
    /// The same under headings, where there are many.
    pub groups: Vec<(String, Vec<(String, String)>)>,
    /// The chosen one, empty for all.
    pub value: String,
}

/// A filter bar.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The path of the list.
    pub action: String,
    /// The id of the table it filters.
    pub region: String,
    /// What is searched, "Name or address"; `None` when the list can't be searched.
    pub search: Option<String>,
    /// What was searched for, in the address as `q`.
    pub query: String,
    /// Filters of few values.
    pub selects: Vec<FilterSelect>,
    /// Filters that are on and come from elsewhere: label, value, address without it.
    pub chips: Vec<(String, String, String)>,
    /// Further values to keep in the address, such as the order.
    pub keep: Vec<(String, String)>,
    /// At the right end: saved filters, export.
    pub aside: Option<Markup>,
}

/// The filter bar; put it into [`super::Table::filter`].
pub fn filter(w: &Words, filter: &Filter) -> Markup {
    let on = !filter.query.is_empty()
        || !filter.chips.is_empty()
        || filter.selects.iter().any(|s| !s.value.is_empty());
    let id = format!("{}-filter", filter.region);
    html! {
        form class="filter" id=(id) role="search" method="get" action=(filter.action) data-swap=(filter.region) data-auto {
            @for (name, value) in &filter.keep { input type="hidden" name=(name) value=(value); }
            @if let Some(search) = &filter.search {
                label class="input with-icon" {
                    (Icon::Search)
                    span class="sr" { (search) }
                    input type="search" id={ (id) "-q" } name="q" value=(filter.query) placeholder=(search) autocomplete="off" data-free;
                }
            }
            @for select in &filter.selects {
                label class="select tight" {
                    span class="sr" { (select.label) }
                    select id={ (id) "-" (select.name) } name=(select.name) data-free {
                        option value="" selected[select.value.is_empty()] { (select.label) }
                        (options(&select.options, &select.value))
                        @for (heading, all) in &select.groups {
                            optgroup label=(heading) { (options(all, &select.value)) }
                        }
                    }
                    (Icon::Down)
                }
            }
            @for (label, value, off) in &filter.chips {
                a class="chip on" href=(off) data-swap=(filter.region) {
                    span { b { (label) ":" } " " (value) }
                    (Icon::X)
                    span class="sr" { (w.t("ui-filter-off")) }
                }
            }
            @if on { a class="btn s quiet" href=(filter.action) data-swap=(filter.region) { (w.t("ui-clear-all")) } }
            noscript { (submit(w.t("ui-apply")).small()) }
            @if let Some(aside) = &filter.aside { span class="push row" { (aside) } }
        }
    }
}

fn options(all: &[(String, String)], chosen: &str) -> Markup {
    html! {
        @for (value, label) in all {
            option value=(value) selected[value == chosen] { (label) }
        }
    }
}

impl Filter {
    /// A small quiet button with an icon that opens the menu of this id.
    pub fn menu_button(label: &str, icon: Icon, menu: &str) -> super::Button {
        button(label).icon(icon).quiet().small().menu(menu)
    }
}
