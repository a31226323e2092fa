//! What holds for every component: words can't become markup, ids are unique, no style and no script in attributes.

use std::collections::HashSet;
use std::sync::Arc;

use i18n::{Catalogues, Language, Words};
use kernel::Message;

use super::*;

pub(crate) fn words() -> Words {
    Words::new(Arc::new(Catalogues::new(TEXTS).unwrap()), Language::English)
}

fn shell() -> Shell {
    let item = |label: &str, icon, current, badge| NavItem {
        label: label.into(),
        href: format!("/{}", slug(label)),
        icon,
        current,
        badge,
        tone: Tone::Bad,
    };
    Shell {
        csrf: "token".into(),
        environment: Some("Sandbox".into()),
        sandbox_link: Some("https://sandbox.example".into()),
        help: Some("/help".into()),
        workspace: Some(Workspace {
            name: "Ærø Bogføring ApS".into(),
            slug: "aeroe".into(),
            mark: "Æ".into(),
            detail: Some("Business, 24 seats".into()),
            others: vec![("nordlys".into(), "Nordlys A/S".into())],
        }),
        person: Some(Person {
            id: "usr_1".into(),
            name: "Søren Kjær".into(),
            email: "soeren@example.dk".into(),
        }),
        own: vec![item("Sessions", Icon::Screen, false, None)],
        apps: vec![item("Mail", Icon::Mail, false, None)],
        nav: vec![
            NavGroup { label: None, items: vec![item("Dashboard", Icon::Dashboard, false, None)] },
            NavGroup {
                label: Some("Customers".into()),
                items: vec![
                    item("Tenants", Icon::Tenant, true, Some(3)),
                    item("Partners", Icon::Partner, false, Some(0)),
                ],
            },
        ],
        bands: vec![Band { kind: BandKind::Sandbox, text: maud::html! { "Sandbox." }, action: None }],
        path: "/_components".into(),
        ..Shell::new(
            Surface::Operator,
            words(),
            "n0nce",
            Brand { product_name: "Dezky".into(), accent: Some("#1f4e9c".into()) },
        )
    }
}

/// The values of an attribute, in the order of the text.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_gallery_has_no_style_and_no_script_in_attributes() {
    let html = gallery::page(&shell()).into_string();
    assert!(values(&html, "style").is_empty());
    for handler in ["onclick", "onchange", "onsubmit", "oninput", "onload", "onerror"] {
        assert!(values(&html, handler).is_empty(), "{handler}");
    }
    assert_eq!(html.matches("<script").count(), html.matches("nonce=\"n0nce\"").count() - 1);
}

#[test]
fn ids_are_unique_and_what_points_to_an_id_finds_one() {
    let html = gallery::page(&shell()).into_string();
    let mut ids = HashSet::new();
    for id in values(&html, "id") {
        assert!(ids.insert(id), "{id} is there twice");
    }
    for attribute in
        ["for", "aria-labelledby", "aria-describedby", "commandfor", "popovertarget", "form", "aria-controls"]
    {
        for target in values(&html, attribute) {
            assert!(ids.contains(target), "{attribute}={target} leads nowhere");
        }
    }
}

#[test]
fn headings_go_down_one_level_at_a_time() {
    let html = gallery::page(&shell()).into_string();
    let main = html.split("<main").nth(1).unwrap();
    let levels = main.split("<h").filter_map(|rest| rest.chars().next()?.to_digit(10));
    let mut last = 0;
    for level in levels.filter(|level| (1..=6).contains(level)) {
        assert!(level <= last + 1, "h{level} after h{last}");
        last = level;
    }
    assert_eq!(html.matches("<h1").count(), 1);
}

