//! Form rows, menus, dialogs, sheet, toasts.

use kernel::Message;
use maud::{Markup, Render, html};

use super::super::{
    Confirm, Field, FieldError, FieldKind, Flash, FormHead, Icon, MenuItem, Secret, Shell, State, Step, Tone,
    avatar, button, confirm, dialog, error_summary, field, menu, more, secret, steps, submit, toast,
};
use super::demo;

pub(super) fn all(shell: &Shell) -> Markup {
    html! {
        (demo("fields", "Form row", "Label above, help below, error in place of help. Required unless marked optional.", &rows(shell)))
        (demo("menus", "Menu, dialog", "Arrow keys, Enter, Escape. What can’t be undone is last, behind a line.", &floats(shell)))
        (demo("toasts", "Toast", "What an action led to, with the way back.", &toasts(shell)))
    }
}

fn rows(shell: &Shell) -> Markup {
    let w = &shell.words;
    let plans = vec![("business".into(), "Business".into()), ("enterprise".into(), "Enterprise".into())];
    let fields = [
        Field {
            proposes: Some("slug".into()),
            autocomplete: Some("organization"),
            ..Field::new("name", "Name").value("Hovedstadens Ejendomsadministrationsselskab A/S")
        },
        Field {
            suffix: Some(".dezky.example".into()),
            exact: true,
            ..Field::new("slug", "Short name")
                .value("Hovedstaden")
                .error(Some(Message::Quoted("Small letters, digits and hyphens. Try “hovedstaden”.".into())))
        },
        Field::new("vat", "VAT id")
            .value("DK 29 18 34 11")
            .optional()
            .error(Some(Message::Quoted("Are two digits swapped?".into()))),
        Field::new("mail", "E-mail").kind(FieldKind::Email).help("Invoices go there."),
        Field {
            among: vec![("anna@acme.example".into(), "Anna – anna@acme.example".into())],
            ..Field::new("to", "Forward to").kind(FieldKind::Email).optional()
        },
        Field {
            exact: true,
            domains: vec![
                ("acme.example".into(), "acme.example".into()),
                ("acme-widgets.example".into(), "acme-widgets.example".into()),
            ],
            ..Field::new("address", "Address").value("sales@acme-widgets.example")
        },
        Field {
            exact: true,
            among: vec![("anna@acme.example".into(), "Anna – anna@acme.example".into())],
            ..Field::new("readers", "Readers").kind(FieldKind::Textarea).value("bo@acme.example").optional()
        },
        Field::new("seats", "Seats").kind(FieldKind::Number).value("24").help("DKK 2,136.00 a month"),
        Field::new("plan", "Plan").kind(FieldKind::Select(plans)).value("business"),
        Field::new("until", "Until").kind(FieldKind::Date).value("2025-12-31").optional(),
        Field::new("secret", "Password").kind(FieldKind::Password),
        Field::new("note", "Reason").kind(FieldKind::Textarea).value("Two lines\nof reason").optional(),
    ];
    let every = vec![("month".into(), "Monthly".into()), ("year".into(), "Yearly".into())];
    let ticks = [
        Field::new("mfa", "Sign-in with a second factor")
            .kind(FieldKind::Switch)
            .value("on")
            .help("From the next request of each admin."),
        Field::new("unpaid", "Suspend when unpaid").kind(FieldKind::Switch),
        Field::new("terms", "The contract is signed")
            .kind(FieldKind::Checkbox)
            .error(Some(Message::Quoted("Needed before seats are sold.".into()))),
        Field::new("every", "Invoiced").kind(FieldKind::Radio(every)).value("month"),
        Field {
            readonly: true,
            exact: true,
            ..Field::new("group", "Group name")
                .value("dezky-tenant-hovedstaden")
                .help("Follows the short name.")
        },
    ];
    let head = FormHead { action: "/_components".into(), csrf: shell.csrf.clone(), swap: None };
    head.form(&html! {
        (error_summary(w, &FieldError::of(&fields)))
        @for one in &fields { (field(w, one)) }
        hr;
        @for one in &ticks { (field(w, one)) }
        p class="row" { (submit("Create workspace with 24 seats").primary()) (button("Cancel").quiet()) }
    })
}

