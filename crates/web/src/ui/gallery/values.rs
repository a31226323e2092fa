//! Tables, empty and error states, banners, secrets, differences, charts.

use maud::{Markup, html};

use super::super::{
    Bar, Bars, Bulk, Column, Definition, Direction, Empty, Filter, FilterSelect, Icon, Line, More, Row, Rows,
    Secret, Shell, Size, State, Table, Tone, banner, bars, button, changes, code, copy, definitions, diff,
    empty, error_state, filter, line_chart, link_button, secret, skeleton, sparkline, state, state_said,
    submit, table, who,
};
use super::demo;

pub(super) fn all(shell: &Shell) -> Markup {
    html! {
        (demo("table", "Table, filter bar, bulk bar", "Rows of 40 px, 48 with two lines, 32 compact. The first column is the link; columns give way by rank.", &tables(shell)))
        (demo("empty", "Empty, error, no right, loading", "What it is, what it means, what to do; the request id is there to be copied.", &nothing(shell)))
        (demo("banners", "Banner", "Inside a page, about the page. A word in bold, a sentence, one action.", &banners()))
        (demo("values", "Secret, copy, code, diff", "Monospace for what must be exact. Parts that differ are underlined as well as tinted.", &values(shell)))
        (demo("charts", "Charts", "Never a line through hours that weren’t measured; the gap is dashed.", &charts(shell)))
    }
}

fn row(name: &str, address: &str, role: &str, how: &Markup, size: &str) -> Rows {
    let cells = vec![who(name, address, Some(address)), html! { (role) }, how.clone(), html! { (size) }];
    let key = address.to_owned();
    Rows::Row(Row { key, name: name.into(), href: Some("#demo-table".into()), cells, ..Row::default() })
}

fn people_filter(shell: &Shell) -> Markup {
    filter(
        &shell.words,
        &Filter {
            action: "/_components".into(),
            region: "people".into(),
            search: Some("Name or address".into()),
            query: "lind".into(),
            selects: vec![FilterSelect {
                groups: Vec::new(),
                name: "role".into(),
                label: "Role".into(),
                options: vec![("admin".into(), "Admin".into()), ("member".into(), "Member".into())],
                value: String::new(),
            }],
            chips: vec![("Group".into(), "Aarhus".into(), "#demo-table".into())],
            keep: Vec::new(),
            aside: Some(html! { (Filter::menu_button("Saved", Icon::Pin, "row-menu")) }),
        },
    )
}

fn people(shell: &Shell) -> Table {
    let w = &shell.words;
    let columns = vec![
        Column::new("Person").sort("#demo-table", Some(Direction::Up)),
        Column::new("Role").md(),
        Column::new("Status").sort("#demo-table", None),
        Column::figure("Mailbox, GB").lo(),
    ];
    let mut rows = vec![
        row(
            "Anne-Sofie Østergård-Lindholm von Rosenørn",
            "anne-sofie@nordlys.dk",
            "Owner",
            &html! { (state(w, State::Active)) },
            "48.1",
        ),
        row(
            "Mette Lindholm",
            "mette@nordlys.dk",
            "Admin",
            &html! { (state_said(State::Running, "Setting up")) },
            "not yet",
        ),
        row(
            "Jonas Ravn",
            "jonas@nordlys.dk",
            "Member",
            &html! { (state_said(State::Error, "Mailbox failed")) },
            "—",
        ),
    ];
    for one in &mut rows {
        if let Rows::Row(row) = one {
            row.actions = Some(html! { (Row::menu_button(w, &row.name, "row-menu")) });
        }
    }
    let bulk = Bulk {
        action: "/_components".into(),
        csrf: shell.csrf.clone(),
        buttons: vec![
            submit("Suspend").icon(Icon::Pause).value("operation", "suspend"),
            submit("Remove").icon(Icon::Trash).danger().value("operation", "remove"),
        ],
    };
    Table {
        id: "people".into(),
        caption: "Members who match “lind”, by name".into(),
        columns,
        rows,
        size: Size::Tall,
        filter: Some(people_filter(shell)),
        bulk: Some(bulk),
        more: Some(More { said: "3 of 31 shown".into(), href: Some("#demo-table".into()), all: Some(31) }),
        ..Table::default()
    }
}

fn tables(shell: &Shell) -> Markup {
    let w = &shell.words;
    let invoices = Table {
        id: "invoices".into(),
        caption: "Invoices".into(),
        columns: vec![Column::new("Number"), Column::new("Date").md(), Column::figure("Amount")],
        rows: vec![
            Rows::Day("November 2025".into()),
            Rows::Row(Row {
                key: "1187".into(),
                href: Some("#demo-table".into()),
                cells: vec![html! { "2025-1187" }, html! { "18 Nov" }, html! { "DKK 18,740.00" }],
                current: true,
                ..Row::default()
            }),
        ],
        size: Size::Compact,
        ..Table::default()
    };
    let none = Table {
        id: "nobody".into(),
        caption: "Members".into(),
        empty: Some(empty(&Empty::no_match(w, "lindt", "nobody", "#demo-table"))),
        ..Table::default()
    };
    html! { div class="stack" { (table(w, &people(shell))) (table(w, &invoices)) (table(w, &none)) } }
}