#[test]
fn every_word_is_in_the_catalogues_of_all_languages() {
    let keys = |text: &'static str| -> HashSet<&'static str> {
        text.lines()
            .filter(|line| line.starts_with("ui-"))
            .filter_map(|line| line.split(" =").next())
            .collect()
    };
    let english = keys(TEXTS[0].text);
    for source in TEXTS {
        assert_eq!(keys(source.text), english, "{}", source.language.code());
    }
    let catalogues = Arc::new(Catalogues::new(TEXTS).unwrap());
    for language in Language::ALL {
        let html = gallery::page(&Shell { words: Words::new(catalogues.clone(), language), ..shell() })
            .into_string();
        assert!(!html.contains(">ui-") && !html.contains("\"ui-"), "a key is shown in {}", language.code());
    }
}

/// Every text of every component, as somebody who means harm would write it.
#[test]
fn no_text_becomes_markup() {
    let w = &words();
    let x = "<script>alert(1)</script>\"'";
    let text = || x.to_owned();
    let all = maud::html! {
        (button(x).icon(Icon::Plus).value(x, x).title(x).copies(x)) (submit(x).action(x).form(x)) (link_button(x, x).swaps(x))
        (button(x).only(Icon::X).opens(x)) (button(x).menu(x)) (button(x).closes(x)) (button(x).copies_from(x))
        (state_said(State::Ok, x).pill()) (badge(x, Tone::Bad, Some(x))) (tag(x)) (avatar(x, x)) (logo(x)) (who(x, x, Some(x)))
        (card(x, x).says(x)) (meter(&Meter { label: text(), used: Some((9.0, 10.0)), said: text(), note: Some(text()) }))
        (tiles(w, x, &[Tile { label: text(), figure: Figure::Known(text()), change: text(), href: Some(text()), tone: Tone::Bad }]))
        (progress(x, Progress::Of(1, 2)))
        (steps(w, x, &[Step {
            id: text(), label: text(), tag: Some(text()), detail: Some(text()), attempts: Some(2),
            trouble: Some(Trouble { said: text(), means: Some(text()), request: Some(text()) }), ..Step::default()
        }]))
        (table(w, &Table {
            id: text(), caption: text(), columns: vec![Column::new(x).sort(x, Some(Direction::Down))],
            rows: vec![Row { key: text(), name: text(), href: Some(text()), cells: vec![maud::html! { (x) }], ..Row::default() }.into(), Rows::Day(text())],
            more: Some(More { said: text(), href: Some(text()), all: Some(31) }), bulk: Some(Bulk { action: text(), csrf: text(), buttons: vec![submit(x)] }),
            filter: Some(filter(w, &Filter {
                action: text(), region: text(), search: Some(text()), query: text(), keep: vec![(text(), text())],
                selects: vec![FilterSelect { groups: Vec::new(), name: text(), label: text(), options: vec![(text(), text())], value: text() }],
                chips: vec![(text(), text(), text())], aside: None,
            })), ..Table::default()
        }))
        @for kind in [FieldKind::Text, FieldKind::Textarea, FieldKind::Hidden, FieldKind::Switch, FieldKind::Select(vec![(text(), text())]), FieldKind::Radio(vec![(text(), text())])] {
            (field(w, &Field { domains: vec![(text(), text())], among: vec![(text(), text())], ..Field::new(x, x).kind(kind.clone()).value(x) }))
            (field(w, &Field { suffix: Some(text()), placeholder: Some(text()), ..Field::new(x, x).kind(kind).value(x).help(x) }))
        }
        (field(w, &Field::new(x, x).error(Some(Message::Quoted(text())))))
        (error_summary(w, &[FieldError { id: text(), label: text(), error: Message::Quoted(text()) }]))
        (tabs(x, &[Tab { label: text(), href: text(), current: true, badge: Some((1, Tone::Ok, text())) }]))
        (crumbs(w, &[Crumb { label: text(), href: Some(text()) }, Crumb { label: text(), href: None }]))
        (menu(x, true, &[
            MenuItem::Head(text()), MenuItem::Link { icon: Icon::X, label: text(), href: text() },
            MenuItem::Opens { icon: Icon::X, label: text(), dialog: text(), danger: true },
            MenuItem::Post { icon: Icon::X, label: text(), action: text(), csrf: text() },
        ]))
        (dialog(w, x, x).form(x, x).swaps(x).open(true))
        (confirm(w, &Confirm {
            id: text(), title: text(), says: text(), goes: vec![(Icon::Mail, text())], name: Some(text()), label: text(), keep: text(),
            action: text(), csrf: text(), fields: None, error: Some(text()),
        }))
        (sheet(w, x, x, x).section(Some(text()), maud::html! { (x) }).region(x))
        (toast(w, &Flash { tone: Tone::Ok, text: text(), undo: None }))
        (empty(&Empty { icon: Icon::X, title: text(), says: text(), actions: None })) (empty(&Empty::no_match(w, x, x, x)))
        (error_state(w, x, x, None, Some(x))) (banner(Tone::Bad, x, x, None)) (skeleton(w, 2))
        (copy(w, x)) (code(Some(x), x)) (diff(w, x, "b")) (definitions(true, &[Definition::new(x, maud::html! { (x) })]))
        (secret(w, &Secret { id: text(), label: text(), value: text().into(), group: 4 })) (secret(w, &Secret { id: text(), label: text(), value: text().into(), group: 0 }))
        (changes(w, (x, x), true, &[(text(), Some(text()), None)]))
        (reasons(&[Reason { title: text(), href: Some(text()), says: text(), ..Reason::default() }]))
        (events(true, &[Event::Day(text()), Event::At { time: maud::html! { (x) }, what: maud::html! { (x) } }]))
        (bars(w, &Bars { id: text(), title: text(), says: text(), bars: vec![Bar { label: text(), long: text(), value: 1.0, said: text(), partial: true }] }))
        (line_chart(&Line { title: text(), says: text(), points: vec![Some(1.0), None], labels: [text(), text(), text()] }))
    };
    let html = all.into_string();
    assert!(html.contains("&lt;script&gt;"));
    assert!(!html.contains("<script"), "a text became an element");
    assert!(!html.contains("alert(1)</script>\"'"), "a text left its attribute");
}