fn floats(shell: &Shell) -> Markup {
    let w = &shell.words;
    let items = [
        MenuItem::Head("Jonas Ravn".into()),
        MenuItem::Link { icon: Icon::Eye, label: "Open".into(), href: "#demo-menus".into() },
        MenuItem::Post {
            icon: Icon::Refresh,
            label: "Create the mailbox again".into(),
            action: "/_components".into(),
            csrf: shell.csrf.clone(),
        },
        MenuItem::Line,
        MenuItem::Opens {
            icon: Icon::Trash,
            label: "Terminate…".into(),
            dialog: "terminate".into(),
            danger: true,
        },
    ];
    let terminate = Confirm {
        id: "terminate".into(),
        title: "Terminate Ærø Bogføring ApS?".into(),
        says: "22 people lose sign-in, mail and files today. After 30 days this is gone and nothing brings it back:".into(),
        goes: vec![
            (Icon::Mail, "22 mailboxes, 318 GB".into()),
            (Icon::Folder, "1 project space and 22 drives, 1.02 TB".into()),
            (Icon::Globe, "3 domains, free for others to claim".into()),
        ],
        name: Some("aeroe-bogfoering".into()),
        label: "Terminate, purge on 20 Dec".into(),
        keep: "Keep it".into(),
        action: "/_components".into(),
        csrf: shell.csrf.clone(),
        ..Confirm::default()
    };
    let scoped = |name: &str, label: &str| Field { scope: "add".into(), ..Field::new(name, label) };
    let add = dialog(w, "add", "Add a member")
        .form("/_components", &shell.csrf)
        .body(html! {
            (field(w, &Field { autofocus: true, ..scoped("name", "Name") }))
            (field(w, &scoped("address", "Address").help("Sign-in and mailbox.")))
        })
        .footer(html! { (button("Cancel").closes("add")) (submit("Add 1 person").primary()) });
    let first = Secret {
        id: "first-password".into(),
        label: "First password, for sign-in and mail".into(),
        value: "K7mR-tq4W-x9Lb-2hVd".into(),
        group: 0,
    };
    let live = [
        Step { label: "Sign-in".into(), state: State::Ok, ..Step::default() },
        Step { label: "Mailbox".into(), state: State::Running, ..Step::default() },
    ];
    let added = dialog(w, "added", "Mette Østergård-Lindholm is added")
        .wide()
        .lead(avatar("Mette Østergård", "mette"))
        .body(html! { (secret(w, &first)) (steps(w, "added-steps", &live)) })
        .footer(html! { (button("Add another").opens("add")) (button("Finish").primary().closes("added")) });
    html! {
        p class="row wrap" {
            (button("Row menu").icon(Icon::More).menu("row-menu"))
            (button("Add member").icon(Icon::Plus).opens("add"))
            (button("Member added").opens("added"))
            (button("Terminate…").danger().opens("terminate"))
            (more(w, "Jonas Ravn", &[MenuItem::opens(Icon::Plus, "Add member", "add"), MenuItem::Line, MenuItem::danger(Icon::Trash, "Terminate…", "terminate")]))
        }
        (menu("row-menu", false, &items))
        (confirm(w, &terminate))
        (add.render())
        (added.render())
    }
}

fn toasts(shell: &Shell) -> Markup {
    let w = &shell.words;
    let undo = html! { (button("Undo").icon(Icon::Undo).small()) };
    let said = |tone, text: &str, undo| toast(w, &Flash { tone, text: text.into(), undo });
    html! {
        (said(Tone::Ok, "Jonas Ravn is suspended. 2 sessions ended.", Some(undo)))
        (said(Tone::Warn, "Saved, but Stalwart hasn’t heard of it yet.", Some(html! {})))
        (said(Tone::Bad, "Nothing was saved: the short name is taken.", None))
    }
}