fn nothing(shell: &Shell) -> Markup {
    let w = &shell.words;
    let none = Empty {
        icon: Icon::Users,
        title: "No members yet".into(),
        says: "Add people one by one, bring a list, or let them join by invitation. 24 seats are free."
            .into(),
        actions: Some(
            html! { (button("Add member").icon(Icon::Plus).primary()) (link_button("Import a list", "#demo-empty")) },
        ),
    };
    let locked = Empty::no_right(
        "Billing is for owners and admins",
        "You are a member here. Freja Ågård Holm can let you in.",
    );
    let again = html! { (link_button("Try again", "#demo-empty").icon(Icon::Refresh)) };
    let says = "Stalwart hasn’t answered for 33 minutes. Members and their rights are shown as before; only sizes are missing.";
    html! {
        div class="cols even" {
            div class="card" { (empty(&none)) }
            div class="card" { (empty(&locked)) }
            div class="card" { (error_state(w, "The mailboxes couldn’t be read", says, Some(&again), Some("req_01JD4S8M2K7QZ"))) }
            div class="card" { div class="body" { (skeleton(w, 4)) } }
        }
    }
}

fn banners() -> Markup {
    let act = html! { (button("Remind both").small()) };
    html! {
        (banner(Tone::Info, "Payments are off.", "Prices and seats are kept; nothing is charged until Stripe is set up.", None))
        (banner(Tone::Warn, "Two admins have no second factor.", "From 1 December they can’t sign in without one.", Some(&act)))
        (banner(Tone::Bad, "Somebody else saved this a minute ago.", "Your 28 is still in the form.", Some(&act)))
        (banner(Tone::Ok, "Proven.", "nordlys.dk is yours; its mail records are being created.", None))
    }
}

fn values(shell: &Shell) -> Markup {
    let w = &shell.words;
    let some = |text: &str| Some(text.to_owned());
    let rows = [
        ("name".to_owned(), some("dezky-tenant-aeroe"), some("dezky-tenant-aeroe")),
        ("attributes.seats".to_owned(), some("24"), some("22")),
        ("attributes.policy.mfaMode".to_owned(), some("\"admins\""), None),
    ];
    let once = Secret {
        id: "once".into(),
        label: "Client secret of “Køreplan”".into(),
        value: "dzk9sQxV2mK7pLrT4wZ8hNc1".into(),
        group: 8,
    };
    html! {
        div class="cols even" {
            (secret(w, &once))
            div class="stack tight" {
                (definitions(false, &[
                    Definition::new("Slug", copy(w, "aeroe-bogfoering")),
                    Definition::new("DKIM", copy(w, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")),
                    Definition::new("Owner", html! { "Inger Mogensen" }),
                ]))
                (code(Some("raw"), "{\n  \"action\": \"tenant.create\",\n  \"outcome\": \"ok\"\n}"))
                p { (button("Copy JSON").icon(Icon::Copy).small().quiet().copies_from("raw")) }
            }
        }
        (diff(w, "v=DMARC1; p=quarantine; rua=mailto:dmarc@nordit.example", "v=DMARC1; p=none; rua=mailto:dmarc@nordit.example"))
        (changes(w, ("Dezky wants", "Upstream has"), true, &rows))
    }
}

fn charts(shell: &Shell) -> Markup {
    let wave = |n: u32| 100.0 + f64::from(n * 37 % 23) + f64::from(n * 11 % 7);
    let good: Vec<Option<f64>> = (0..48).map(|n| Some(wave(n))).collect();
    let broken: Vec<Option<f64>> = (0..48).map(|n| (n < 38).then(|| wave(n))).collect();
    let months = ["Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"];
    let list = months.iter().zip(0_u32..).map(|(month, n)| Bar {
        label: (*month).into(),
        long: format!("{month} {}", if n < 2 { 2024 } else { 2025 }),
        value: 58.2 + f64::from(n) * 2.1,
        said: format!("{:.1}", 58.2 + f64::from(n) * 2.1),
        partial: n == 12,
    });
    let mrr = Bars {
        id: "mrr".into(),
        title: "MRR by month, thousand DKK".into(),
        says: "From 58.2 in November 2024 to 83.4 so far in November 2025.".into(),
        bars: list.collect(),
    };
    let storage = Line {
        title: "Storage of all tenants, TB, 30 days".into(),
        says: "Storage grew from 14.1 to 17.3 TB in 30 days".into(),
        points: (0..30).map(|n| Some(14.1 + f64::from(n) * 0.11)).collect(),
        labels: ["21 Oct".into(), "5 Nov".into(), "17.3 today".into()],
    };
    html! {
        div class="cols even" {
            div { p class="small soft" { "Latency, 24 h" } (sparkline(&good, false)) }
            div { p class="small soft" { "No answer since 09:41" } (sparkline(&broken, true)) }
        }
        (bars(&shell.words, &mrr))
        (line_chart(&storage))
    }
}