#[test]
fn the_frame_is_safe_whatever_names_are() {
    let x = "</style><script>alert(1)</script>";
    let brand = Brand { product_name: x.into(), accent: Some(format!("red}}{x}")) };
    let person = Some(Person { id: x.into(), name: x.into(), email: x.into() });
    let workspace = Some(Workspace {
        name: x.into(),
        slug: x.into(),
        mark: x.into(),
        detail: Some(x.into()),
        others: vec![(x.into(), x.into())],
    });
    let host = Some(x.into());
    let shell = Shell { brand, person, workspace, host, csrf: x.into(), path: x.into(), ..shell() };
    for html in [shell.page(x, &PageHead::default(), &maud::html! {}), shell.bare(x, &maud::html! {})] {
        let html = html.into_string();
        assert_eq!(html.matches("<script").count(), 1, "only our own script");
        assert!(!html.contains("<style"), "a colour that isn't one is left out");
    }
}

#[test]
fn the_frame_carries_brand_theme_and_language() {
    let html = Shell { theme: Theme::Dark, ..shell() }
        .page("Tenants", &PageHead::default(), &maud::html! {})
        .into_string();
    assert!(html.contains("<html lang=\"en\" data-theme=\"dark\">"));
    assert!(html.contains("<style nonce=\"n0nce\">:root{--brand:#1f4e9c;--brand-ink:#ffffff}</style>"));
    assert!(html.contains("formaction=\"/theme/system\""));
    assert!(html.contains("<title>Tenants · Dezky</title>"));
    assert_eq!(Theme::of_word("dark"), Theme::Dark);
    assert_eq!(Theme::of_word("pink"), Theme::System);
}

#[test]
fn a_page_without_a_person_has_no_menus() {
    let html =
        Shell { person: None, ..shell() }.bare("Sign in", &maud::html! { p { "Hello" } }).into_string();
    assert!(!html.contains("id=\"me\"") && !html.contains("id=\"palette\""));
    assert!(html.contains("<h1 id=\"entry-t\">Sign in</h1>"));
    assert!(html.contains("<b>Dezky</b><small>Operator console</small>"), "{html}");
}

#[test]
fn the_door_of_a_workspace_has_its_name_and_its_mark() {
    let html = shell().hosted_by("Nordlys A/S").bare("Join", &maud::html! {}).into_string();
    assert!(html.contains(">N</span><span><b>Nordlys A/S</b><small>Dezky</small></span>"), "{html}");
}

#[test]
fn a_field_says_what_is_wrong_to_those_who_hear_it() {
    let html = field(
        &words(),
        &Field::new("slug", "Short name")
            .help("Small letters.")
            .error(Some(Message::Quoted("Taken.".into()))),
    )
    .into_string();
    assert!(html.contains("aria-invalid=\"true\"") && html.contains("aria-describedby=\"f-slug-e\""));
    assert!(html.contains("id=\"f-slug-e\"") && !html.contains("Small letters."));
}

#[test]
fn a_secret_is_read_exactly_as_it_is_typed() {
    let w = &words();
    let secrets = ["tkks-vqxq-nn8f-8t6v", "app_5lSKMZzQ9fTwhIrdsXyBGtyLL", "K7m", "a b--c_", "æøå-12345678"];
    for (value, group) in secrets.iter().flat_map(|value| (0..9).map(move |group| (*value, group))) {
        let secret = Secret { id: "s".into(), label: "It".into(), value: value.into(), group };
        let html = super::secret(w, &secret).into_string();
        let shown = html.split_once("class=\"value\">").unwrap().1.split_once("</p>").unwrap().0;
        let read: String =
            shown.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        assert_eq!(read, value, "in groups of {group}");
        assert!(html.contains(&format!("data-copy=\"{value}\"")), "{html}");
    }
}

#[test]
fn an_address_is_shown_in_two_where_its_domain_is_one_to_choose() {
    let domains = ["acme.test", "bo.test"].map(|name| (name.to_owned(), name.to_owned())).to_vec();
    let shown = |value: &str| {
        let field = Field { domains: domains.clone(), ..Field::new("address", "Address") }.value(value);
        super::field(&words(), &field).into_string()
    };
    let own = shown("sales@bo.test");
    assert!(own.contains("value=\"sales\"") && own.contains("name=\"address@\""), "{own}");
    assert!(own.contains("<option value=\"bo.test\" selected>@bo.test</option>"), "{own}");
    let other = shown("sales@elsewhere.test");
    assert!(other.contains("value=\"sales@elsewhere.test\"") && !other.contains("selected"), "{other}");
}

#[test]
fn a_card_that_is_folded_says_so_whatever_people_do_with_it() {
    for (open, said) in [(true, "open data-fold=\"open\""), (false, "id=\"steps\" data-fold=\"shut\"")] {
        let card = super::card("steps", "Steps").fold(open);
        let html = maud::html! { (card) }.into_string();
        assert!(html.contains(said), "{html}");
    }
}

#[test]
fn a_later_page_of_a_list_does_not_pass_for_the_whole_of_it() {
    let said = |all: Option<u64>, href: Option<&str>, is_later: bool| {
        let href = href.map(str::to_owned);
        More::of(&words(), 3, all, "3 people".into(), href, is_later).said
    };
    assert_eq!(said(None, None, false), "3 people");
    assert_eq!(said(Some(3), None, false), "3 people");
    assert_eq!(said(Some(53), Some("/next"), false), "3 of 53 shown");
    assert_eq!(said(Some(53), None, true), "3 of 53 shown");
    assert_eq!(said(None, Some("/next"), true), "3 shown, more available");
    assert_eq!(said(None, None, true), "3 shown");
}
